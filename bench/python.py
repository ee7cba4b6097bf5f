# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Python package: what awaiting costs, against other ways to wait for a C library.

await_vs_run_in_executor         one empty job after the other: loop.run_in_executor with the sync
                                 function, against awaiting (asyncio)
await_vs_run_in_executor_uvloop  the same in uvloop
await_vs_call_soon_per_job       call_soon_threadsafe for each job, by a thread that takes the GIL
gather_vs_run_in_executor        10 000 empty jobs in one gather, the same
async_vs_sync                    throughput of 1 ms jobs in two threads: awaited, against two threads
                                 that call the sync function
two_threads                      the same jobs in a runtime of two threads against one of one, the
                                 best of the pairs
two_processes                    two processes of one thread each, side by side: what the machine has
busy_loop_throughput             sleeping jobs done while the event loop is busy in pure Python,
                                 against those done while it is idle
cancel_ms, cancel_free_ms        a running job: until its task has ended, and until its thread has

Medians of ratios of alternating pairs, in one process.
"""
import asyncio
import os
import statistics
import subprocess
import sys
import threading
import time

import bench

FOLDER = bench.ROOT / "build/bench/python"
EMPTY, FEW, MANY = (b"1", "mock:empty"), 1000, 10000


def timed(loop, coroutine):
    start = time.perf_counter()
    loop.run_until_complete(coroutine)
    return time.perf_counter() - start


async def awaits(count=FEW):
    for _ in range(count):
        await libextract.extract_bytes(*EMPTY)


async def executor_awaits(count=FEW):
    loop = asyncio.get_running_loop()
    for _ in range(count):
        await loop.run_in_executor(None, libextract.extract_bytes_sync, *EMPTY)


async def peer_awaits(count=FEW):
    loop = asyncio.get_running_loop()
    for _ in range(count):
        future = loop.create_future()
        python_peer.submit(loop.call_soon_threadsafe, future.set_result)
        await future


async def gather():
    await asyncio.gather(*(libextract.extract_bytes(*EMPTY) for _ in range(MANY)))


async def executor_gather():
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.run_in_executor(None, libextract.extract_bytes_sync, *EMPTY)
                           for _ in range(MANY)))


def compare(loop, name, ours, theirs, count, jobs, pairs):
    """The median of theirs / ours."""
    ratios, mine = [], []
    timed(loop, ours()), timed(loop, theirs())
    for _ in range(pairs):
        mine.append(timed(loop, ours()))
        ratios.append(timed(loop, theirs()) / mine[-1])
    bench.say(f"{name}: {statistics.median(mine) / jobs * 1e6:.1f} us a job, "
              f"{statistics.median(ratios):.2f}x")
    return statistics.median(ratios)


# Jobs that take a millisecond

SPIN, JOBS = (b"1", "mock:spin"), 500


async def spin(runtime, count=JOBS):
    await asyncio.gather(*(runtime.extract_bytes(*SPIN) for _ in range(count)))


def spin_in_threads(runtime, threads=2, count=JOBS):
    def work():
        for _ in range(count // threads):
            runtime.extract_bytes_sync(*SPIN)

    start = time.perf_counter()
    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - start


def throughput(loop, pairs):
    async_sync, two, control = [], [], []
    with libextract.Runtime(threads=1) as one, libextract.Runtime(threads=2) as both:
        for _ in range(pairs):
            awaited = timed(loop, spin(both))
            async_sync.append(spin_in_threads(both) / awaited)
            alone = timed(loop, spin(one))
            two.append(alone / timed(loop, spin(both)))
            control.append(2 * alone / side_by_side())
    bench.say(f"1 ms jobs: async {statistics.median(async_sync):.3f}x sync, two threads "
              f"{max(two):.2f}x, two processes {max(control):.2f}x")
    return statistics.median(async_sync), max(two), max(control)


def side_by_side():
    command = [sys.executable, __file__, "--spin"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    return max(float(process.communicate()[0]) for process in both)


# A loop that is busy


def busy_loop(loop, pairs):
    """Jobs done in half a second, while the loop spins against while it sleeps."""
    async def run(runtime, busy):
        jobs = [runtime.extract_bytes(b"5", "mock:sleep") for _ in range(1000)]
        end = time.perf_counter() + 0.5
        if busy:
            while time.perf_counter() < end:
                pass
        else:
            await asyncio.sleep(0.5)
        await asyncio.sleep(0)  # what is done is drained
        await asyncio.sleep(0)
        done = sum(job.done() for job in jobs)
        for job in jobs:
            job.cancel()
        return done

    ratios = []
    for _ in range(pairs):
        with libextract.Runtime(threads=4) as runtime:
            idle = loop.run_until_complete(run(runtime, False))
            ratios.append(loop.run_until_complete(run(runtime, True)) / idle)
    bench.say(f"busy loop: {statistics.median(ratios):.3f}x")
    return statistics.median(ratios)


def cancel(loop, count=50):
    """Milliseconds, the worst of many."""
    async def run(runtime):
        task = asyncio.ensure_future(runtime.extract_bytes(b"60000", "mock:spin"))
        await asyncio.sleep(0.02)
        start = time.perf_counter()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        ended = time.perf_counter()
        await runtime.extract_bytes(*EMPTY)
        return (ended - start) * 1000, (time.perf_counter() - start) * 1000

    with libextract.Runtime(threads=1) as runtime:
        times = [loop.run_until_complete(run(runtime)) for _ in range(count)]
    return max(t[0] for t in times), max(t[1] for t in times)


def main():
    options = bench.options(__doc__)
    pairs = max(options.pairs, 15)
    figures = []
    loop = asyncio.new_event_loop()
    figures.append(("await_vs_run_in_executor",
                    compare(loop, "await", awaits, executor_awaits, FEW, FEW, pairs), "ratio"))
    figures.append(("await_vs_call_soon_per_job",
                    compare(loop, "call_soon per job", awaits, peer_awaits, FEW, FEW, pairs), "ratio"))
    figures.append(("gather_vs_run_in_executor",
                    compare(loop, "gather", gather, executor_gather, MANY, MANY, 5), "ratio"))
    async_sync, two, control = throughput(loop, 5)
    figures += [("async_vs_sync", async_sync, "ratio"), ("two_threads", two, "ratio"),
                ("two_processes", control, "ratio"),
                ("busy_loop_throughput", busy_loop(loop, 5), "ratio")]
    ended, free = cancel(loop)
    figures += [("cancel_ms", ended, "ms"), ("cancel_free_ms", free, "ms")]
    try:
        import uvloop
    except ImportError:
        bench.say("uvloop is missing: apt-get install python3-uvloop")
    else:
        figures.insert(1, ("await_vs_run_in_executor_uvloop",
                           compare(uvloop.new_event_loop(), "uvloop", awaits, executor_awaits, FEW,
                                   FEW, pairs), "ratio"))
    bench.report(options.json, figures)


if __name__ == "__main__":
    if str(FOLDER) not in sys.path:
        os.execve(sys.executable, [sys.executable, *sys.argv],
                  {**os.environ, "PYTHONPATH": str(FOLDER)})
    import libextract
    import python_peer

    if "--spin" in sys.argv:
        with libextract.Runtime(threads=1) as runtime:
            print(timed(asyncio.new_event_loop(), spin(runtime)))
    else:
        main()
