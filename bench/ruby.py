# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Ruby gem: what a call costs, whether threads and fibers share, against other ways.

call_vs_thread_queue  an empty call against a hand-off to a thread of Ruby by Thread::Queue, and back
batch_vs_call         an empty job of a batch of 10 000 against an empty call
two_threads           1 ms jobs of two threads of Ruby against one, the best of the pairs
two_threads_pdf       the same with real PDFs
kill_ms, timeout_ms   how late Thread#kill and a 50 ms Timeout end a call whose document does not stop,
                      the worst of ten
fibers_vs_batch       100 fibers under the gem async against the same batch
fibers_turns          turns of another task meanwhile, against those due
pdf_reader_vs_us      20 PDFs: the gem pdf-reader against a batch
pdftotext_vs_us       the same: a process of pdftotext for each file, from Ruby, against calls

Medians of ratios of alternating pairs, each measurement in a process of its own.
"""
import json
import os
import shutil
import subprocess

import bench

FOLDER = bench.ROOT / "build/bench/ruby"
RUBY = os.environ.get("RUBY", "/usr/bin/ruby")


def measure(name, pairs, *files):
    """What Bench.name of ruby.rb says; None when a gem is missing."""
    done = subprocess.run([RUBY, bench.ROOT / "bench/ruby.rb", name, str(pairs), *files], check=False,
                          env={**os.environ, "RUBYLIB": str(FOLDER)}, capture_output=True, text=True)
    if done.returncode:
        bench.say(f"{name}: {done.stderr.strip().splitlines()[-1:]}")
        return None
    said = json.loads(done.stdout)
    bench.say(f"{name}: {said}")
    return said


def main():
    options = bench.options(__doc__)
    pairs = max(options.pairs, 15)
    files = bench.documents("01", "02", "03")
    twenty = sorted(files, key=os.path.getsize)[len(files) // 4:][:20]
    figures = []

    def add(name, key, unit, said):
        if said:
            figures.append((name, said[key], unit))

    add("call_vs_thread_queue", "ratio", "ratio", measure("call_vs_thread_queue", pairs))
    add("batch_vs_call", "ratio", "ratio", measure("batch_vs_call", pairs))
    add("two_threads", "ratio", "ratio", measure("two_threads", 5))
    add("two_threads_pdf", "ratio", "ratio", measure("two_threads_pdf", 5, *files[:100]))
    add("kill_ms", "ms", "ms", measure("kill_ms", 1))
    add("timeout_ms", "ms", "ms", measure("timeout_ms", 1))
    fibers = measure("fibers", 5)
    add("fibers_vs_batch", "ratio", "ratio", fibers)
    add("fibers_turns", "turns", "ratio", fibers)
    add("pdf_reader_vs_us", "ratio", "ratio", measure("pdf_reader", 3, *twenty))
    if shutil.which("pdftotext"):
        add("pdftotext_vs_us", "ratio", "ratio", measure("pdftotext", 5, *twenty))
    else:
        bench.say("pdftotext is missing: apt-get install poppler-utils")
    bench.report(options.json, figures)


if __name__ == "__main__":
    main()
