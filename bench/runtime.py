# SPDX-License-Identifier: AGPL-3.0-or-later
"""The runtime: how work spreads over threads, and what a job costs.

two_threads                 throughput of all documents with two threads against one, in process
two_processes               the same with two processes of one thread each, all documents in both:
                            what the machine has to give
long_pdf_two_threads        time of one long PDF, the one that takes longest, with one thread against two
jobs_per_second             empty jobs, all queued and then waited for
roundtrip_vs_uv_queue_work  one empty job after the other against libuv's own pool (lower is better)
stream_peak_mb              peak memory of streaming the PDF with most pages to a consumer that sleeps

Ratios of time are the best of alternating pairs, because other programs on the machine only take
from them; the control is taken in the same turns.
"""
import subprocess

import bench

PROGRAM = str(bench.ROOT / "build/bench/bin/bench-runtime")


def measure(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def side_by_side(files):
    """Seconds that each of two processes needs, at the same time, for all files."""
    command = [PROGRAM, "documents", "1", *files]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    return max(float(process.communicate()[0]) for process in both)


def threads(count, files):
    """Two threads and two processes against one thread, taken in turn; the best of each."""
    in_threads, in_processes = [], []
    measure("documents", 1, *files)
    for _ in range(count):
        one = measure("documents", 1, *files)
        two = measure("documents", 2, *files)
        in_threads.append(one / two)
        in_processes.append(2 * one / side_by_side(files))
        bench.say(f"{len(files)} PDF: one thread {one:.2f} s, two threads {in_threads[-1]:.2f}x, "
                  f"two processes {in_processes[-1]:.2f}x")
    return max(in_threads), max(in_processes)


def main():
    options = bench.options(__doc__)
    files = bench.documents("01", "02", "03", "04", "13")
    big = bench.documents("13")
    slowest = max(big, key=lambda file: measure("documents", 1, file))
    two_threads, two_processes = threads(options.pairs, files)
    long_two_threads, long_two_processes = threads(options.pairs, [slowest])
    bench.say(f"long PDF: two processes {long_two_processes:.2f}x")
    bench.report(options.json, [
        ("two_threads", two_threads, "ratio"),
        ("two_processes", two_processes, "ratio"),
        ("long_pdf_two_threads", long_two_threads, "ratio"),
        ("jobs_per_second", max(measure("empty", 2, 500000) for _ in range(options.pairs)), "jobs/s"),
        ("roundtrip_vs_uv_queue_work", measure("roundtrip", 20000), "ratio"),
        ("stream_peak_mb", bench.run(PROGRAM, "stream", "2", bench.longest(big)).peak_mb, "MB"),
    ])


if __name__ == "__main__":
    main()
