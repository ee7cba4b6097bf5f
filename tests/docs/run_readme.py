# SPDX-License-Identifier: AGPL-3.0-or-later
"""run_readme.py BUILD README.md: executes the README's example of each language.

Blocks marked `python`, `js` and `ruby` run with the bindings of the build folder, in a folder that has
the fixtures in `fixtures/`. Each must end well and print the title that all of them look for.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TITLE = "Observations on the fox"


def install_package(folder, build):
    """What `npm install` will make of the addon, so that `import ... from 'libextract'` finds it."""
    package = folder / "node_modules/libextract"
    package.mkdir(parents=True)
    for file in (build / "node").iterdir():
        (package / file.name).symlink_to(file)
    exports = {"import": "./index.mjs", "require": "./index.js"}
    (package / "package.json").write_text(json.dumps({"name": "libextract", "exports": exports}))


def main():
    build, readme = (Path(p).resolve() for p in sys.argv[1:3])
    environment = os.environ | {"PYTHONPATH": str(build / "python"), "RUBYLIB": str(build / "ruby")}
    interpreters = {
        "python": (os.environ.get("PYTHON", "/usr/bin/python3"), "first.py"),
        "js": (os.environ.get("NODE", "node"), "first.mjs"),
        "ruby": (os.environ.get("RUBY", "/usr/bin/ruby"), "first.rb"),
    }
    blocks = re.findall(r"^```(python|js|ruby)\n(.*?)^```", readme.read_text(), re.M | re.S)
    failed = [f"no example in {name}" for name in interpreters.keys() - {b[0] for b in blocks}]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fixtures").symlink_to(ROOT / "fixtures")
        install_package(folder, build)
        for language, code in blocks:
            interpreter, file = interpreters[language]
            (folder / file).write_text(code)
            done = subprocess.run([interpreter, file], cwd=folder, env=environment, text=True, timeout=60,
                                  capture_output=True, check=False)
            if done.returncode or TITLE not in done.stdout:
                failed.append(f"{language}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    print("\n".join(failed))
    print(f"{len(blocks)} passed, {len(failed)} failed")
    return len(failed) != 0


if __name__ == "__main__":
    sys.exit(main())
