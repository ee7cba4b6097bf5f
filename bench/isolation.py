# SPDX-License-Identifier: AGPL-3.0-or-later
"""Isolation: what reading documents in sandboxed processes costs, against threads.

process_vs_thread_cpu        processor time of all PDFs, that of all processes included
process_vs_thread_wall       time of the same
fresh_process_vs_thread_cpu  the same with a new process for every document

Medians of ratios of alternating pairs, two documents at a time.
"""
import statistics
import subprocess

import bench

PROGRAM = str(bench.ROOT / "build/bench/bin/bench-runtime")


def measure(isolation, files):
    """Wall and processor seconds."""
    done = subprocess.run([PROGRAM, "isolation", isolation, "2", *files], stdout=subprocess.PIPE,
                          text=True, check=True)
    return tuple(map(float, done.stdout.split()))


def main():
    options = bench.options(__doc__)
    files = bench.documents("")
    wall, cpu, fresh = [], [], []
    measure("thread", files)
    for _ in range(options.pairs):
        thread = measure("thread", files)
        process = measure("process", files)
        alone = measure("fresh_process", files)
        wall.append(process[0] / thread[0])
        cpu.append(process[1] / thread[1])
        fresh.append(alone[1] / thread[1])
        bench.say(f"{len(files)} PDF: thread {thread[0]:.2f} s, {thread[1]:.2f} s of processors; "
                  f"process {wall[-1]:.2f}x, {cpu[-1]:.2f}x; fresh process {fresh[-1]:.2f}x")
    bench.report(options.json, [
        ("process_vs_thread_cpu", statistics.median(cpu), "ratio"),
        ("process_vs_thread_wall", statistics.median(wall), "ratio"),
        ("fresh_process_vs_thread_cpu", statistics.median(fresh), "ratio"),
    ])


if __name__ == "__main__":
    main()
