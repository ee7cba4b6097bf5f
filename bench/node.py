# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Node.js package: what awaiting costs, and how free the event loop stays.

await_vs_async_work     one empty job after the other, against the same with one napi_create_async_work a
                        call, whose thread does nothing (node_peer.c)
all_vs_async_work       10 000 empty jobs in one Promise.all, the same
fs_stall                worst fs.readFile while the threads are full of documents that sleep: threads of
                        our own against libuv's
drain_block             longest block of the event loop while 200 results of 1 MB arrive and are read,
                        against reading them all at once
abort_ms, abort_free_ms a running job: until its promise has settled, and until its thread is free
terminate_kb            memory that a worker_thread leaves which is terminated with 50 jobs at work
health_p99              p99 of a route of the service in examples/node while it reads PDFs at full load,
                        against the same beside as many busy processes

Medians of ratios of alternating pairs, in one process.
"""
import json
import os
import subprocess
import sys

import bench


def main():
    options = bench.options(__doc__)
    files = [file for file in bench.documents("01", "02", "03") if os.path.getsize(file) < 2_000_000]
    node = os.environ.get("NODE", "node")
    done = subprocess.run([node, "--expose-gc", str(bench.ROOT / "bench/node.mjs"), str(max(options.pairs, 15)),
                           *files[:100]], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    bench.report(options.json, [tuple(figure) for figure in json.loads(done.stdout)])


if __name__ == "__main__":
    main()
