# SPDX-License-Identifier: AGPL-3.0-or-later
"""run_examples.py [--path FOLDER]... FILE.md: executes the examples of a document.

Each fenced block marked `console` is a session: a line "$ command" and what it prints, on either
stream. All blocks of a document run in one empty folder, in order, with FOLDERs first in PATH and the
fixtures in `fixtures/`. A line of output that is "..." stands for any lines; so does "..." inside a
line for any characters. A block marked `console no-test` is not run.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TIME_LIMIT = 60  # seconds a command may take


def examples(text):
    """(line number, command, expected output) of each command of each session."""
    inside = False
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```"):
            inside = not inside and line.rstrip() == "```console"
        elif inside and line.startswith("$ "):
            found.append((number, line[2:], []))
        elif inside and found:
            found[-1][2].append(line)
    return found


def pattern(lines):
    parts = []
    for line in lines:
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(map(re.escape, line.rstrip().split("..."))) + r"[ ]*\n")
    return re.compile("".join(parts))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    path = [str(Path(p).resolve()) for p in options.path] + [os.environ["PATH"]]
    environment = os.environ | {"PATH": ":".join(path), "LC_ALL": "C.UTF-8"}
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "fixtures").symlink_to(ROOT / "fixtures")
        for number, command, expected in examples(options.file.read_text()):
            done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=TIME_LIMIT, check=False)
            printed = done.stdout if not done.stdout or done.stdout.endswith("\n") else done.stdout + "\n"
            if pattern(expected).fullmatch(printed):
                passed += 1
                continue
            failed += 1
            print(f"{options.file}:{number}: $ {command}\n--- expected\n" + "\n".join(expected) +
                  f"\n--- printed\n{printed}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main())
