# SPDX-License-Identifier: AGPL-3.0-or-later
"""cases_equal.py C OTHER...: the same call on the same document gives the same result.

Compares the outcomes that runners wrote with those of C, to the last value. Of the command line
counts what it prints: the content alone for formats other than JSON.
"""
import json
import os
import sys


def differences(want, have, place=""):
    if isinstance(want, dict) and isinstance(have, dict):
        for key in sorted(want.keys() | have.keys()):
            yield from differences(want.get(key), have.get(key), f"{place}.{key}")
    elif isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for i, pair in enumerate(zip(want, have)):
            yield from differences(*pair, f"{place}[{i}]")
    elif want != have or isinstance(want, bool) != isinstance(have, bool):
        yield f"{place}: {want!r:.200} in C, {have!r:.200} here"


def as_printed(want, have):
    """What the command line can show of C's outcome."""
    return {"content": want.get("content")} if have.keys() == {"content"} else want


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


reference = read(sys.argv[1])
failed = not reference
for path in sys.argv[2:]:
    language = os.path.basename(path).removesuffix(".json")
    other = read(path)
    for case in sorted(reference.keys() | other.keys()):
        want, have = reference.get(case, {}), other.get(case, {})
        if language.startswith("cli"):
            want = as_printed(want, have)
        for difference in differences(want, have):
            failed = True
            print(f"{language}: {case}{difference}", file=sys.stderr)
print(f"{len(reference)} cases in {len(sys.argv) - 1} languages")
sys.exit(failed)
