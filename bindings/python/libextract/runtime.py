# SPDX-License-Identifier: AGPL-3.0-or-later
"""What extracts: a Runtime, and the shared one behind the functions of the package."""
import asyncio
import os
import sys

from . import _libextract, streams
from .config import options_of


class Runtime:
    """Threads of your own for extractions, apart from the shared ones.

        with libextract.Runtime(threads=2) as runtime:
            for item in runtime.stream_batch(paths):
                ...

    threads: jobs at once, 0 is one a processor. queue: how many may wait. max_bytes: how many bytes
    of input may wait or be at work. jobs_per_second: how many start in a second. For each of those
    0 means no limit. when_full: what happens to a call that finds queue or max_bytes reached: it
    waits for its turn ("wait"), or raises BusyError ("refuse"). Leaving the with block waits
    for the jobs, or cancels them after an exception. Has the functions of the package as methods.
    """

    def __init__(self, threads=0, queue=0, *, max_bytes=0, jobs_per_second=0.0, when_full="wait"):
        if when_full not in ("wait", "refuse"):
            raise ValueError(f"when_full is 'wait' or 'refuse', not {when_full!r}")
        self._native = _libextract.open_runtime(threads, queue, max_bytes, jobs_per_second,
                                                when_full == "refuse")

    def close(self, cancel=False):
        """Waits for the jobs, or cancels them, and ends the threads. Later calls raise
        ClosedError."""
        self._native.close(cancel)

    async def aclose(self, cancel=False):
        """close() that keeps no event loop from going on."""
        if "trio" in sys.modules and not _in_asyncio():
            await sys.modules["trio"].to_thread.run_sync(self.close, cancel)
        else:
            await asyncio.get_running_loop().run_in_executor(None, self.close, cancel)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.close(cancel=kind is not None)

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, value, traceback):
        await self.aclose(cancel=kind is not None)

    # One document

    def extract_file(self, path, mime_type=None, config=None, *, on_progress=None, **options):
        """Extracts a file: a Job to await.

            result = await libextract.extract_file("report.pdf", format="markdown", timeout=10)

        path: str, PathLike or a binary file object. mime_type: skips detection. config: an
        ExtractionConfig or dict, under the keyword arguments. on_progress: called with a Progress
        in the event loop. Options: docs/reference/options.md; durations are seconds. Cancelling
        the task stops the extraction. Raises ExtractError and its subclasses; TypeError for an
        unknown option.
        """
        return _libextract.submit(self._native, path, True, mime_type, options_of(config), options,
                                  on_progress)

    def extract_bytes(self, data, mime_type=None, config=None, *, on_progress=None, **options):
        """Extracts data in memory: a Job to await.

            result = await libextract.extract_bytes(response.body, "application/pdf")

        data: bytes, which are used where they are; any other buffer, which is copied at once; or a
        binary file object. The rest as for extract_file.
        """
        return _libextract.submit(self._native, data, False, mime_type, options_of(config), options,
                                  on_progress)

    def extract_file_sync(self, path, mime_type=None, config=None, *, on_progress=None, **options):
        """Extracts a file and returns the Result.

            text = libextract.extract_file_sync("report.pdf").content

        Waits without the GIL; Ctrl-C stops the extraction. on_progress is called in this thread;
        an exception of it stops the extraction. The rest as for extract_file.
        """
        return _libextract.run(self._native, path, True, mime_type, options_of(config), options,
                               on_progress)

    def extract_bytes_sync(self, data, mime_type=None, config=None, *, on_progress=None, **options):
        """Extracts data in memory and returns the Result.

            result = libextract.extract_bytes_sync(b"Hello")

        As extract_file_sync and extract_bytes.
        """
        return _libextract.run(self._native, data, False, mime_type, options_of(config), options,
                               on_progress)

    # Many documents

    def stream_batch(self, inputs, mime_type=None, config=None, *, in_order=False, **options):
        """Extracts many files, and gives an Item for each: in order of completion, or of the
        inputs.

            for item in libextract.stream_batch(paths):
                print(item.input, item.error or item.result.mime_type)

            async for item in libextract.stream_batch(paths): ...

        inputs: any iterable of paths; it is read as far as needed. One bad document touches no
        other.
        """
        return self._batch(inputs, True, mime_type, config, in_order, options)

    def stream_pages(self, input, mime_type=None, config=None, **options):
        """Extracts a file page by page: a Result for each page as soon as it is done.

            async for page in libextract.stream_pages("long.pdf"):
                print(page.pages[0].number, page.content)

        Also a plain iterator. The first result holds what belongs to no page (metadata, outline). A
        slow consumer holds the extraction back.
        """
        def open():
            return _libextract.open_stream(self._native, input, False, True, mime_type, flat,
                                           options, True)

        flat = options_of(config)
        return streams.pages(open)

    def _batch(self, inputs, is_path, mime_type, config, in_order, options):
        def open():
            return _libextract.open_stream(self._native, iterator, True, is_path, mime_type, flat,
                                           options, in_order)

        if isinstance(inputs, (str, bytes, bytearray, memoryview, os.PathLike)):
            raise TypeError(f"one {type(inputs).__name__} is no batch: give a list")
        iterator, flat = iter(inputs), options_of(config)
        return streams.items(open)

    async def batch_extract_files(self, paths, config=None, **options):
        """Extracts many files: a list with a Result or the ExtractError for each, in their order.

            results = await libextract.batch_extract_files(["a.pdf", "b.docx"])
        """
        return [item async for item in _outcomes(self._batch(paths, True, None, config, True,
                                                             options))]

    async def batch_extract_bytes(self, data, mime_types=None, config=None, **options):
        """Extracts many documents in memory: a list with a Result or the ExtractError for each.

            results = await libextract.batch_extract_bytes([b"one", b"two"])

        mime_types: None, or a list with a type or None for each. Documents of one type are extracted
        together.
        """
        groups, places = _by_type(data, mime_types)
        outcomes = [outcome for mime_type, group in groups async for outcome in _outcomes(
            self._batch(group, False, mime_type, config, True, options))]
        return _ordered(outcomes, places)

    def batch_extract_files_sync(self, paths, config=None, **options):
        """batch_extract_files that waits.

            results = libextract.batch_extract_files_sync(["a.pdf", "b.docx"])
        """
        return [item.error or item.result
                for item in self._batch(paths, True, None, config, True, options)]

    def batch_extract_bytes_sync(self, data, mime_types=None, config=None, **options):
        """batch_extract_bytes that waits.

            results = libextract.batch_extract_bytes_sync([b"one", b"two"])
        """
        groups, places = _by_type(data, mime_types)
        outcomes = [item.error or item.result for mime_type, group in groups
                    for item in self._batch(group, False, mime_type, config, True, options)]
        return _ordered(outcomes, places)


def _by_type(data, mime_types):
    """[(MIME type, documents)], and the place of each of these documents in `data`."""
    if mime_types is None:
        return [(None, data)], None
    data, mime_types = list(data), list(mime_types)
    if len(data) != len(mime_types):
        raise ValueError(f"{len(data)} documents and {len(mime_types)} MIME types")
    groups = {}
    for place, mime_type in enumerate(mime_types):
        groups.setdefault(mime_type, []).append(place)
    return ([(mime_type, [data[place] for place in group]) for mime_type, group in groups.items()],
            [place for group in groups.values() for place in group])


def _ordered(outcomes, places):
    if places is None:
        return outcomes
    return [outcome for _, outcome in sorted(zip(places, outcomes), key=lambda pair: pair[0])]


async def _outcomes(stream):
    async with stream as items:
        async for item in items:
            yield item.error or item.result


def _in_asyncio():
    return asyncio._get_running_loop() is not None


class _Shared(Runtime):
    """The runtime that all share; nobody can close it."""

    def __init__(self):
        self._native = None

    def close(self, cancel=False):
        raise ValueError("the shared runtime cannot be closed")


SHARED = _Shared()
