# SPDX-License-Identifier: AGPL-3.0-or-later
# Pictures of layouts: what is in them, and that each is XML, of damaged documents too.
cat >look.py <<'PYTHON'
import sys
import xml.etree.ElementTree as ElementTree

SVG = "{http://www.w3.org/2000/svg}"
root = ElementTree.parse(sys.stdin).getroot()
parts = {part.get("id"): part for part in root if part.get("id")}


def texts(name):
    return ["".join(text.itertext()) for text in parts[name].iter(SVG + "text")]


print("blocks:", *texts("blocks"), sep="\n  ")
print("evidence:", *("".join(title.itertext()) for title in parts["evidence"].iter(SVG + "title")), sep="\n  ")
print(len(texts("text")), "lines,", len(list(parts["rules"])), "rules,", len(list(parts["tables"])), "cells")
PYTHON
look() { extract debug layout "$@" | "${PYTHON:-/usr/bin/python3}" look.py; }
look "$FIXTURES/pdf/showcase.pdf"
look "$FIXTURES/pdf/tables.pdf" --page 2
look "$FIXTURES/pdf/scripts.pdf" | tail -1
look "$FIXTURES/pdf/truncated.pdf" | tail -1
look "$FIXTURES/pdf/aes-256.pdf" --password open | tail -1
extract debug layout - --output page.svg <"$FIXTURES/pdf/simple.pdf"
ls
cd "$FIXTURES/pdf"
code extract debug layout simple.pdf --page 2
code extract debug layout simple.pdf --page 0
code extract debug layout aes-256.pdf
code extract debug layout simple.pdf columns.pdf
code extract debug simple.pdf
code extract --page 1 simple.pdf
code extract debug layout simple.pdf --mime-type text/plain
