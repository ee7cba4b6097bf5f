# SPDX-License-Identifier: AGPL-3.0-or-later
"""Awaiting: as asyncio's own futures and coroutines, in every event loop."""
import asyncio
import contextvars
import gc
import os
import sys
import threading
import time

import pytest

import libextract
from libextract import extract_bytes


def test_await_gives_the_result(run, pdf):
    async def main():
        return await libextract.extract_file(pdf)

    assert run(main()).content.startswith("Simple document")


def test_a_job_is_a_coroutine_before_it_is_awaited(run, pdf):
    async def main():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(libextract.extract_file(pdf)) for _ in range(5)]
        return {task.result().status for task in tasks}

    assert run(main()) == {"complete"}
    assert asyncio.run(libextract.extract_file(pdf)).status == "complete"


def test_gather_of_many_neither_blocks_nor_refuses(run, mock):
    async def main():
        jobs = [extract_bytes(**mock("empty")) for _ in range(10000)]
        results = await asyncio.gather(*jobs)
        return {result.status for result in results}

    assert run(main()) == {"complete"}


def test_more_jobs_than_a_queue_admits_are_kept(run, mock):
    async def main():
        async with libextract.Runtime(threads=1, queue=2) as runtime:
            jobs = [runtime.extract_bytes(**mock("sleep", 1)) for _ in range(50)]
            return len(await asyncio.gather(*jobs))

    assert run(main()) == 50


def test_a_full_queue_may_refuse(run, mock):
    async def main():
        async with libextract.Runtime(threads=1, queue=2, when_full="refuse") as runtime:
            jobs = [runtime.extract_bytes(**mock("sleep", 30)) for _ in range(10)]
            return await asyncio.gather(*jobs, return_exceptions=True)

    refused = [one for one in run(main()) if isinstance(one, libextract.BusyError)]
    assert len(refused) >= 7
    with pytest.raises(ValueError):
        libextract.Runtime(when_full="panic")


def test_the_event_loop_goes_on(run, mock):
    async def main():
        job = extract_bytes(**mock("sleep", 300))
        ticks = 0
        while not job.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert run(main()) >= 15


def test_cancelled_tasks_end_at_once_and_free_their_threads(run, mock):
    async def main():
        tasks = [asyncio.ensure_future(extract_bytes(**mock("sleep", 60000))) for _ in range(20)]
        await asyncio.sleep(0.05)
        start = time.monotonic()
        for task in tasks:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(error, asyncio.CancelledError) for error in done)
        await asyncio.wait_for(extract_bytes(**mock("sleep", 1)), 5)
        return time.monotonic() - start

    assert run(main()) < 1


def test_cancelling_a_task_that_awaits_cancels_the_job(run, mock):
    jobs = []

    async def work():
        jobs.append(extract_bytes(**mock("sleep", 60000)))
        await jobs[0]

    async def main():
        task = asyncio.create_task(work())
        await asyncio.sleep(0.02)
        task.cancel("enough")
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main())
    assert jobs[0].cancelled()


def test_wait_for_timeout_and_shield(run, mock):
    async def main():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(extract_bytes(**mock("sleep", 60000)), 0.05)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await extract_bytes(**mock("sleep", 60000))
        inner = extract_bytes(**mock("sleep", 100))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.shield(inner), 0.01)
        return (await inner).status

    assert run(main()) == "complete"


def test_a_timeout_of_ours_is_an_error_of_ours(run, mock):
    async def main():
        with pytest.raises(libextract.TimeoutError) as caught:
            await extract_bytes(**mock("sleep", 60000), timeout=0.05)
        return caught.value

    error = run(main())
    assert (error.code, error.number) == ("TIMEOUT", 13)
    assert isinstance(error, TimeoutError)


