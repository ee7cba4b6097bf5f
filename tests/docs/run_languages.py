# SPDX-License-Identifier: AGPL-3.0-or-later
"""run_languages.py BUILD FILE.md WORDS: executes the example of each language in a document.

Blocks marked `python`, `js`, `ruby` and `c` run with the bindings and the library of the build folder,
in a folder that has the fixtures in `fixtures/`. Each must end well and print WORDS.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main():
    build, document = (Path(p).resolve() for p in sys.argv[1:3])
    words = sys.argv[3]
    environment = os.environ | {"PYTHONPATH": str(build / "python"), "RUBYLIB": str(build / "ruby")}
    interpreters = {
        "python": (os.environ.get("PYTHON", "/usr/bin/python3"), "first.py"),
        "js": (os.environ.get("NODE", "node"), "first.mjs"),
        "ruby": (os.environ.get("RUBY", "/usr/bin/ruby"), "first.rb"),
        "c": ("./run.sh", "first.c"),
    }
    blocks = re.findall(r"^```(python|js|ruby|c)\n(.*?)^```", document.read_text(), re.M | re.S)
    failed = [f"no example in {name}" for name in interpreters.keys() - {b[0] for b in blocks}]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fixtures").symlink_to(ROOT / "fixtures")
        (folder / "node_modules").mkdir()
        (folder / "node_modules/libextract").symlink_to(build / "node")
        script = folder / "run.sh"
        script.write_text(f"#!/bin/sh\nset -e\n{os.environ.get('CC', 'cc')} -o first $1 -I{ROOT}/libextract/include "
                          f"-L{build}/lib -Wl,-rpath,{build}/lib -lextract\n./first\n")
        script.chmod(0o755)
        for language, code in blocks:
            interpreter, file = interpreters[language]
            (folder / file).write_text(code)
            done = subprocess.run([interpreter, file], cwd=folder, env=environment, text=True, timeout=60,
                                  capture_output=True, check=False)
            if done.returncode or words not in done.stdout:
                failed.append(f"{language}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    print("\n".join(failed))
    print(f"{len(blocks)} passed, {len(failed)} failed")
    return len(failed) != 0


if __name__ == "__main__":
    sys.exit(main())
