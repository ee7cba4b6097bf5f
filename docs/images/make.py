#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draws output.svg and scan.svg: a page beside the Markdown that comes out of it (needs mupdf-tools).

    docs/images/make.py        after ./dev build
"""
import base64
import html
import subprocess
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COLUMNS, LEADING = 58, 17


def page_image(page):
    with tempfile.TemporaryDirectory() as folder:
        png = Path(folder) / "page.png"
        subprocess.run(["mutool", "draw", "-q", "-r", "96", "-c", "gray", "-o", png, page, "1"],
                       check=True, stderr=subprocess.DEVNULL)
        return base64.b64encode(png.read_bytes()).decode()


def rows(page):
    text = subprocess.run([ROOT / "build/bin/extract", "-q", "--format", "markdown", page],
                          check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        yield from textwrap.wrap(line, COLUMNS, break_long_words=False) or [""]


def draw(file, page, title, height, top, image_height):
    """The image is 480 wide and `image_height` high, and begins at `top`."""
    page = ROOT / "fixtures" / page
    lines = "".join(f'<text x="512" y="{34 + LEADING * i}">{html.escape(row)}</text>\n'
                    for i, row in enumerate(rows(page)))
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {height}" role="img">
<title>{title}</title>
<clipPath id="page"><rect x="8" y="8" width="480" height="{height - 16}"/></clipPath>
<rect width="960" height="{height}" fill="#f6f5f1"/>
<g clip-path="url(#page)"><rect x="8" y="8" width="480" height="{height}" fill="#fff"/>
<image x="8" y="{top}" width="480" height="{image_height}" href="data:image/png;base64,{page_image(page)}"/></g>
<rect x="8" y="8" width="480" height="{height - 16}" fill="none" stroke="#bbb"/>
<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12" fill="#222">
{lines}</g>
</svg>
"""
    (Path(__file__).parent / file).write_text(svg, encoding="utf-8")


def main():
    draw("output.svg", "pdf/showcase.pdf", "A page of a PDF and the Markdown that comes out of it", 440, -40, 679)
    draw("scan.svg", "scan/table.png", "A scan of a table and the Markdown that comes out of it", 320, 12, 296)


if __name__ == "__main__":
    main()
