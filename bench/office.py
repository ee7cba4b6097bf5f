# SPDX-License-Identifier: AGPL-3.0-or-later
"""Office files to Markdown. Processor time; figures above 1: we take less.

vs_xberg        the PyPI package xberg, one process a file (at least 5)
vs_pandoc       pandoc on the formats it reads, one process a file (at least 5)
vs_anydoc       the PyPI package firecrawl-anydoc, many files in one process of one thread (at least 1)
large_sheet_mb  peak memory of a workbook whose sheet is 200 MB of XML (at most 300)

Where one process reads many files, ours is the time of the whole process, theirs what is used after
Python has started. Medians of alternating pairs.
"""
import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

import bench

PEERS = ("xberg==1.2.9", "firecrawl-anydoc==0.1.9")
FOLDER = bench.ROOT / "build/bench/office-peers"
PYTHON = str(FOLDER / "bin/python")
SUFFIXES = (".docx", ".doc", ".rtf", ".odt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".pptx", ".ppt", ".odp")
PANDOC = (".docx", ".odt", ".rtf")
MOST = 60  # files of one measurement
NAMES = "http://schemas.openxmlformats.org"


def install():
    """The peers, unless the same were installed before."""
    wanted, stamp = " ".join(PEERS), FOLDER / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    venv.create(FOLDER, with_pip=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    stamp.write_text(wanted)


def peer(name, files):
    """Inside of a peer's process: reads files, prints the processor time and how many failed."""
    if name == "xberg":
        import xberg
        config = xberg.ExtractionConfig(output_format="markdown", disable_ocr=True, use_cache=False)

        def read(file):
            return asyncio.run(xberg.extract(xberg.ExtractInput(uri=file), config))
    else:
        from anydoc import to_markdown as read
    start, failed = resource.getrusage(resource.RUSAGE_SELF), 0
    for file in files:
        try:
            read(file)
        except Exception:  # whatever a peer says of a file it does not read
            failed += 1
    end = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime, "failed": failed}))


def some(files):
    step = max(1, len(files) / MOST)
    return [files[int(i * step)] for i in range(int(len(files) / step))]


def office_files(suffixes):
    return some(sorted(f for suffix in suffixes for f in bench.documents("07_office", suffix=suffix)))


def ours(*files):
    return bench.run(bench.EXTRACT, "--quiet", "--threads", "1", "--ocr", "off", "--format", "markdown", *files)


def ours_each(files):
    total = bench.Cost()
    for file in files:
        total.add(ours(file))
    return total


def anydoc(files):
    done = subprocess.run([PYTHON, __file__, "--peer", "anydoc", *files], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    if said["failed"]:
        bench.say(f"anydoc: {said['failed']} of {len(files)} files failed")
    return bench.Cost(cpu=said["seconds"])


def compare(name, files, count, us, them):
    measured = bench.pairs(count, us, them)
    bench.say(f"{len(files)} files: {bench.middle(measured[0], 'cpu'):.2f} s, "
              f"{name} {bench.middle(measured[1], 'cpu'):.2f} s")
    return bench.ratio(measured[1], measured[0], "cpu")


def write_large(path):
    """A workbook with one sheet of 200 MB, whose numbers compress as numbers do."""
    numbers = random.Random(1)
    relation = f'xmlns="{NAMES}/package/2006/relationships"'
    kind = f"{NAMES}/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("_rels/.rels", f'<Relationships {relation}><Relationship Id="a" '
                         f'Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships {relation}><Relationship Id="a" '
                         f'Type="{kind}/worksheet" Target="sheet.xml"/></Relationships>')
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{NAMES}/spreadsheetml/2006/main" '
                         f'xmlns:r="{kind}"><sheets><sheet name="Large" r:id="a"/></sheets></workbook>')
        with archive.open("xl/sheet.xml", "w") as sheet:
            size = sheet.write(f'<worksheet xmlns="{NAMES}/spreadsheetml/2006/main"><sheetData>'.encode())
            row = 0
            while size < 200_000_000:
                row += 1
                cells = "".join(f'<c r="{c}{row}"><v>{numbers.random() * 1000:.6f}</v></c>' for c in "ABCDEFGHIJ")
                size += sheet.write(f'<row r="{row}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def large_sheet():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        write_large(path)
        return bench.run(bench.EXTRACT, "--quiet", str(path)).peak_mb


def main():
    if sys.argv[1:2] == ["--peer"]:
        peer(sys.argv[2], sys.argv[3:])
        return
    options = bench.options(__doc__)
    install()
    files, words = office_files(SUFFIXES), office_files(PANDOC)
    pandoc = bench.need("pandoc", "pandoc")
    bench.report(options.json, [
        ("vs_xberg", compare("xberg", files, options.pairs, lambda: ours_each(files), lambda: bench.run_each(
            files, PYTHON, __file__, "--peer", "xberg", "{}")), "ratio"),
        ("vs_pandoc", compare("pandoc", words, options.pairs, lambda: ours_each(words), lambda: bench.run_each(
            words, pandoc, "-t", "gfm", "{}")), "ratio"),
        ("vs_anydoc", compare("anydoc", files, options.pairs, lambda: ours(*files), lambda: anydoc(files)), "ratio"),
        ("large_sheet_mb", large_sheet(), "MB")])


if __name__ == "__main__":
    main()
