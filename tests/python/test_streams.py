# SPDX-License-Identifier: AGPL-3.0-or-later
"""Streams of pages and batches, plain and asynchronous."""
import asyncio
import pathlib
import threading
import time

import pytest

import libextract


@pytest.fixture
def pages(tmp_path):
    def make(count):
        path = tmp_path / f"pages-{count}"
        path.write_text(str(count))
        return path
    return make


def test_pages(run, pages):
    async def main():
        stream = libextract.stream_pages(pages(50), "mock:pages")
        return [page.pages[0].number async for page in stream if page.pages]

    assert run(main()) == list(range(1, 51))
    plain = libextract.stream_pages(pages(50), "mock:pages")
    assert [page.pages[0].number for page in plain if page.pages] == list(range(1, 51))


def test_a_slow_consumer_holds_the_producer_back(run, pages):
    async def main():
        async with libextract.stream_pages(pages(100000), "mock:pages") as stream:
            async for page in stream:
                await asyncio.sleep(0.2)
                return page.pages[0].number

    start = time.monotonic()
    assert run(main()) == 1
    assert time.monotonic() - start < 5


def test_a_stream_that_is_left_stops(pages):
    start = time.monotonic()
    with libextract.stream_pages(pages(100000), "mock:pages") as stream:
        assert next(stream).pages[0].number == 1
    assert list(stream) == []
    unused = libextract.stream_pages("/no/such/file")
    unused.close()
    assert list(unused) == []
    assert time.monotonic() - start < 5


def test_errors_of_a_document_end_its_stream(run):
    async def main():
        async for _ in libextract.stream_pages("/no/such/file"):
            pass

    with pytest.raises(FileNotFoundError):
        run(main())
    with pytest.raises(FileNotFoundError):
        list(libextract.stream_pages("/no/such/file"))


def test_a_batch_gives_each_input_its_outcome(run, pdf):
    inputs = [pdf, "/no/such/file", pdf]

    async def main():
        return [item async for item in libextract.stream_batch(inputs)]

    for items in (run(main()), list(libextract.stream_batch(iter(inputs)))):
        assert sorted(item.index for item in items) == [0, 1, 2]
        for item in items:
            assert item.input == inputs[item.index]
            assert (item.error is None) == (item.input == pdf)
            assert item.get() is item.result if item.result else True
        failed = next(item for item in items if item.error)
        with pytest.raises(FileNotFoundError):
            failed.get()


def test_lists_keep_the_order_and_hold_errors(run, pdf):
    inputs = [pdf, "/no/such/file", pdf]
    for results in (run(libextract.batch_extract_files(inputs)),
                    libextract.batch_extract_files_sync(inputs)):
        assert [type(r).__name__ for r in results] == ["Result", "NotFoundError", "Result"]
    data = [b"one", b"two"]
    for results in (run(libextract.batch_extract_bytes(data)),
                    libextract.batch_extract_bytes_sync(data),
                    run(libextract.batch_extract_bytes(data, ["text/plain", None])),
                    libextract.batch_extract_bytes_sync(data, ["text/plain", None])):
        assert [r.content.strip() for r in results] == ["one", "two"]


def test_documents_with_types_of_their_own(run):
    data, types = [b"one", b"1", b"two", b"2"], ["text/plain", "mock:sleep", None, "mock:sleep"]
    for results in (run(libextract.batch_extract_bytes(data, types)),
                    libextract.batch_extract_bytes_sync(data, types)):
        assert [result.content for result in results] == ["one\n", "sleep\n", "two\n", "sleep\n"]
    with pytest.raises(ValueError, match="4 documents"):
        libextract.batch_extract_bytes_sync(data, types[:2])


def test_a_batch_in_memory_uses_all_threads_and_stops(run):
    async def main():
        async with libextract.Runtime(threads=8) as runtime:
            await runtime.batch_extract_bytes([b"100"] * 8, ["mock:sleep"] * 8)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(
                    runtime.batch_extract_bytes([b"60000"] * 20, ["mock:sleep"] * 20), 0.05)

    start = time.monotonic()
    run(main())
    with libextract.Runtime(threads=8) as runtime:
        runtime.batch_extract_bytes_sync([b"100"] * 8, ["mock:sleep"] * 8)
    assert time.monotonic() - start < 0.75


@pytest.mark.parametrize("one", ["a.pdf", b"a.pdf", pathlib.Path("a.pdf")])
def test_one_document_is_no_batch(one):
    for function in (libextract.stream_batch, libextract.batch_extract_files_sync,
                     libextract.batch_extract_bytes_sync):
        with pytest.raises(TypeError, match="give a list"):
            function(one)


def test_a_batch_reads_its_iterable_as_far_as_needed(pdf):
    asked = []

    def endless():
        while True:
            asked.append(1)
            yield pdf

    with libextract.stream_batch(endless()) as stream:
        for _ in range(10):
            next(stream)
    assert len(asked) < 5000


def test_what_an_iterable_raises_is_raised(run, pdf):
    def broken():
        yield pdf
        raise KeyError("gone")

    async def main():
        return [item async for item in libextract.stream_batch(broken())]

    with pytest.raises(KeyError):
        run(main())
    with pytest.raises(TypeError):
        list(libextract.stream_batch([pdf, 5]))


def test_statistics(pdf):
    stream = libextract.stream_batch([pdf, "/no/such/file"])
    assert stream.statistics == {}
    list(stream)
    numbers = stream.statistics
    assert (numbers["documents"], numbers["complete"], numbers["failed"]) == (2, 1, 1)


def test_a_stream_is_for_one_thread(tmp_path):
    path = tmp_path / "second"
    path.write_text("1000")
    stream = libextract.stream_batch([path], "mock:sleep")
    thread = threading.Thread(target=list, args=[stream])
    thread.start()
    time.sleep(0.1)
    for use in (stream.close, lambda: next(stream)):
        with pytest.raises(ValueError, match="another thread"):
            use()
    thread.join()


def test_a_stream_is_for_one_task(run, tmp_path):
    path = tmp_path / "tenth"
    path.write_text("100")

    async def main():
        stream = libextract.stream_batch([path, path], "mock:sleep", in_order=True)
        first = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.01)
        with pytest.raises(RuntimeError, match="another task"):
            await anext(stream)
        return (await first).index, (await anext(stream)).index

    assert run(main()) == (0, 1)


def test_cancelling_a_task_leaves_its_stream(run, tmp_path):
    path = tmp_path / "minute"
    path.write_text("60000")

    async def read():
        async with libextract.stream_batch([path], "mock:sleep") as stream:
            return [item async for item in stream]

    async def main():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(read(), 0.05)

    start = time.monotonic()
    run(main())
    assert time.monotonic() - start < 2
