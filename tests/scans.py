#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much of fixtures/scan is read: scans.py EXTRACT FOLDER [NAME...].

Each file must give the words that truth.json says, page by page, to the share of LEAST, and its pages
must say how they were read. Words are compared as bags, without case and punctuation; of scripts
without spaces each letter is a word.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys

# Word F1 of the worst page. What is not named must reach the first. Tesseract takes the points of the
# receipt's prices, which stand in a column, for the end of one.
LEAST = {"": .95, "speckled.png": .9, "fax.tif": .85, "receipt.jpg": .7, "zeros.jpg": .88}
# Files whose pages are not all read by recognition, with those that are.
RECOGNISED = {
    "blank.png": [],
    "noise.png": [],
    "mixed.pdf": [2],
    "fifty.pdf": [23],
    "illustrated.pdf": [],
    "layer_good.pdf": [],
}
LEAST_CONFIDENCE = .5
TIME_LIMIT = 300  # seconds


def words(text):
    text = re.sub(r"([\u3040-\u30ff\u4e00-\u9fff])", r" \1 ", text.lower())
    return collections.Counter(re.sub(r"[^\w.%]+", " ", text).replace(". ", " ").rstrip(".").split())


def f1(said, read):
    want, have = words(said), words(read)
    if not want and not have:
        return 1
    return 2 * sum((want & have).values()) / (sum(want.values()) + sum(have.values()))


def extract(program, languages, paths):
    """The results of files, in their order; they are read on all cores."""
    done = subprocess.run([program, "--quiet", "--format", "json", "--ocr-images", "--ocr-languages", languages, *map(str, paths)],
                          stdout=subprocess.PIPE, check=False, timeout=TIME_LIMIT)
    return [json.loads(line) for line in done.stdout.splitlines()]


def complaints(name, said, pages):
    """What is wrong with how a file was read."""
    if len(pages) != len(said):
        yield f"{len(pages)} pages, not {len(said)}"
        return
    least = LEAST.get(name, LEAST[""])
    worst = min(f1(text, page["content"]) for text, page in zip(said, pages))
    if worst < least:
        yield f"F1 of words is {worst:.3f}, not {least}"
    recognised = [page["number"] for page in pages if page["read_by"] == "ocr"]
    if recognised != RECOGNISED.get(name, [page["number"] for page in pages]):
        yield f"pages {recognised} were recognised"
    for page in pages:
        confidence = page.get("confidence")
        if (page["read_by"] == "ocr") != (confidence is not None and LEAST_CONFIDENCE <= confidence <= 1):
            yield f"page {page['number']} was read by {page['read_by']} at a confidence of {confidence}"


def main():
    program, folder, *names = sys.argv[1:]
    folder = pathlib.Path(folder)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    by_languages = collections.defaultdict(list)
    for name, fixture in truth.items():
        if name in names or not names:
            by_languages[fixture["languages"]].append(name)
    passed = failed = 0
    for languages, files in by_languages.items():
        results = extract(program, languages, [folder / name for name in files])
        for name, result in zip(files, results):
            wrong = list(complaints(name, truth[name]["pages"], result.get("pages", [])))
            failed += bool(wrong)
            passed += not wrong
            for complaint in wrong:
                print(f"{name}: {complaint}")
        if len(results) != len(files):
            failed += 1
            print(f"{len(results)} results of {len(files)} files in {languages}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
