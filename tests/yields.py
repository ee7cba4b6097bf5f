#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What extractors declare to give against what they give: yields.py EXTRACT FIXTURES.

Nothing may come out that is not declared and, of what is, everything must come out of some document.
"""
import collections
import json
import pathlib
import subprocess
import sys

STRUCTURE = {"heading", "list_item", "code", "quote", "caption", "formula", "footnote"}
FACTS = {"charset", "line_count", "page_count"}  # of the file, not of what it says
SCANS = ("table.png", "columns.png", "scan.pdf")  # for the rest recognition is off: it takes long


def extract(program, path):
    ocr = "auto" if path.name in SCANS else "off"
    done = subprocess.run([program, path, "--format", "json", "--ocr", ocr, "--images", "extract",
                           "--attachments", "extract"], capture_output=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def given(result):
    yield "text", result["content"].strip()
    yield "structure", STRUCTURE & {element["type"] for element in result["elements"]}
    yield "tables", result["tables"]
    yield "metadata", set(result["metadata"]) - FACTS
    yield "pages", result["pages"]
    yield "images", any("data" in image for image in result["images"])
    yield "children", result["children"]
    yield "ocr", any(page["read_by"] == "ocr" for page in result["pages"])


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    listed = subprocess.run([program, "formats", "--format", "json"], capture_output=True, check=True)
    formats = json.loads(listed.stdout)
    owner = {kind["mime_type"]: known["name"] for known in reversed(formats) for kind in known["types"]}
    found = collections.defaultdict(lambda: collections.defaultdict(str))
    for path in sorted(folder.rglob("*")):
        result = extract(program, path) if path.is_file() and path.suffix != ".json" else None
        if not result:
            continue
        for name, value in given(result):
            if value:
                found[owner[result["mime_type"]]].setdefault(name, str(path.relative_to(folder)))
    wrong = 0
    for known in formats:
        declared, seen = set(known["yields"]), found[known["name"]]
        if "wrapped" in declared or known["types"][0]["mime_type"].startswith("mock:"):
            continue  # gives whatever is inside, or what a test asks for
        wrong += len(declared ^ set(seen))
        for name in sorted(set(seen) - declared):
            print(f"{known['name']}: gives {name}, of {seen[name]}, and does not say so")
        for name in sorted(declared - set(seen)):
            print(f"{known['name']}: says that it gives {name}, and no document does")
    print(f"{len(found)} formats give {'what' if not wrong else 'other than'} they say")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
