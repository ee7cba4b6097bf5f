# SPDX-License-Identifier: AGPL-3.0-or-later
"""Streams: the pages of a document, the documents of a batch, one after the other."""
import asyncio
import sys
from dataclasses import dataclass
from typing import Any, Optional

from .errors import ExtractError
from .results import Result


@dataclass(frozen=True)
class Item:
    """One document of a batch: `result`, or `error` when it failed. `input` is what was given and
    `index` its place; a file in a folder that was given is named by its path. With option
    `same_content` "once", `same_as` is the path of a file that has the same content, and there is
    no result."""

    __slots__ = ("index", "input", "result", "error", "same_as")
    index: int
    input: Any
    result: Optional[Result]
    error: Optional[ExtractError]
    same_as: Optional[str]

    def get(self):
        """The result, or its error raised."""
        if self.error is not None:
            raise self.error
        return self.result


def _item(index, input, result, error, provisional, same_as):
    return Item(index, input, result, error, same_as)


def _page(index, input, result, error, provisional, same_as):
    if error is not None:
        raise error
    return result


class Stream:
    """An iterator over results, plain and asynchronous, for one thread or task at a time. Closing
    it stops what is still at work; so do leaving the (async) with block and dropping it."""

    def __init__(self, open, convert):
        self._open, self._convert, self._native = open, convert, None
        self._awaited = False

    def _next(self, wait):
        if self._native is None:
            self._native = self._open()
        return self._native.next(wait)

    def __iter__(self):
        return self

    def __next__(self):
        taken = self._next(True)
        if not taken:
            raise StopIteration
        return self._convert(*taken)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self._awaited:
            raise RuntimeError("the stream is being read by another task")
        taken = self._next(False)
        while taken is None:
            self._awaited = True
            try:
                await _readable(self._native.fileno())
            finally:
                self._awaited = False
            taken = self._next(False)
        if not taken:
            raise StopAsyncIteration
        return self._convert(*taken)

    @property
    def statistics(self):
        """Of what was taken so far: documents, pages, bytes, complete, partial, failed, skipped (not of
        the types asked for), same (as another), unchanged (in the journal), too_large, seconds."""
        return {} if self._native is None else self._native.statistics()

    def close(self):
        """Stops what is still at work. Nothing comes after it."""
        if self._native is None:
            self._open = _Closed
        else:
            self._native.close()

    async def aclose(self):
        """The same as close()."""
        self.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        self.close()


class _Closed:
    """What a stream that was closed before it began reads from."""

    def next(self, wait):
        return ()

    def close(self):
        pass

    def statistics(self):
        return {}


async def _readable(descriptor):
    """Waits until a descriptor is readable, in the event loop that runs."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        await sys.modules["trio"].lowlevel.wait_readable(descriptor)
        return
    future = loop.create_future()
    try:
        loop.add_reader(descriptor, _wake, future)
    except NotImplementedError:
        await asyncio.sleep(0.01)
        return
    try:
        await future
    finally:
        loop.remove_reader(descriptor)


def _wake(future):
    if not future.done():
        future.set_result(None)


def items(open):
    """The Items of a batch that open() opens."""
    return Stream(open, _item)


def pages(open):
    """The Results of a document's pages that open() opens."""
    return Stream(open, _page)
