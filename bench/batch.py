# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder of documents in one command, each read in a process of its own. Wall time.

vs_xargs_pdftotext  find | xargs -P2 -n1 pdftotext over the same tree of PDFs, all of XTR_CORPUS but those with
                    which pdftotext does not end in five seconds, against ours to text (at least 3)
vs_npm_peers        the quicker of two npm packages, one process for all sound files, against ours to
                    Markdown (at least 5)
resume_share        the time of a second run, which finds nothing changed (at most .02)
files_vs_cp         cp of 100 000 tiny text files against ours (at least .1)
parent_peak_mb      our peak memory at that, but for the processes that read (at most 60)

Recognition is off: the others have none, or not in the same documents.
"""
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench
import structure

TINY_FILES = 100_000


def timed(*command, **how):
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **how)
    if done.returncode not in (0, 64, 123): # some documents failed; of xargs: the same
        sys.exit(f"bench: {command[0]} ended with {done.returncode}")
    return bench.Cost(wall=time.perf_counter() - start)


def extract(folder, output, *more):
    return timed(bench.EXTRACT, "batch", str(folder), "--output", str(output), "--ocr", "off", "--threads", "2",
                 "--same-content", "extract", "--progress", "none", *more)


def copy_tree(files, folder):
    """Copies under short names, a hundred a folder."""
    for i, file in enumerate(files):
        place = folder / str(i // 100)
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place / f"{i}.pdf")


def fresh(scratch):
    """A place that was never used: a file system is slow for seconds after many files were removed."""
    fresh.count += 1
    return scratch / f"output-{fresh.count}"


fresh.count = 0


def drop_endless(folder):
    """Removes what would be a measure of nothing but pdftotext's patience."""
    script = "timeout 5 pdftotext \"$1\" - >/dev/null 2>&1; [ $? != 124 ] || { rm \"$1\"; echo \"$1\" >&2; }"
    subprocess.run(f"find '{folder}' -name '*.pdf' -print0 | xargs -0 -P2 -n1 sh -c '{script}' sh", shell=True,
                   check=False)


def against_pdftotext(folder, scratch, count):
    bench.need("pdftotext", "poppler-utils")
    script = "find \"$1\" -name '*.pdf' -print0 | xargs -0 -P2 -n1 pdftotext"

    last = None

    def ours():
        nonlocal last
        last = fresh(scratch)
        return extract(folder, last)
    us, them = bench.pairs(count, ours, lambda: timed("sh", "-c", script, "sh", str(folder)))
    bench.say(f"to text: {bench.middle(us):.2f} s, pdftotext {bench.middle(them):.2f} s")
    for made in folder.rglob("*.txt"):
        made.unlink()
    again = [extract(folder, last, "--resume") for _ in range(count)]
    return bench.ratio(them, us), bench.middle(again) / bench.middle(us)


def against_peers(folder, scratch, count):
    structure.install()
    files = [str(p) for p in sorted(folder.rglob("*.pdf"))]

    def ours():
        return extract(folder, fresh(scratch), "--format", "markdown")

    def theirs(package):
        return timed(structure.NODE, str(bench.ROOT / "bench/structure.mjs"), package.rpartition("@")[0], *files)
    ratios = []
    for name, package in structure.PEERS.items():
        us, them = bench.pairs(count, ours, lambda package=package: theirs(package))
        bench.say(f"to Markdown: {bench.middle(us):.2f} s, {name} {bench.middle(them):.2f} s")
        ratios.append(bench.ratio(them, us))
    return min(ratios)


def tiny_files(scratch, count):
    folder = scratch / "tiny"
    for i in range(TINY_FILES):
        if i % 1000 == 0:
            (folder / str(i // 1000)).mkdir(parents=True)
        (folder / str(i // 1000) / f"{i}.txt").write_text(f"Note {i}.\n")

    def copy():
        return timed("cp", "-r", str(folder), str(fresh(scratch)))

    def ours():
        return bench.run(bench.EXTRACT, "batch", str(folder), "--output", str(fresh(scratch)), "--threads", "2",
                         "--progress", "none", "--same-content", "extract")
    us, them = bench.pairs(count, ours, copy)
    bench.say(f"{TINY_FILES} tiny files: {bench.middle(us):.1f} s, cp {bench.middle(them):.1f} s")
    return bench.ratio(them, us), max(cost.peak_mb for cost in us)


def main():
    options = bench.options(__doc__)
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place)
        copy_tree(bench.documents(""), scratch / "all")
        copy_tree(bench.documents("01", "02", "03", "04", "06"), scratch / "sound")
        drop_endless(scratch / "all")
        text, resumed = against_pdftotext(scratch / "all", scratch, options.pairs)
        peers = against_peers(scratch / "sound", scratch, max(1, options.pairs // 2))
        tiny, peak = tiny_files(scratch, max(1, options.pairs // 3))
    bench.report(options.json, [("vs_xargs_pdftotext", text, "ratio"), ("vs_npm_peers", peers, "ratio"),
                                ("resume_share", resumed, "ratio"), ("files_vs_cp", tiny, "ratio"),
                                ("parent_peak_mb", peak, "MB")])


if __name__ == "__main__":
    main()
