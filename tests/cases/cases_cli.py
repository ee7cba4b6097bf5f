# SPDX-License-Identifier: AGPL-3.0-or-later
"""cases_cli.py FIXTURES OUT: the cases through the command line, $EXTRACT."""
import base64
import json
import os
import re
import subprocess

import cases

EXTRACT = os.path.abspath(os.environ["EXTRACT"])
with open(os.environ["ERRORS"], encoding="utf-8") as _file:
    CODES = {int(n): name for name, n in re.findall(r"^XTR_ERROR\((\w+), (\d+)", _file.read(), re.M)}


def run(file, options):
    whole = options.get("format", "json") == "json"
    arguments = [EXTRACT, "--quiet", file]
    for name, value in {"format": "json", **options}.items():
        for item in value if isinstance(value, list) else [value]:
            flag = f"--{name.replace('_', '-')}"
            arguments.append(flag if item is True else f"{flag}={item}")
    done = subprocess.run(arguments, capture_output=True, timeout=60)
    if done.returncode:
        said = done.stderr.decode(errors="replace")
        lines, code = said.splitlines(), CODES.get(done.returncode)
        assert code and len(lines) == 1, f"{arguments} ended with {done.returncode} and said: {said}"
        message = lines[0].removeprefix("extract: ")
        # Names of options are spelled as they are given here, and --format knows one more word.
        message = re.sub("'--([a-z-]+)'", lambda name: f"'{name[1].replace('-', '_')}'", message)
        raise cases.Failure(code, message.replace("|mime", ""))
    if options.get("format") == "pdf":  # bytes, as JSON has them
        return {"content": base64.b64encode(done.stdout).decode()}
    if whole:
        return json.loads(done.stdout)
    content = done.stdout.decode()  # of the document, and behind it of those inside, each with its path
    return {"content": content.split(f"\n<!-- {file}/")[0].split(f"\n==> {file}/")[0]}


cases.main(run)
