# SPDX-License-Identifier: AGPL-3.0-or-later
"""Threads, signals, processes, interpreters: what a host does around extractions."""
import asyncio
import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import libextract


def sleep(ms, **options):
    return libextract.extract_bytes_sync(str(ms).encode(), "mock:sleep", **options)


def python(program, *arguments, **options):
    return subprocess.run([sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)],
                          capture_output=True, timeout=30, **options)


def test_other_threads_run_meanwhile():
    worker = threading.Thread(target=sleep, args=[300])
    worker.start()
    ticks = 0
    while worker.is_alive():
        time.sleep(0.01)
        ticks += 1
    assert ticks >= 15


def test_interrupt():
    program = "import libextract; libextract.extract_bytes_sync(b'60000', 'mock:sleep')"
    child = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    time.sleep(1)
    child.send_signal(signal.SIGINT)
    start = time.monotonic()
    assert b"KeyboardInterrupt" in child.communicate()[1]
    assert time.monotonic() - start < 2


def test_interrupt_of_a_stream():
    program = ("import libextract, io;"
               "list(libextract.stream_pages(io.BytesIO(b'60000'), 'mock:sleep'))")
    child = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    time.sleep(1)
    child.send_signal(signal.SIGINT)
    assert b"KeyboardInterrupt" in child.communicate(timeout=5)[1]


def test_an_exception_of_on_progress_stops():
    def stop(progress):
        raise KeyError("enough")

    start = time.monotonic()
    with pytest.raises(KeyError):
        libextract.extract_bytes_sync(b"100000", "mock:pages", on_progress=stop)
    assert time.monotonic() - start < 5


def test_durations_are_seconds():
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        sleep(60000, timeout=0.2)
    assert time.monotonic() - start >= 0.19
    with pytest.raises(libextract.TimeoutError, match="1000 ms"):
        sleep(60000, timeout=1)


def test_fork_with_jobs_at_work():
    async def parent():
        job = libextract.extract_bytes(b"60000", "mock:sleep")
        await asyncio.sleep(0.05)
        child = os.fork()
        if not child:
            ok = sleep(1).content == "sleep\n"
            os._exit(not (ok and asyncio.new_event_loop().run_until_complete(again()) == "sleep\n"))
        job.cancel()
        return os.waitpid(child, 0)[1]

    async def again():
        return (await libextract.extract_bytes(b"1", "mock:sleep")).content

    assert asyncio.run(parent()) == 0


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_pools_of_processes(method):
    context = multiprocessing.get_context(method)
    sleep(1)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        results = list(pool.map(sleep, [1, 2, 3]))
    assert [result.content for result in results] == ["sleep\n"] * 3


@pytest.mark.parametrize("ending", ["", "sys.exit()", "raise SystemExit(0)", "os._exit(0)"])
def test_shutdown_with_jobs_in_flight(ending):
    done = python(f"""
        import asyncio, libextract, os, sys
        async def main():
            global jobs
            jobs = [libextract.extract_bytes(b"60000", "mock:sleep") for _ in range(50)]
            await asyncio.sleep(0.05)
        asyncio.run(main())
        {ending}
        """)
    assert (done.returncode, done.stderr) == (0, b"")


def test_shutdown_with_a_stream_and_a_runtime_open(pdf):
    done = python("""
        import libextract, sys
        runtime = libextract.Runtime(threads=1)
        stream = runtime.stream_batch([sys.argv[1]] * 100)
        next(stream)
        """, pdf)
    assert (done.returncode, done.stderr) == (0, b"")


def test_sub_interpreters(pdf):
    # asyncio in one of them only: up to Python 3.11 its own C half is not made for several.
    done = python("""
        import sys, textwrap
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            import _interpreters as interpreters
        program = textwrap.dedent('''
            import asyncio, libextract
            path = %r
            assert libextract.extract_file_sync(path).status == "complete"
            assert [item.error for item in libextract.stream_batch([path])] == [None]
            ''' % sys.argv[1])
        for i in range(4):
            one = interpreters.create()
            interpreters.run_string(one, program)
            if i == 3:
                interpreters.run_string(one, "asyncio.run(libextract.extract_file(path))")
            interpreters.destroy(one)
        print("done")
        """, pdf)
    assert done.stdout == b"done\n", done.stderr


def test_runtimes():
    with libextract.Runtime(threads=2) as runtime:
        assert runtime.extract_bytes_sync(b"1", "mock:sleep").content == "sleep\n"
    with pytest.raises(libextract.ClosedError):
        runtime.extract_bytes_sync(b"1", "mock:sleep")
    start = time.monotonic()
    with pytest.raises(KeyError):
        with libextract.Runtime(threads=1) as runtime:
            thread = threading.Thread(target=lambda: pytest.raises(
                libextract.CancelledError, runtime.extract_bytes_sync, b"60000", "mock:sleep"))
            thread.start()
            time.sleep(0.05)
            raise KeyError
    thread.join()
    assert time.monotonic() - start < 5
    with pytest.raises(ValueError):
        libextract.Runtime(threads=100000)
    with pytest.raises(ValueError):
        libextract.runtime.SHARED.close()


def test_processes_of_python_after_isolation():
    done = python("""
        import asyncio, libextract, os
        async def run():
            result = await libextract.extract_bytes(b"3", "mock:pages", isolation="process")
            assert len(result.pages) == 3
            child = await asyncio.create_subprocess_exec("sh", "-c", "exit 7")
            assert await child.wait() == 7
        asyncio.run(run())
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("no child")
        try:
            libextract.extract_bytes_sync(b"3", "mock:crash", isolation="process")
        except libextract.CrashedError as error:
            print("SIGABRT" in str(error))
        """)
    assert done.stdout == b"no child\nTrue\n", done.stderr