def test_future_protocol(run, mock):
    async def main():
        called = []
        job = extract_bytes(**mock("sleep", 20))
        with pytest.raises(asyncio.InvalidStateError):
            job.result()
        keep, drop = called.append, lambda job: called.append("never")
        job.add_done_callback(keep)
        job.add_done_callback(drop)
        assert job.remove_done_callback(drop) == 1
        assert job.get_loop() is asyncio.get_running_loop()
        result = await job
        await asyncio.sleep(0)
        assert called == [job] and job.result() is result and job.exception() is None
        assert (await job) is result and job.cancel() is False
        late = asyncio.Event()
        job.add_done_callback(lambda job: late.set())
        await asyncio.wait_for(late.wait(), 1)
        failed = libextract.extract_file("/no/such/file")
        with pytest.raises(FileNotFoundError):
            await failed
        assert isinstance(failed.exception(), libextract.NotFoundError)
        assert "failed" in repr(failed) and failed.input == "/no/such/file"

    run(main())


def test_several_may_await_one_job(run, mock):
    async def main():
        job = extract_bytes(**mock("sleep", 20))

        async def wait():
            return await job

        results = await asyncio.gather(wait(), wait(), job)
        return len({id(result) for result in results})

    assert run(main()) == 1


def test_context_variables_are_kept(run, mock):
    name = contextvars.ContextVar("name")

    async def work(value):
        name.set(value)
        await extract_bytes(**mock("sleep", 5))
        return name.get()

    async def main():
        return await asyncio.gather(*(work(i) for i in range(10)))

    assert run(main()) == list(range(10))


def test_progress(run, mock):
    async def main():
        told = []
        result = await extract_bytes(b"2000", "mock:pages", on_progress=told.append)
        await asyncio.sleep(0)
        return told, len(result.pages)

    told, pages = run(main())
    assert told and told[-1].pages_done == told[-1].pages_total == pages
    assert [p.pages_done for p in told] == sorted(p.pages_done for p in told)


def test_without_an_event_loop_it_says_what_to_do(pdf):
    with pytest.raises(RuntimeError, match="_sync"):
        libextract.extract_file(pdf).send(None)


def test_loops_in_threads_lose_no_job(mock):
    count = 4000 if os.environ.get("XTR_TEST_LONG") else 400
    results = []

    async def many():
        results.extend(await asyncio.gather(*(extract_bytes(**mock("empty")) for _ in range(count))))

    threads = [threading.Thread(target=asyncio.run, args=[many()]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8 * count


def test_loop_after_loop_is_forgotten(mock):
    before = None
    for _ in range(20):
        asyncio.run(extract_bytes(**mock("sleep", 1)))
        gc.collect()
        count = sum(isinstance(o, asyncio.SelectorEventLoop) for o in gc.get_objects())
        before = before or count
        assert count <= before + 1


def test_a_loop_closed_over_running_jobs(mock):
    loop = asyncio.new_event_loop()
    task = loop.create_task(extract_bytes(**mock("sleep", 60000)))
    loop.run_until_complete(asyncio.sleep(0.05))
    task._log_destroy_pending = False
    loop.close()
    start = time.monotonic()
    asyncio.run(extract_bytes(**mock("sleep", 1)))
    assert task.get_coro().cancelled()
    del loop, task
    assert time.monotonic() - start < 5


def test_jobs_that_nobody_waits_for_leak_nothing(run, mock):
    async def main():
        before = count()
        for _ in range(1000):
            extract_bytes(**mock("empty"))
        for _ in range(100):
            await asyncio.sleep(0.05)
            if count() <= before:
                return True

    def count():
        gc.collect()
        return sum(isinstance(o, libextract.Job) for o in gc.get_objects())

    assert run(main())


def test_data_is_given_back(mock):
    data = [bytes(1000 + i) for i in range(200)]

    def held():
        return sum(sys.getrefcount(data[i]) - 2 for i in range(len(data)))

    async def main():
        await asyncio.gather(*(extract_bytes(one, "mock:empty") for one in data))
        await asyncio.sleep(0.1)

    asyncio.run(main())
    assert held() <= 8


def test_a_job_keeps_its_runtime(run, mock):
    async def main():
        jobs = [libextract.Runtime(threads=1).extract_bytes(**mock("sleep", ms)) for ms in (50, 60000)]
        await asyncio.sleep(0)
        jobs[1].cancel()
        return await asyncio.gather(*jobs, return_exceptions=True)

    kept, cancelled = run(main())
    assert kept.status == "complete" and isinstance(cancelled, asyncio.CancelledError)
