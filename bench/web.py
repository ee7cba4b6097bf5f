# SPDX-License-Identifier: AGPL-3.0-or-later
"""Web pages, books and mail to Markdown against pandoc and xberg (of PyPI). Processor time.

vs_xberg        one process a file, each side whole (at least 5)
vs_pandoc       the same, of files that pandoc reads: no mail, and pages in UTF-8 (at least 5)
batch_vs_xberg  many files in one process, each side as its users call it and on as many threads as it likes:
                `extract FILE...` whole, its start included, and one call of xberg.extract_batch, of which
                what Python takes to start is left out (at least 3). Processor time: that of the waiting and
                of other programs is not in it

Medians of alternating pairs.
"""
import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import bench

PEER = "xberg==1.3.9"
FOLDER = bench.ROOT / "build/bench/peers/python"
PYTHON = str(FOLDER / "bin/python")
PROGRAM = str(bench.ROOT / "bench/peers/xberg.py")
SUFFIXES = (".html", ".htm", ".xhtml", ".epub", ".eml")
OURS = [bench.EXTRACT, "--quiet", "--format", "markdown"]


def install():
    """The peer, unless the same was installed before."""
    stamp = FOLDER / ".installed"
    if stamp.exists() and stamp.read_text() == PEER:
        return
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", PEER], check=True, stdout=subprocess.DEVNULL)
    stamp.write_text(PEER)


def unpacked(file, folder):
    """The file, or what a packed one holds as a file in `folder`."""
    if not file.endswith(".gz"):
        return file
    page = Path(folder) / Path(file).stem
    page.write_bytes(gzip.decompress(Path(file).read_bytes()))
    return str(page)


def documents(folder):
    """Pages, books and mail, but for what is there to compare with."""
    found = [unpacked(f, folder) for f in bench.documents("07_epub", "08", "09", suffix="")
             if f.removesuffix(".gz").endswith(SUFFIXES)]
    return [f for f in found if Path(f).stem != "expected"]


def pandoc_reads(file):
    if file.endswith((".eml", ".epub")):
        return file.endswith(".epub")
    try:
        Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True


def theirs(files):
    done = subprocess.run([PYTHON, PROGRAM, *files], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    if said["failed"]:
        bench.say(f"{PEER}: {said['failed']} of {len(files)} files failed")
    return bench.Cost(cpu=said["seconds"])


def compare(files, count, name, us, them):
    ours, others = bench.pairs(count, us, them)
    bench.say(f"{len(files)} files: extract {bench.middle(ours, 'cpu'):.2f} s, "
              f"{name} {bench.middle(others, 'cpu'):.2f} s")
    return bench.ratio(others, ours, "cpu")


def one_by_one(files, count, name, *command):
    return compare(files, count, name, lambda: bench.run_each(files, *OURS, "{}"),
                   lambda: bench.run_each(files, *command))


def main():
    options = bench.options(__doc__)
    pandoc = bench.need("pandoc", "pandoc")
    install()
    with tempfile.TemporaryDirectory() as folder:
        files = documents(folder)
        for_pandoc = [f for f in files if pandoc_reads(f)]
        batch = compare(files, options.pairs, "xberg", lambda: bench.run(*OURS, *files),
                        lambda: theirs(files))
        bench.report(options.json, [
            ("vs_xberg", one_by_one(files, options.pairs, "xberg", PYTHON, PROGRAM, "{}"), "ratio"),
            ("vs_pandoc", one_by_one(for_pandoc, options.pairs, "pandoc", pandoc, "--to", "gfm", "{}"), "ratio"),
            ("batch_vs_xberg", batch, "ratio"),
        ])


if __name__ == "__main__":
    main()
