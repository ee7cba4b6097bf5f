# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text, Markdown, tables and metadata from any document.

    text = libextract.extract_file_sync("report.pdf", format="markdown").content
    result = await libextract.extract_file("report.pdf", pages="1-3", timeout=10)

Options are keyword arguments; durations are seconds. Errors are subclasses of ExtractError and,
where the host has one, of its own class: FileNotFoundError, PermissionError, TimeoutError,
ValueError.
"""
import asyncio
import builtins
import math
import os
import weakref

from . import _libextract

__version__ = _libextract.version()
_TABLES = _libextract.tables()
_OPTIONS = {option["name"]: option["type"] for option in _TABLES["options"]}
_FIELDS = {}
for _field in _TABLES["fields"]:
    _FIELDS.setdefault(_field["object"], {})[_field["name"]] = _field["type"].removesuffix("[]")


# Errors


class ExtractError(Exception):
    """Base of all errors: code ("PASSWORD_WRONG"), number and kind of errors.def."""

    code = "INTERNAL"
    number = 1
    kind = "internal"

    def __str__(self):
        return str(self.args[0]) if self.args else ""


# Kinds whose class is not called like them, and what else a class is.
_NAMES = {
    "argument": "Validation",
    "corrupt": "Parsing",
    "dependency": "MissingDependency",
    "unsupported": "UnsupportedFormat",
}
_BASES = {
    "argument": ValueError,
    "not_found": FileNotFoundError,
    "permission": builtins.PermissionError,
    "timeout": builtins.TimeoutError,
    "memory": builtins.MemoryError,
    "io": OSError,
}


def _error_class(kind):
    name = _NAMES.get(kind) or kind.title().replace("_", "")
    bases = (ExtractError, _BASES[kind]) if kind in _BASES else (ExtractError,)
    return type(name + "Error", bases, {"__module__": __name__, "kind": kind})


_KINDS = {kind: _error_class(kind) for kind in dict.fromkeys(e["kind"] for e in _TABLES["errors"])}
_ERRORS = {e["code"]: (e["name"], _KINDS[e["kind"]]) for e in _TABLES["errors"]}
globals().update((c.__name__, c) for c in _KINDS.values())


def _text(message):
    # It names the file, whose name may be no UTF-8.
    return message.decode(errors="replace")


def _error(path, number, os_error, message):
    code, kind = _ERRORS[number]
    error = kind(_text(message))
    error.code, error.number = code, number
    if isinstance(error, OSError) and os_error:
        error.errno, error.strerror, error.filename = os_error, os.strerror(os_error), path
    return error


# Results


class Record:
    """Part of a result: its fields are attributes, None when there is nothing to say."""

    __slots__ = ("_type", "_data")

    def __init__(self, type, data):
        self._type, self._data = type, data

    def __getattr__(self, name):
        if name.startswith("_") or name not in _FIELDS[self._type]:
            raise AttributeError(f"a {self._type} has no field {name!r}")
        return _wrap(_FIELDS[self._type][name], self._value(name))

    def _value(self, name):
        return self._data.get(name)

    def to_dict(self):
        """Everything, as dicts and lists."""
        return self._data

    def __dir__(self):
        return [*super().__dir__(), *_FIELDS[self._type]]

    def __eq__(self, other):
        return isinstance(other, Record) and self.to_dict() == other.to_dict()

    __hash__ = None

    def __repr__(self):
        return f"{self._type.title().replace('_', '')}({self.to_dict()!r})"


class Result(Record):
    """What an extraction found. Fields become Python objects when they are first asked for."""

    __slots__ = ("_native",)

    def __init__(self, native):
        super().__init__("result", {})
        self._native = native

    def _value(self, name):
        if name not in self._data:
            self._data.update(_libextract.visit(self._native, name))
        return self._data.get(name)

    def to_dict(self):
        return _libextract.visit(self._native, None)

    def __repr__(self):
        return f"<libextract.Result {self.mime_type} pages={len(self.pages)}>"


def _wrap(type, value):
    if type not in _FIELDS or value is None:
        return value
    if isinstance(value, list):
        return [Record(type, item) for item in value]
    return Record(type, value)


# Options


def _pairs(given):
    """Keyword arguments as the list of (name, text or None, integer) that the library takes."""
    pairs = []
    for name, value in given.items():
        if value is None and name in _OPTIONS:
            continue
        several = _OPTIONS.get(name) == "list" and isinstance(value, (list, tuple))
        pairs += [(name, *_value(name, item)) for item in (value if several else [value])]
    return pairs


def _value(name, value):
    type = _OPTIONS.get(name)
    if isinstance(value, str) or type is None:
        return str(value), 0
    if isinstance(value, bool) == (type == "boolean"):
        if type == "duration" and isinstance(value, (int, float)):
            # Seconds; however short, not 0, which means for ever.
            value = math.ceil(value * 1000 - 1e-6) if math.isfinite(value) else 2**63
        if hasattr(value, "__index__"):
            return None, max(-(2**63), min(int(value), 2**63 - 1))
    raise TypeError(f"option {name!r} cannot be a {value.__class__.__name__}")


# Extraction


def _submit(queue, path, mime_type, options):
    if mime_type is not None:
        options["mime_type"] = mime_type
    native = _libextract.submit(queue, path, _pairs(options))
    if isinstance(native, tuple):
        unknown = [name for name in options if name not in _OPTIONS]
        raise TypeError(_text(native[2])) if unknown else _error(path, *native)
    return native


def extract_file_sync(path, mime_type=None, **options):
    """Extracts a file and waits for the result, without the GIL."""
    native = _libextract.wait(_submit(None, path, mime_type, options))
    if isinstance(native, tuple):
        raise _error(path, *native)
    return Result(native)


class _Queue:
    """The jobs of one event loop, settled on its thread when their descriptor is readable."""

    def __init__(self, loop):
        self.owner = os.getpid()
        self.futures = {}
        self.native, descriptor = _libextract.queue()
        loop.add_reader(descriptor, self.settle)

    def settle(self):
        taken = _libextract.take(self.native)
        for job, native in taken:
            path, future = self.futures.pop(job)
            if future.done():
                continue
            if isinstance(native, tuple):
                future.set_exception(_error(path, *native))
            else:
                future.set_result(Result(native))
        return taken

    def __del__(self):
        # A loop may be closed with jobs at work. A forked child has none of them.
        if self.owner == os.getpid():
            for job in self.futures:
                _libextract.cancel(job)
            while _libextract.take(self.native):
                pass


_queues = weakref.WeakKeyDictionary()


def _queue_of(loop):
    queue = _queues.get(loop)
    if queue is None:
        for other in list(_queues):
            if other.is_closed():
                del _queues[other]
        queue = _queues[loop] = _Queue(loop)
    return queue


async def extract_file(path, mime_type=None, **options):
    """Extracts a file while the event loop goes on. Cancelling the task stops the extraction."""
    loop = asyncio.get_running_loop()
    queue = _queue_of(loop)
    job = _submit(queue.native, path, mime_type, options)
    future = loop.create_future()
    queue.futures[job] = path, future
    try:
        return await future
    finally:
        if not future.done() or future.cancelled():
            _libextract.cancel(job)
