# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cases for runners in Python: reading, matching and writing. See fixtures/cases/README.md."""
import base64
import glob
import json
import locale
import os
import re
import sys


class Failure(Exception):
    """An expected kind of failure: a name of errors.def and a message."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


def encoded(value):
    """The same with bytes as JSON has them."""
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def matches(want, have):
    if isinstance(want, dict):
        return have is not None and all(
            _holds(key, value, have)
            if key.startswith("$")
            else matches(value, have.get(key) if isinstance(have, dict) else None)
            for key, value in want.items()
        )
    if isinstance(want, list):
        same = isinstance(have, list) and len(want) == len(have)
        return same and all(map(matches, want, have))
    return want == have and isinstance(want, bool) == isinstance(have, bool)


def _holds(operation, want, have):
    if operation == "$contains":
        if isinstance(have, str):
            return want in have
        return isinstance(have, list) and any(matches(want, item) for item in have)
    if operation == "$matches":
        return isinstance(have, str) and re.search(want, have) is not None
    if operation == "$length":
        return isinstance(have, (str, list)) and len(have) == want
    return False


def _check(case, got, problem):
    error = case.get("error")
    if problem:
        said = error and error.get("message_contains", "") in problem.message
        if not said or error["code"] != problem.code:
            return f"failed with {problem.code}: {problem.message}"
    elif error:
        return "there was no error"
    for key, want in ({} if problem else case["expect"]).items():
        # The command line prints the content alone for formats that are not JSON.
        if (key in got or "status" in got) and not matches(want, got.get(key)):
            return f"{key} differs: {got.get(key)!r:.900}"
    return None


def main(run):
    """Runs every case by run(file, options), which returns a result as a dict or raises Failure."""
    locale.setlocale(locale.LC_ALL, "")
    fixtures, out = sys.argv[1:3]
    out = os.path.abspath(out)
    os.chdir(fixtures)
    outcomes, failed = {}, 0
    for path in sorted(glob.glob("cases/*.json")):
        with open(path, encoding="utf-8") as file:
            case = json.load(file)
        got, problem = None, None
        try:
            got = encoded(run(case["file"], case.get("options", {})))
            outcomes[path] = got
        except Failure as failure:
            problem = failure
            outcomes[path] = {"error": {"code": failure.code, "message": failure.message}}
        said = _check(case, got, problem)
        if said:
            failed += 1
            print(f"{path}: {said}", file=sys.stderr)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(outcomes, file, ensure_ascii=False)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    sys.exit(bool(failed) or not outcomes)
