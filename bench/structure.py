# SPDX-License-Identifier: AGPL-3.0-or-later
"""PDF to Markdown: what finding the structure costs. Processor time, many files in one process of one
thread.

markdown_vs_text           Markdown against plain text (at most 1.6)
markdown_vs_liteparse      the npm package @llamaindex/liteparse, without OCR, against us (at least 3)
markdown_vs_pdf_inspector  the npm package @firecrawl/pdf-inspector against us (at least 3)
finish_share               share of the sequential stage of a document (at most .05)

Ours is the time of the whole process, theirs what is used after Node.js has started. Medians of
alternating pairs.
"""
import json
import os
import statistics
import subprocess

import bench

PEERS = {"liteparse": "@llamaindex/liteparse@2.14.7", "pdf_inspector": "@firecrawl/pdf-inspector@1.25.1"}
FOLDER = bench.ROOT / "build/bench/peers"
PROGRAM = str(bench.ROOT / "build/bench/bin/bench-structure")
NODE = os.environ.get("NODE", "node")


def install():
    """The peers, unless the same were installed before."""
    wanted, stamp = " ".join(PEERS.values()), FOLDER / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--prefix", str(FOLDER), "--ignore-scripts", "--no-audit", "--no-fund",
                    "--no-package-lock", "--no-save", *PEERS.values()], check=True, stdout=subprocess.DEVNULL)
    stamp.write_text(wanted)


def ours(files, form):
    return bench.run(bench.EXTRACT, "--quiet", "--threads", "1", "--ocr", "off", "--format", form, *files)


def theirs(files, package):
    done = subprocess.run([NODE, str(bench.ROOT / "bench/structure.mjs"), package.rpartition("@")[0], *files],
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    said = json.loads(done.stdout.splitlines()[-1])
    if said["failed"]:
        bench.say(f"{package}: {said['failed']} of {len(files)} files failed")
    return bench.Cost(cpu=said["seconds"])


def against_text(files, count):
    markdown, text = bench.pairs(count, lambda: ours(files, "markdown"), lambda: ours(files, "text"))
    bench.say(f"{len(files)} files: Markdown {bench.middle(markdown, 'cpu'):.2f} s, "
              f"text {bench.middle(text, 'cpu'):.2f} s")
    return bench.ratio(markdown, text, "cpu")


def against_peer(files, count, package):
    us, them = bench.pairs(count, lambda: ours(files, "markdown"), lambda: theirs(files, package))
    bench.say(f"{len(files)} files: Markdown {bench.middle(us, 'cpu'):.2f} s, "
              f"{package} {bench.middle(them, 'cpu'):.2f} s")
    return bench.ratio(them, us, "cpu")


def finish_share(files, count):
    return statistics.median(float(subprocess.run([PROGRAM, *files], check=True, stdout=subprocess.PIPE).stdout)
                             for _ in range(count))


def main():
    options = bench.options(__doc__)
    files = bench.documents("01", "02", "03", "04", "06")
    figures = [("markdown_vs_text", against_text(files, options.pairs), "ratio")]
    install()
    figures += [(f"markdown_vs_{name}", against_peer(files, options.pairs, package), "ratio")
                for name, package in PEERS.items()]
    figures.append(("finish_share", finish_share(files, options.pairs), "ratio"))
    bench.report(options.json, figures)


if __name__ == "__main__":
    main()
