# SPDX-License-Identifier: AGPL-3.0-or-later
"""The classes of errors, one a kind of errors.def, all subclasses of ExtractError."""
import builtins
import os

from . import _libextract

_TABLE = _libextract.tables()["errors"]

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


class ExtractError(Exception):
    """Base of all errors. `code` ("PASSWORD_WRONG"), `number` and `kind` are those of errors.def;
    `input` is what was to be extracted: a path, data or a file, None when it was no document."""

    code = "INTERNAL"
    number = 1
    kind = "internal"
    input = None

    def __str__(self):
        return str(self.args[0]) if self.args else ""

    def __reduce__(self):
        data = isinstance(self.input, (bytes, bytearray, memoryview)) or hasattr(self.input, "read")
        kept = None if data else self.input
        return make_error, (kept, self.number, getattr(self, "errno", None) or 0,
                            str(self).encode())


def _error_class(kind):
    name = _NAMES.get(kind) or kind.title().replace("_", "")
    bases = (ExtractError, _BASES[kind]) if kind in _BASES else (ExtractError,)
    texts = "; ".join(e["text"] for e in _TABLE if e["kind"] == kind)
    return type(name + "Error", bases,
                {"__module__": "libextract", "__doc__": f"{texts[0].upper()}{texts[1:]}.",
                 "kind": kind})


_KINDS = {kind: _error_class(kind) for kind in dict.fromkeys(e["kind"] for e in _TABLE)}
_ERRORS = {e["code"]: (e["name"], _KINDS[e["kind"]]) for e in _TABLE}
CLASSES = {c.__name__: c for c in _KINDS.values()}


def make_error(input, number, os_error, message):
    """The exception for an xtr_error. The message names a file, whose name may be no UTF-8."""
    code, kind = _ERRORS[number]
    error = kind(message.decode(errors="replace"))
    error.code, error.number, error.input = code, number, input
    if isinstance(error, OSError) and os_error:
        error.errno, error.strerror, error.filename = os_error, os.strerror(os_error), input
    return error
