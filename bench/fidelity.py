# SPDX-License-Identifier: AGPL-3.0-or-later
"""How true the output is, against floors that only rise: ./dev bench fidelity --scorer FILE.

The scorer is a Python program that lies outside of this project, as do the documents (XTR_CORPUS). It is
called with --corpus, --engine (a command in which {format}, {file}, {password}, {languages} and {ocr} stand
for themselves), --category and --out, a file that it writes as JSON: "summary" has for each category
"failed" and "metrics", for each metric its mean and of how many. A figure below its floor in
bench/fidelity.json, one that is missing, or a failed document ends this with 1. --raise writes those that
are better; a floor is lowered by hand, with a reason.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import bench

FLOORS = bench.ROOT / "bench/fidelity.json"
CATEGORIES = ("01", "02", "03", "04", "06_encodings", "06_multilang/pdf")
ENGINE = (f"{bench.EXTRACT} --quiet --timeout=15 --format={{format}} --password={{password}} "
          "--ocr-languages={languages} --ocr={ocr} {file}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", required=True, type=Path, help="the program that scores")
    parser.add_argument("--raise", dest="rise", action="store_true", help="write the floors that are higher now")
    parser.add_argument("--json", action="store_true", help="print a list of {name, value, unit} only")
    return parser.parse_args()


def measure(scorer):
    """{category/metric: mean}, with failed documents as a metric of their own."""
    corpus = os.environ.get("XTR_CORPUS") or sys.exit("bench: XTR_CORPUS is not set")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "scores.json")
        chosen = [part for name in CATEGORIES for part in ("--category", name)]
        subprocess.run([sys.executable, str(scorer), "--corpus", corpus, "--engine", ENGINE, "--out", str(out),
                        *chosen], check=True, stdout=subprocess.DEVNULL)
        summary = json.loads(out.read_text())["summary"]
    figures = {}
    for category, said in summary.items():
        if said["failed"]:
            bench.say(f"{category}: {said['failed']} documents failed")
        figures[f"{category}/survived"] = 1 - said["failed"] / said["n"]
        for metric, (mean, _) in said["metrics"].items():
            figures[f"{category}/{metric}"] = mean
    return figures


def main():
    options = arguments()
    figures = measure(options.scorer)
    floors = json.loads(FLOORS.read_text())
    fallen = [name for name, floor in floors.items() if figures.get(name, 0) < floor]
    bench.report(options.json, [(name, value, "score") for name, value in figures.items()])
    for name in fallen:
        bench.say(f"{name}: {figures.get(name, 0):.4f} is below its floor {floors[name]:.4f}")
    for name, value in figures.items():
        if name not in floors:
            bench.say(f"{name}: {value:.4f} has no floor yet")
        elif value > floors[name]:
            bench.say(f"{name}: {value:.4f} is above its floor {floors[name]:.4f}")
    if options.rise:
        risen = {name: max(value, floors.get(name, 0)) for name, value in {**floors, **figures}.items()}
        FLOORS.write_text(json.dumps(dict(sorted(risen.items())), indent=1) + "\n")
    return bool(fallen)


if __name__ == "__main__":
    sys.exit(main())
