# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the benchmark scripts share: documents, peers, alternating pairs, and the output.

A script measures with `pairs` and prints with `report`. Figures are medians of ratios taken pair by
pair in one run, so they hold on a machine whose speed drifts; times are shown, never judged.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRACT = str(ROOT / "build/bin/extract")
TIME_LIMIT = 120  # seconds a single program may take


@dataclass
class Cost:
    """Of one or several finished processes."""
    wall: float = 0.0  # seconds
    cpu: float = 0.0   # seconds, user + system
    peak_mb: float = 0.0

    def add(self, other):
        self.wall += other.wall
        self.cpu += other.cpu
        self.peak_mb = max(self.peak_mb, other.peak_mb)


def options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print a list of {name, value, unit} only")
    parser.add_argument("--pairs", type=int, default=5, help="pairs to measure (default 5)")
    return parser.parse_args()


def say(message):
    print(message, file=sys.stderr)


def documents(*folders, suffix=".pdf"):
    """Files of these folders of XTR_CORPUS; our own fixtures when it is not set."""
    corpus = os.environ.get("XTR_CORPUS")
    if not corpus:
        say("XTR_CORPUS is not set: measuring on our own small fixtures, which says little")
        roots = [ROOT / "fixtures"]
    else:
        roots = [p for name in folders for p in sorted(Path(corpus).glob(name + "*"))]
    found = sorted(str(p) for root in roots for p in root.rglob("*" + suffix) if p.is_file())
    if not found:
        sys.exit(f"bench: no {suffix} file below {', '.join(map(str, roots))}")
    return found


def need(program, package):
    """The path of a peer; an error that names its Debian package when it is missing."""
    path = shutil.which(program)
    if not path:
        sys.exit(f"bench: {program} is missing: apt-get install {package}")
    return path


def longest(files):
    """The PDF with the most pages."""
    mutool = need("mutool", "mupdf-tools")

    def page_count(file):
        shown = subprocess.run([mutool, "info", file], capture_output=True, text=True, errors="replace")
        lines = [line for line in shown.stdout.splitlines() if line.startswith("Pages:")]
        return int(lines[0].split()[1]) if lines else 0
    return max(files, key=page_count)


def run(*command):
    """Runs a program to its end, its output thrown away; what it took."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    wall = time.perf_counter() - start
    if wall > TIME_LIMIT:
        say(f"bench: {command[0]} took {wall:.0f} s")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def run_each(files, *command):
    """One process a file, one after the other."""
    total = Cost()
    for file in files:
        total.add(run(*(file if part == "{}" else part for part in command)))
    return total


def pairs(count, ours, theirs):
    """Runs both in turn, once to warm up and `count` times measured; two lists of costs."""
    ours(), theirs()
    measured = [(ours(), theirs()) for _ in range(count)]
    return [a for a, _ in measured], [b for _, b in measured]


def ratio(numerators, denominators, field="wall"):
    return statistics.median(getattr(a, field) / getattr(b, field)
                             for a, b in zip(numerators, denominators))


def middle(costs, field="wall"):
    return statistics.median(getattr(c, field) for c in costs)


def report(as_json, figures):
    """Prints (name, value, unit) triples as a table or as JSON."""
    if as_json:
        print(json.dumps([{"name": n, "value": round(v, 4), "unit": u} for n, v, u in figures]))
        return
    width = max(len(name) for name, _, _ in figures)
    for name, value, unit in figures:
        print(f"{name:<{width}}  {value:10.3f} {unit}")
