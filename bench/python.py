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
web_async_vs_sync                requests a second of a web service that awaits, against one whose
                                 handler is a plain function in a thread (Starlette, uvicorn)
web_gap                          longest pause (p99) of an event loop while 100 PDFs are extracted,
                                 against the same beside as many busy processes
cancel_ms, cancel_free_ms        a running job: until its task has ended, and until its thread has

Medians of ratios of alternating pairs, in one process.
"""
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import threading
import time

import bench

FOLDER = bench.ROOT / "build/bench/python"
DOCUMENT = (bench.ROOT / "fixtures/pdf/simple.pdf").read_bytes()
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


# A web service


def make_app():
    """What uvicorn serves: one handler that awaits, one that waits in a thread."""
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    async def awaiting(request):
        result = await libextract.extract_bytes(DOCUMENT)
        return Response(result.content)

    def waiting(request):
        return Response(libextract.extract_bytes_sync(DOCUMENT).content)

    return Starlette(routes=[Route("/async", awaiting), Route("/sync", waiting)])


def __getattr__(name):
    if name == "app":
        return make_app()
    raise AttributeError(name)


async def client(port, path, requests):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(requests):
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(size)
    writer.close()


async def load(port, path, clients=8, requests=100):
    await asyncio.gather(*(client(port, path, requests) for _ in range(clients)))


def web(loop, pairs):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "uvicorn", "--log-level", "error", "--port",
                               str(port), "--app-dir", str(bench.ROOT / "bench"), "python:app"])
    try:
        wait_for(port)
        ratios = []
        timed(loop, load(port, "/async", requests=10)), timed(loop, load(port, "/sync", requests=10))
        for _ in range(pairs):
            awaited = timed(loop, load(port, "/async"))
            ratios.append(timed(loop, load(port, "/sync")) / awaited)
        bench.say(f"web: {800 / awaited:.0f} requests/s, {statistics.median(ratios):.2f}x sync")
        return statistics.median(ratios)
    finally:
        server.kill()
        server.wait()


def wait_for(port):
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
    sys.exit("bench: uvicorn does not start")


async def gap(work):
    """p99 of how late a loop comes back from a millisecond's sleep, while work is done; ms."""
    late, task = [], asyncio.ensure_future(work)
    while not task.done():
        start = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append((time.perf_counter() - start - 0.001) * 1000)
    return statistics.quantiles(late, n=100)[98]


async def extract_all(files):
    await asyncio.gather(*(libextract.extract_file(file) for file in files), return_exceptions=True)


async def busy_processes(seconds, count=2):
    program = f"import time\nend = time.time() + {seconds}\nwhile time.time() < end: pass"
    children = [await asyncio.create_subprocess_exec(sys.executable, "-c", program)
                for _ in range(count)]
    await asyncio.gather(*(child.wait() for child in children))


def gaps(loop, pairs):
    files = bench.documents("01", "02", "03")
    files = [files[i % len(files)] for i in range(100)]
    ratios = []
    for _ in range(pairs):
        start = time.perf_counter()
        ours = loop.run_until_complete(gap(extract_all(files)))
        seconds = time.perf_counter() - start
        theirs = loop.run_until_complete(gap(busy_processes(seconds)))
        bench.say(f"gap p99: {ours:.2f} ms while {len(files)} PDFs are read, {theirs:.2f} ms beside "
                  "busy processes")
        ratios.append(ours / theirs)
    return statistics.median(ratios)


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
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        bench.say("starlette or uvicorn is missing: apt-get install python3-starlette uvicorn")
    else:
        figures.append(("web_async_vs_sync", web(loop, 5), "ratio"))
    figures.append(("web_gap", gaps(loop, 5), "ratio"))
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


if str(FOLDER) not in sys.path:
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONPATH": str(FOLDER)})
import libextract  # noqa: E402
import python_peer  # noqa: E402

if __name__ == "__main__":
    if "--spin" in sys.argv:
        with libextract.Runtime(threads=1) as runtime:
            print(timed(asyncio.new_event_loop(), spin(runtime)))
    else:
        main()
