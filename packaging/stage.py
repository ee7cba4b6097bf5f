#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies into a new folder what a source package must carry to build itself.

    packaging/stage.py sdist FOLDER

Works from a checkout and from an unpacked package alike. A new kind of package is one function."""
import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENGINE = ["CMakeLists.txt", "LICENSE", "README.md", "SECURITY.md", "cmake", "libextract", "extractors",
          "worker", "cli", "packaging/stage.py", "bindings/CMakeLists.txt"]
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


KINDS = {"sdist": sdist}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in KINDS:
        sys.exit(f"usage: packaging/stage.py {'|'.join(KINDS)} FOLDER")
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True)
    KINDS[sys.argv[1]](folder)


if __name__ == "__main__":
    main()
