# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recognition of a 20-page scan of 300 dpi with two threads, drawing of its pages included.

ocr_vs_tesseract       throughput against the tesseract command with its defaults, which uses all
                       processors for one page, one process a page image after the other
ocr_vs_two_tesseracts  the same against two of its processes at a time, each on one processor
peak_mb                peak memory of our process
cancel_ms              from a cancel until the slot is free: the most of 40 moments of a page
noise_ms               time of our whole process on a page of random dots

The scan is made here: text of this project, set in PDF, drawn by mutool, and its pages put into a
PDF as images. tesseract is given the images.
"""
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bench

sys.path.insert(0, str(bench.ROOT / "fixtures"))
import make_pdf  # noqa: E402

PAGES, ROWS, WIDTH, HEIGHT = 20, 52, 2480, 3508
MOMENTS = 40


def text_pdf():
    """Twenty pages of prose out of our documentation."""
    words = " ".join(p.read_text(encoding="utf-8") for p in sorted((bench.ROOT / "docs").rglob("*.md"))).split()
    words = [w for w in words if w.isascii() and w.replace(".", "").replace(",", "").isalpha()]
    rows = make_pdf.wrap(" ".join(words), 84)
    pdf = make_pdf.Pdf()
    for first in range(PAGES):
        page = [rows[(first * ROWS + i) % len(rows)] for i in range(ROWS)]
        pdf.page(make_pdf.lines(60, 790, page))
    return pdf.bytes()


def scan_pdf(pages, size=(595.2, 841.92)):
    """A PDF of grey images, one a page."""
    pdf = make_pdf.Pdf()
    for samples, width, height in pages:
        image = pdf.stream(samples, f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
                           "/ColorSpace /DeviceGray /BitsPerComponent 8")
        pdf.page(f"{size[0]} 0 0 {size[1]} 0 0 cm /I Do", resources=f"/XObject << /I {image} 0 R >>", size=size)
    return pdf.bytes()


def read_pgm(file):
    _, size, _, samples = file.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    return samples, width, height


def make_scan(folder):
    """Images of the pages, and the scan."""
    mutool = bench.need("mutool", "mupdf-tools")
    (folder / "text.pdf").write_bytes(text_pdf())
    subprocess.run([mutool, "draw", "-q", "-r", "300", "-c", "gray", "-o", str(folder / "page-%02d.pgm"),
                    str(folder / "text.pdf")], check=True, stderr=subprocess.DEVNULL)
    images = sorted(folder.glob("page-*.pgm"))
    (folder / "scan.pdf").write_bytes(scan_pdf(map(read_pgm, images)))
    (folder / "page.pdf").write_bytes(scan_pdf([read_pgm(images[0])]))
    return images


def make_noise(folder):
    dots = random.Random(1).randbytes(WIDTH * HEIGHT)
    dots = dots.translate(bytes(0 if value < 13 else 255 for value in range(256)))
    (folder / "noise.pdf").write_bytes(scan_pdf([(dots, WIDTH, HEIGHT)]))


def two_at_a_time(images, tesseract):
    """Wall time of all; each process on one processor."""
    environment = dict(os.environ, OMP_THREAD_LIMIT="1")

    def one(image):
        subprocess.run([tesseract, image, "-", "--dpi", "300"], env=environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    start = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, images))
    return bench.Cost(time.perf_counter() - start)


def main():
    options = bench.options(__doc__)
    tesseract = bench.need("tesseract", "tesseract-ocr")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = [str(image) for image in make_scan(folder)]
        make_noise(folder)

        def ours(file="scan.pdf"):
            return bench.run(bench.EXTRACT, "--quiet", "--isolation", "thread", "--threads", "2",
                             str(folder / file))

        alone, theirs, two = [], [], []
        for _ in range(1):  # a turn takes up to ten minutes
            alone.append(ours())
            two.append(two_at_a_time(images, tesseract))
            theirs.append(bench.run_each(images, tesseract, "{}", "-", "--dpi", "300"))
            bench.say(f"{PAGES} pages: extract {alone[-1].wall:.1f} s, tesseract {theirs[-1].wall:.1f} s, "
                      f"two of them {two[-1].wall:.1f} s")
        stops = subprocess.run([str(bench.ROOT / "build/bench/bin/bench-runtime"), "stops", str(MOMENTS),
                                str(folder / "page.pdf")], stdout=subprocess.PIPE, text=True, check=True)
        median, most = map(float, stops.stdout.split())
        bench.say(f"cancel: {median:.0f} ms at the median, {most:.0f} ms at most")
        bench.report(options.json, [
            ("ocr_vs_tesseract", bench.ratio(theirs, alone), "ratio"),
            ("ocr_vs_two_tesseracts", bench.ratio(two, alone), "ratio"),
            ("peak_mb", max(cost.peak_mb for cost in alone), "MB"),
            ("cancel_ms", most, "ms"),
            ("noise_ms", min(ours("noise.pdf").wall for _ in range(3)) * 1000, "ms"),
        ])


if __name__ == "__main__":
    main()
