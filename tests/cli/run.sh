#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# run.sh EXTRACT SCRIPT [--bless]: runs a script in an empty folder, with `extract` being the program
# under test and $FIXTURES the fixtures, and compares what it prints on either stream with
# SCRIPT.stdout, which --bless writes. The script ends at the first command that fails; `code
# COMMAND` prints a command's exit code instead.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
EXTRACT=$(realpath "$1")
script=$(realpath "$2")
FIXTURES=$here/../../fixtures
golden=${script%.sh}.stdout
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export EXTRACT FIXTURES
unset UV_THREADPOOL_SIZE

set +e
(
    mkdir "$folder/empty"
    cd "$folder/empty"
    extract() { "$EXTRACT" "$@"; }
    code() { if "$@"; then echo "exit code 0"; else echo "exit code $?"; fi; }
    set -eu
    . "$script"
) >"$folder/found" 2>&1 </dev/null
status=$?
set -e

if [ "${3:-}" = --bless ]; then
    cp "$folder/found" "$golden"
fi
if ! diff -u "$golden" "$folder/found"; then
    echo "$script: printed something else than $golden"
    exit 1
fi
if [ $status != 0 ]; then
    echo "$script: ended with $status"
    exit 1
fi
