# SPDX-License-Identifier: AGPL-3.0-or-later
"""The packages: a wheel of the checkout, an sdist that builds itself, an editable installation."""
import os
import pathlib
import subprocess
import sys
import tarfile

import pytest

ROOT = pathlib.Path(__file__).parents[2]
PDF = ROOT / "fixtures" / "pdf" / "simple.pdf"
SCAN = ROOT / "fixtures" / "scan" / "kind-gray.png"
USE = """
import libextract, sys
read = lambda file, **options: libextract.extract_file_sync(file, **options)
pdf, scan = sys.argv[1:]
print(read(pdf).status, read(pdf, isolation="process").status, libextract.__file__)
for isolation in ("process", "thread"):
    print(read(scan, isolation=isolation).content.split(".")[0])
print(next(line.split()[-1] for line in open("/proc/self/maps") if "libextract-ocr.so" in line))
"""

pytestmark = pytest.mark.skipif(not os.environ.get("XTR_TEST_LONG"), reason="builds: --long")


@pytest.fixture(autouse=True)
def limit():
    """No time limit: compiling takes what it takes."""


def run(*command):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check_installed(folder, package):
    """Installs into a fresh environment, without an index, and reads a PDF and a scan. Says where the
    package lies and its module for scans."""
    run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", "--no-index", *package)
    said, *texts, module = run(python, "-I", "-c", USE, PDF, SCAN).splitlines()
    assert said.startswith("complete complete ")
    assert texts == ["Please return this form before Friday"] * 2
    return pathlib.Path(said.split()[-1]), pathlib.Path(module)


def test_wheel(tmp_path):
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-index", "-w", tmp_path,
        ROOT / "bindings" / "python")
    wheel = next(tmp_path.glob("libextract-*-cp311-abi3-linux_*.whl"))
    package, module = check_installed(tmp_path / "env", [wheel])
    assert tmp_path in package.parents and module.parent == package.parent


def test_sdist_builds_itself(tmp_path):
    run(sys.executable, "-c", "import sys; sys.path.insert(0, sys.argv[1]); import build_backend;"
        "build_backend.build_sdist(sys.argv[2])", ROOT / "bindings" / "python", tmp_path)
    sdist = next(tmp_path.glob("libextract-*.tar.gz"))
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
    assert not any("corpus" in name or "__pycache__" in name for name in names)
    package, module = check_installed(tmp_path / "env", [sdist])
    assert module.parent == package.parent


def test_editable(tmp_path):
    built = ROOT / "build" / "editable"
    package, module = check_installed(tmp_path / "env", ["-e", ROOT / "bindings" / "python"])
    assert built in package.parents and built in module.parents
