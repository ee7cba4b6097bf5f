# SPDX-License-Identifier: AGPL-3.0-or-later
"""./dev lint: what can be checked without running the program. One line for each finding.

Each function named check_* is one check and yields its findings.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_LINES_OF_FUNCTION = 100
MOST_LINES_OF_FILE = 800
CODE = {".c", ".h", ".def", ".map", ".py", ".pyi", ".sh", ".cmake", ".awk", ".rb", ".rbs", ".gemspec",
        ".js", ".mjs", ".cjs", ".ts"}
HEADER = ROOT / "libextract/include/libextract.h"
MAP = ROOT / "libextract/libextract.map"
REGISTRY = ROOT / "extractors/registry.def"


def run(*command, **options):
    return subprocess.run(command, cwd=ROOT, text=True, errors="replace", check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)


def all_files():
    """What git knows or would add; all but the build where there is no git."""
    try:
        listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard")
        names = listed.stdout.splitlines() if listed.returncode == 0 else None
    except FileNotFoundError:
        names = None
    if names is None:
        skipped = {"build", ".git", "node_modules", "__pycache__"}
        names = [os.path.relpath(os.path.join(folder, name), ROOT)
                 for folder, folders, found in os.walk(ROOT)
                 if not folders.__setitem__(slice(None), [f for f in folders if f not in skipped])
                 for name in found]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


FILES = all_files()
C_FILES = [f for f in FILES if f.suffix in (".c", ".h")]


def is_code(path):
    return (path.suffix in CODE or path.name == "CMakeLists.txt" or
            path.suffix == "" and path.read_bytes()[:2] == b"#!")


def name_of(path):
    return path.relative_to(ROOT)


def check_spdx():
    """The licence stands in the first three lines of each source, script and CMake file."""
    for path in filter(is_code, FILES):
        head = path.read_text(errors="replace").split("\n", 3)[:3]
        if not any("SPDX-License-Identifier: AGPL-3.0-or-later" in line for line in head):
            yield f"{name_of(path)}: no SPDX line"


def check_length():
    for path in filter(is_code, FILES):
        lines = path.read_text(errors="replace").split("\n")
        if len(lines) - 1 > MOST_LINES_OF_FILE and path.suffix != ".def":
            yield f"{name_of(path)}: {len(lines) - 1} lines, at most {MOST_LINES_OF_FILE}"
        if path.suffix == ".c":
            yield from long_functions(path, lines)


def long_functions(path, lines):
    """clang-format puts a function's last brace, and nothing inside it, into the first column."""
    start = None
    for number, line in enumerate(lines, 1):
        if re.match(r"[A-Za-z_].*\)$|[A-Za-z_].*\) \{$|[A-Za-z_].*[(,]$", line) and start is None:
            start = number
        elif line.startswith("}"):
            if start and line == "}" and number - start + 1 > MOST_LINES_OF_FUNCTION:
                yield (f"{name_of(path)}:{start}: a function of {number - start + 1} lines, "
                       f"at most {MOST_LINES_OF_FUNCTION}")
            start = None
        elif start and line and line[0] not in " \t{/#*" and line.endswith(";"):
            start = None


def check_format():
    done = run("clang-format", "--dry-run", "-Werror", *(str(name_of(f)) for f in C_FILES))
    paths = sorted({line.split(":")[0] for line in done.stdout.splitlines() if "error:" in line})
    yield from (f"{path}: run clang-format -i on it" for path in paths)
    if done.returncode and not paths:
        yield from done.stdout.splitlines()


def check_warnings():
    """Everything compiles without a warning, under both compilers."""
    for compiler in ("gcc", "clang"):
        folder = ROOT / f"build/lint-{compiler}"
        bindings = "ON" if (ROOT / "bindings/CMakeLists.txt").exists() else "OFF"
        interpreters = [f"-DXTR_{name}={os.environ[name]}" for name in ("PYTHON", "NODE", "RUBY")
                        if name in os.environ]
        configured = run("cmake", "-S", ".", "-B", str(folder), "-G", "Ninja",
                         f"-DCMAKE_C_COMPILER={compiler}", "-DCMAKE_BUILD_TYPE=Release",
                         "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON", "-DXTR_WITH_MOCKS=ON",
                         "-DXTR_WITH_TESTS=ON", f"-DXTR_WITH_BINDINGS={bindings}", *interpreters)
        if configured.returncode:
            yield f"{compiler}: {configured.stdout}"
            continue
        built = run("ninja", "-C", str(folder), "-k", "0")
        if built.returncode:
            found = [line.replace(f"{ROOT}/", "") for line in built.stdout.splitlines()
                     if re.search(r": (fatal error|error|warning):|undefined reference", line)]
            yield from (f"{compiler}: {line}" for line in found or built.stdout.splitlines()[-5:])


