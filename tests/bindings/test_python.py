# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the shared cases cannot say of the Python binding."""
import asyncio
import gc
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import libextract

FOLDER = pathlib.Path(tempfile.mkdtemp())


for _ms in (1, 5, 300, 60000):
    (FOLDER / f"sleep-{_ms}").write_text(str(_ms))


def sleeper(ms):
    return FOLDER / f"sleep-{ms}"


def sleep_sync(ms, **options):
    return libextract.extract_file_sync(sleeper(ms), "mock:sleep", **options)


def sleep_async(ms, **options):
    return libextract.extract_file(sleeper(ms), "mock:sleep", **options)


class Async(unittest.IsolatedAsyncioTestCase):
    async def test_fifty_at_once(self):
        results = await asyncio.gather(*(sleep_async(5) for _ in range(50)))
        self.assertEqual({r.content for r in results}, {"sleep\n"})

    async def test_event_loop_stays_free(self):
        work = asyncio.ensure_future(sleep_async(300))
        ticks = 0
        while not work.done():
            await asyncio.sleep(0.01)
            ticks += 1
        self.assertGreaterEqual(ticks, 15)

    async def test_cancelled_task_ends_at_once(self):
        tasks = [asyncio.ensure_future(sleep_async(60000)) for _ in range(20)]
        await asyncio.sleep(0.05)
        start = time.monotonic()
        for task in tasks:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        self.assertTrue(all(isinstance(e, asyncio.CancelledError) for e in done))
        self.assertLess(time.monotonic() - start, 1)
        # And the threads are free for others.
        await asyncio.wait_for(sleep_async(1), 5)

    async def test_wait_for(self):
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(sleep_async(60000), 0.05)

    async def test_own_timeout_is_an_error_of_ours(self):
        with self.assertRaises(libextract.TimeoutError) as caught:
            await sleep_async(60000, timeout=0.05)
        self.assertEqual((caught.exception.code, caught.exception.number), ("TIMEOUT", 13))

    async def test_errors(self):
        with self.assertRaisesRegex(TypeError, "did you mean 'max_pages'"):
            await libextract.extract_file("x", max_pagez=3)
        with self.assertRaises(FileNotFoundError):
            await libextract.extract_file("/no/such/file")


class Loops(unittest.TestCase):
    def test_loop_after_loop(self):
        for _ in range(20):
            self.assertEqual(asyncio.run(sleep_async(1)).content, "sleep\n")
        gc.collect()
        self.assertLessEqual(len(libextract._queues), 1)

    def test_loop_closed_over_running_jobs(self):
        loop = asyncio.new_event_loop()
        task = loop.create_task(sleep_async(60000))
        loop.run_until_complete(asyncio.sleep(0.05))
        task._log_destroy_pending = False
        loop.close()
        start = time.monotonic()
        asyncio.run(sleep_async(1))
        del loop, task
        gc.collect()
        self.assertLess(time.monotonic() - start, 5)

    def test_loops_in_threads(self):
        results = []

        async def many():
            results.extend(await asyncio.gather(*(sleep_async(1) for _ in range(10))))

        threads = [threading.Thread(target=asyncio.run, args=[many()]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(results), 40)

    def test_fork(self):
        async def parent():
            task = asyncio.ensure_future(sleep_async(60000))
            await asyncio.sleep(0.05)
            child = os.fork()
            if not child:
                os._exit(sleep_sync(1).content != "sleep\n")
            task.cancel()
            return os.waitpid(child, 0)[1]

        self.assertEqual(asyncio.run(parent()), 0)


class Sync(unittest.TestCase):
    def test_other_threads_run_meanwhile(self):
        worker = threading.Thread(target=sleep_sync, args=[300])
        worker.start()
        ticks = 0
        while worker.is_alive():
            time.sleep(0.01)
            ticks += 1
        self.assertGreaterEqual(ticks, 15)

    def test_interrupt(self):
        program = "import libextract, sys; libextract.extract_file_sync(sys.argv[1], 'mock:sleep')"
        child = subprocess.Popen([sys.executable, "-c", program, sleeper(60000)], stderr=subprocess.PIPE)
        time.sleep(1)
        child.send_signal(signal.SIGINT)
        start = time.monotonic()
        self.assertIn(b"KeyboardInterrupt", child.communicate()[1])
        self.assertLess(time.monotonic() - start, 2)

    def test_durations_are_seconds(self):
        start = time.monotonic()
        with self.assertRaises(TimeoutError):
            sleep_sync(60000, timeout=0.2)
        self.assertGreaterEqual(time.monotonic() - start, 0.19)
        with self.assertRaisesRegex(libextract.TimeoutError, "1000 ms"):
            sleep_sync(60000, timeout=1)

    def test_values(self):
        for wrong in ({"timeout": []}, {"max_pages": True}, {"max_pages": 1.5}, {"password": [1.5]}):
            with self.assertRaises(TypeError):
                sleep_sync(1, **wrong)
        for wrong in ({"max_pages": 10**30}, {"timeout": float("nan")}, {"charset": "a\0b"}):
            with self.assertRaises(ValueError):
                sleep_sync(1, **wrong)
        sleep_sync(1, max_pages=None, max_memory="1GiB", max_input_size=1000, password=["a", "b"])

    def test_classes(self):
        cases = [("/no/such/file", FileNotFoundError, "NOT_FOUND"), ("/", ValueError, "DIRECTORY")]
        for path, kind, code in cases:
            with self.assertRaises(kind) as caught:
                libextract.extract_file_sync(path)
            self.assertIsInstance(caught.exception, libextract.ExtractError)
            self.assertEqual(caught.exception.code, code)
            self.assertTrue(str(caught.exception).startswith(path))
        self.assertEqual(libextract.NotFoundError.kind, "not_found")

    def test_processes_of_python_after_isolation(self):
        path = FOLDER / "three"
        path.write_text("3")

        async def run():
            result = await libextract.extract_file(path, mime_type="mock:pages", isolation="process")
            self.assertEqual(len(result.pages), 3)
            child = await asyncio.create_subprocess_exec("sh", "-c", "exit 7")
            self.assertEqual(await child.wait(), 7)

        asyncio.run(run())
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        with self.assertRaisesRegex(libextract.ExtractError, "SIGABRT"):
            libextract.extract_file_sync(path, mime_type="mock:crash", isolation="process")

    def test_path_that_is_not_text(self):
        with self.assertRaises(FileNotFoundError):
            libextract.extract_file_sync(os.fsencode(FOLDER) + b"/\xff")

    def test_records(self):
        path = FOLDER / "three"
        path.write_text("3")
        result = libextract.extract_file_sync(path, mime_type="mock:pages")
        self.assertEqual([page.number for page in result.pages], [1, 2, 3])
        self.assertIsNone(result.pages[0].label)
        self.assertEqual(result.to_dict()["pages"][2]["number"], 3)
        self.assertIn("pages", dir(result))
        with self.assertRaises(AttributeError):
            result.page


if __name__ == "__main__":
    done = unittest.main(exit=False).result
    wrong = len(done.failures) + len(done.errors)
    print(f"{done.testsRun - wrong} passed, {wrong} failed")
    sys.exit(bool(wrong))
