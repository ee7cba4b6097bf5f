# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builds the Python package (PEP 517 and 660): a wheel through CMake, an sdist that builds itself.

It needs nothing but Python, so a wheel can be built where no package index is reached. What CMake
needs of the system, it says."""
import base64
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
VERSION = re.search(r"project\(libextract VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
NAME = f"{PROJECT['name']}-{VERSION}"
PLATFORM = sysconfig.get_platform().replace("-", "_").replace(".", "_")
EPOCH = (1980, 1, 1, 0, 0, 0)  # of all files: the same sources give the same wheel


def metadata():
    lines = ["Metadata-Version: 2.1", f"Name: {PROJECT['name']}", f"Version: {VERSION}",
             f"Summary: {PROJECT['description']}", f"License: {PROJECT['license']['text']}",
             f"Keywords: {','.join(PROJECT['keywords'])}",
             f"Requires-Python: {PROJECT['requires-python']}",
             *(f"Classifier: {c}" for c in PROJECT["classifiers"])]
    for extra, needs in PROJECT["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {need}; extra == "{extra}"' for need in needs]
    lines.append("Description-Content-Type: text/markdown")
    return "\n".join(lines) + "\n\n" + (HERE / "README.md").read_text()


# Building


def build(folder, *settings):
    """Builds the module and what it needs into a folder; the folder of the package."""
    cmake = shutil.which("cmake")
    if not cmake:
        sys.exit("building libextract needs cmake and a C compiler: apt-get install cmake gcc")
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    subprocess.run([cmake, "-S", ROOT, "-B", folder, *generator, "-DCMAKE_BUILD_TYPE=Release",
                    "-DXTR_WITH_BINDINGS=python", "-DXTR_WITH_CLI=OFF", *settings],
                   check=True, env={**os.environ, "PYTHON": sys.executable})
    subprocess.run([cmake, "--build", folder, "--parallel", str(os.cpu_count()), "--target",
                    "binding-python", "engine"], check=True)
    return pathlib.Path(folder, "python", "libextract")


def built_files():
    """(name in the wheel, content, mode) of everything that was built."""
    with tempfile.TemporaryDirectory() as folder:
        package = build(folder, "-DCMAKE_INSTALL_RPATH=$ORIGIN", "-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON")
        libraries = pathlib.Path(folder, "lib")
        files = [*package.glob("*.py"), *package.glob("*.pyi"), *package.glob("*.so"),
                 package / "py.typed", libraries / "libextract.so.0", libraries / "extract-worker",
                 *libraries.glob("libextract-ocr.so")]
        for file in sorted(files, key=lambda file: file.name):
            if file.parent == libraries or file.suffix == ".so":
                subprocess.run(["strip", "--strip-unneeded", file.resolve()], check=True)
            yield f"libextract/{file.name}", file.read_bytes(), file.stat().st_mode


# Wheels


def write_wheel(folder, files):
    """Writes a wheel of (name, content, mode) and returns its name."""
    tag = f"cp311-abi3-{PLATFORM}"
    info = f"{NAME}.dist-info"
    wheel = (f"Wheel-Version: 1.0\nGenerator: libextract\nRoot-Is-Purelib: false\nTag: {tag}\n")
    files = [*files, (f"{info}/METADATA", metadata().encode(), 0o644),
             (f"{info}/WHEEL", wheel.encode(), 0o644),
             (f"{info}/licenses/LICENSE", (ROOT / "LICENSE").read_bytes(), 0o644)]
    record = ""
    name = f"{NAME}-{tag}.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w", zipfile.ZIP_DEFLATED) as out:
        for path, content, mode in files:
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.external_attr = (0o100000 | (0o755 if mode & 0o100 else 0o644)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(content)}\n"
        out.writestr(zipfile.ZipInfo(f"{info}/RECORD", EPOCH), record + f"{info}/RECORD,,\n")
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return write_wheel(wheel_directory, built_files())


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    """The package of build/editable, which building again renews."""
    package = build(ROOT / "build" / "editable")
    return write_wheel(wheel_directory, [("libextract.pth", f"{package.parent}\n".encode(), 0o644)])


def build_sdist(sdist_directory, config_settings=None):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, ROOT / "packaging" / "stage.py", "sdist", f"{folder}/{NAME}"],
                       check=True)
        pathlib.Path(folder, NAME, "PKG-INFO").write_text(metadata())
        name = f"{NAME}.tar.gz"
        with tarfile.open(pathlib.Path(sdist_directory, name), "w:gz") as out:
            out.add(f"{folder}/{NAME}", NAME)
    return name


def get_requires_for_build_wheel(config_settings=None):
    return []


get_requires_for_build_sdist = get_requires_for_build_editable = get_requires_for_build_wheel