def check_cppcheck():
    # By the place in the tree: the folder it lies in may be called tests or bindings too.
    sources = [name_of(f) for f in C_FILES if f.suffix == ".c"]
    sources = [str(name) for name in sources if name.parts[0] not in ("tests", "bindings")]
    done = run("cppcheck", "--quiet", "--enable=warning,performance,portability", "--inline-suppr",
               "--std=c11", "--library=posix", "--library=gnu", "--error-exitcode=1",
               "--suppressions-list=tests/lint/cppcheck.txt", "--template={file}:{line}: {id}: {message}",
               f"-j{os.cpu_count()}", "-D_GNU_SOURCE", "-DXTR_WITH_MUPDF", "-DXTR_WITH_MOCKS",
               "-Ilibextract/include", "-Ilibextract/src", "-Iextractors",
               *sources)
    if done.returncode:
        yield from done.stdout.splitlines() or [f"ended with {done.returncode}"]


def check_exports():
    """libextract.so, its map and the public header name the same functions (xtr__: for our own
    programs, in no header)."""
    declared = set(re.findall(r"XTR_API\s[^;(]*?\b(xtr_\w+)\(", HEADER.read_text()))
    mapped = set(re.findall(r"^\s*(xtr_[a-z]\w*);", MAP.read_text(), re.M))
    library = ROOT / "build/lint-gcc/lib/libextract.so"
    for name in sorted(declared ^ mapped):
        yield f"{name}: in {'the header' if name in declared else 'libextract.map'} only"
    if not library.exists():
        yield "libextract.so was not built"
        return
    listed = run("nm", "-D", "--defined-only", str(library)).stdout
    exported = set(re.findall(r" [TDBRVWi] (\w+)", listed)) - {"LIBEXTRACT_0"}
    for name in sorted({name for name in exported if not name.startswith("xtr__")} ^ mapped):
        yield f"{name}: in {'libextract.so' if name in exported else 'libextract.map'} only"


def check_registry():
    registered = set(re.findall(r"^XTR_EXTRACTOR\((\w+)\)", REGISTRY.read_text(), re.M))
    folder = ROOT / "extractors"
    present = {f.stem for f in folder.glob("*.c")} | {d.name for d in folder.iterdir() if d.is_dir()}
    for name in sorted(registered ^ present):
        yield (f"extractors/registry.def: {name} is "
               f"{'registered but has no file' if name in registered else 'not registered'}")


def check_exit_codes():
    """The guide lists each error with its number and words."""
    guide = (ROOT / "docs/guide/cli.md").read_text()
    errors = (ROOT / "libextract/include/libextract/errors.def").read_text()
    for number, words in re.findall(r'^XTR_ERROR\(\w+, (\d+), \w+, "(.*)"\)', errors, re.M):
        if f"| {number} | {words}" not in guide:
            yield f"docs/guide/cli.md: no line for exit code {number}, {words}"


def check_generated():
    script = ROOT / "packaging/generate.py"
    if script.exists():
        done = run(sys.executable, str(script), "--check")
        if done.returncode:
            yield from done.stdout.splitlines() or ["packaging/generate.py --check failed"]


def main():
    checks = {name[6:]: function for name, function in globals().items() if name.startswith("check_")}
    chosen = sys.argv[1:] or list(checks)
    unknown = [name for name in chosen if name not in checks]
    if unknown:
        sys.exit(f"lint: no check {unknown[0]}; there are {', '.join(checks)}")
    total = 0
    if not C_FILES:
        sys.exit("lint: no source files found")
    for name in chosen:
        try:
            findings = list(checks[name]())
        except FileNotFoundError as missing:
            findings = [str(missing)]
        total += len(findings)
        for finding in findings:
            print(f"{name}: {finding}", flush=True)
    print(f"lint: {total} findings" if total else "lint: clean", file=sys.stderr)
    return total != 0


if __name__ == "__main__":
    sys.exit(main())
