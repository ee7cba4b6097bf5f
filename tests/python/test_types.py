# SPDX-License-Identifier: AGPL-3.0-or-later
"""Types: the stub says what the package is, and a program that uses it passes mypy --strict."""
import os
import pathlib
import subprocess
import sys

import pytest

import libextract

pytest.importorskip("mypy")
PACKAGE = pathlib.Path(libextract.__file__).parent
HERE = pathlib.Path(__file__).parent


def run(tmp_path, *command):
    done = subprocess.run([sys.executable, "-m", *map(str, command)], capture_output=True, text=True,
                          cwd=tmp_path, env={**os.environ, "MYPYPATH": str(PACKAGE.parent),
                                             "PYTHONPATH": str(PACKAGE.parent)})
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stub_is_the_package(tmp_path):
    run(tmp_path, "mypy.stubtest", "libextract", "--concise", "--ignore-unused-allowlist",
        "--allowlist", HERE / "stubtest.txt")


def test_a_program_is_checked(tmp_path):
    run(tmp_path, "mypy", "--strict", HERE / "typed_program.py")
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import libextract\nlibextract.extract_file_sync('a', format='xml')\n")
    with pytest.raises(AssertionError, match="format"):
        run(tmp_path, "mypy", "--strict", wrong)


def test_every_function_says_what_it_does_with_an_example():
    for name in ("extract_file", "extract_bytes", "batch_extract_files", "batch_extract_bytes"):
        for function in (getattr(libextract, name), getattr(libextract, name + "_sync")):
            assert "libextract." in function.__doc__
    for name in ("stream_batch", "stream_pages", "ExtractionConfig", "Runtime"):
        assert "libextract." in getattr(libextract, name).__doc__
    assert libextract.Page.width.__doc__ == "In points, as displayed; of a recognised page, upright."
