#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies into a new folder what a source package must carry to build itself.

    packaging/stage.py sdist|gem|platform-gem FOLDER

Works from a checkout and from an unpacked package alike. A new kind of package is one function."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENGINE = ["CMakeLists.txt", "LICENSE", "README.md", "SECURITY.md", "cmake", "libextract", "extractors",
          "ocr", "worker", "cli", "packaging/stage.py", "bindings/CMakeLists.txt"]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.so", "node_modules", ".*")


def copy(folder, *names):
    for name in names:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=LEFT_OUT)
        else:
            shutil.copy(source, target)


def sdist(folder):
    """A Python source package. pip looks for pyproject.toml at the top."""
    copy(folder, *ENGINE, "bindings/python")
    project = (ROOT / "bindings/python/pyproject.toml").read_text()
    (folder / "pyproject.toml").write_text(
        project.replace('backend-path = ["."]', 'backend-path = ["bindings/python"]')
               .replace('readme = "README.md"', 'readme = "bindings/python/README.md"'))


def gem(folder):
    """A Ruby gem that compiles itself, ready for `gem build`."""
    shutil.copytree(ROOT / "bindings/ruby", folder, ignore=LEFT_OUT, dirs_exist_ok=True)
    shutil.copy(ROOT / "LICENSE", folder)
    shutil.copy(ROOT / "bindings/ruby/.yardopts", folder)
    copy(folder / "engine", *ENGINE)


def platform_gem(folder):
    """A Ruby gem that is compiled already, for the Ruby in $RUBY and the platform of this machine."""
    gem(folder)
    with tempfile.TemporaryDirectory() as work:
        ruby = os.environ.get("RUBY", "ruby")
        lib = (folder / "lib").resolve()
        subprocess.run([ruby, (folder / "ext/libextract/extconf.rb").resolve(), "--enable-engine"],
                       check=True, cwd=work, stdout=sys.stderr)
        subprocess.run(["make", "install", f"sitearchdir={lib}", f"sitelibdir={lib}"], check=True,
                       cwd=work, stdout=sys.stderr)
    subprocess.run(["strip", "--strip-unneeded", lib / "libextract/native.so"], check=True)


KINDS = {"sdist": sdist, "gem": gem, "platform-gem": platform_gem}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in KINDS:
        sys.exit(f"usage: packaging/stage.py {'|'.join(KINDS)} FOLDER")
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True)
    KINDS[sys.argv[1]](folder)


if __name__ == "__main__":
    main()
