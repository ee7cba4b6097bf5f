# SPDX-License-Identifier: AGPL-3.0-or-later
"""trio and anyio: the same functions, awaited there."""
import time

import pytest

import libextract

trio = pytest.importorskip("trio")
anyio = pytest.importorskip("anyio")


def test_await(pdf):
    async def main():
        return await libextract.extract_file(pdf)

    assert trio.run(main).status == "complete"
    assert trio.run(libextract.extract_file, pdf).status == "complete"
    assert trio.run(main).status == "complete"


def test_many_at_once(mock):
    done = []

    async def one():
        done.append(await libextract.extract_bytes(**mock("sleep", 1)))

    async def main():
        async with trio.open_nursery() as nursery:
            for _ in range(200):
                nursery.start_soon(one)

    trio.run(main)
    assert len(done) == 200


def test_cancel_scopes(mock):
    async def main():
        with trio.move_on_after(0.05) as scope:
            await libextract.extract_bytes(**mock("sleep", 60000))
        await libextract.extract_bytes(**mock("sleep", 1))
        return scope.cancelled_caught

    start = time.monotonic()
    assert trio.run(main)
    assert time.monotonic() - start < 2


def test_errors_and_progress():
    told = []

    async def main():
        await libextract.extract_bytes(b"2000", "mock:pages", on_progress=told.append)
        with pytest.raises(FileNotFoundError):
            await libextract.extract_file("/no/such/file")

    trio.run(main)
    assert told


def test_streams(pdf):
    async def main():
        items = [item async for item in libextract.stream_batch([pdf] * 5)]
        async with libextract.Runtime(threads=1) as runtime:
            return len(items) + len(await runtime.batch_extract_files([pdf]))

    assert trio.run(main) == 6


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_anyio(backend, pdf, mock):
    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(libextract.extract_file, pdf)
        with anyio.move_on_after(0.05) as scope:
            await libextract.extract_bytes(**mock("sleep", 60000))
        assert scope.cancel_called
        return (await libextract.extract_file(pdf)).status

    assert anyio.run(main, backend=backend) == "complete"
