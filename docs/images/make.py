#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draws output.svg: a page of a PDF beside the Markdown that comes out of it (needs mupdf-tools).

    docs/images/make.py        after ./dev build
"""
import base64
import html
import subprocess
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "fixtures/pdf/showcase.pdf"
COLUMNS, LEADING, HEIGHT = 58, 17, 440


def page_image():
    with tempfile.TemporaryDirectory() as folder:
        png = Path(folder) / "page.png"
        subprocess.run(["mutool", "draw", "-q", "-r", "96", "-c", "gray", "-o", png, PAGE, "1"],
                       check=True, stderr=subprocess.DEVNULL)
        return base64.b64encode(png.read_bytes()).decode()


def rows():
    text = subprocess.run([ROOT / "build/bin/extract", "-q", "--format", "markdown", PAGE],
                          check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        yield from textwrap.wrap(line, COLUMNS, break_long_words=False) or [""]


def main():
    lines = "".join(f'<text x="512" y="{34 + LEADING * i}">{html.escape(row)}</text>\n'
                    for i, row in enumerate(rows()))
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {HEIGHT}" role="img">
<title>A page of a PDF and the Markdown that comes out of it</title>
<clipPath id="page"><rect x="8" y="8" width="480" height="{HEIGHT - 16}"/></clipPath>
<rect width="960" height="{HEIGHT}" fill="#f6f5f1"/>
<g clip-path="url(#page)"><rect x="8" y="8" width="480" height="{HEIGHT}" fill="#fff"/>
<image x="8" y="-40" width="480" height="679" href="data:image/png;base64,{page_image()}"/></g>
<rect x="8" y="8" width="480" height="{HEIGHT - 16}" fill="none" stroke="#bbb"/>
<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12" fill="#222">
{lines}</g>
</svg>
"""
    (Path(__file__).parent / "output.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
