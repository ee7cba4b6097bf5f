# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text, Markdown, tables and metadata from any document.

    text = libextract.extract_file_sync("report.pdf", format="markdown").content
    result = await libextract.extract_file("report.pdf", pages="1-3", timeout=10)

Options are keyword arguments, or an ExtractionConfig; durations are seconds. Errors are subclasses
of ExtractError and, where Python has one, of its own class: FileNotFoundError, PermissionError,
TimeoutError, ValueError.
"""
import asyncio

from . import _libextract, _loops, errors, results
from ._libextract import Job
from .config import ExtractionConfig
from .detection import (Format, detect_mime_type, detect_mime_type_from_path, get_extensions_for_mime,
                        list_supported_formats, validate_mime_type)
from .errors import ExtractError
from .results import Progress, Record, Result, Table
from .runtime import SHARED, Runtime
from .streams import Item, Stream

__version__ = _libextract.version()

globals().update(errors.CLASSES)
globals().update({c.__name__: c for c in results.CLASSES.values()})

_libextract.setup(
    make_result=Result, make_error=errors.make_error, make_progress=Progress, warn=results.warn,
    attach=_loops.attach, delegate=_loops.delegate, tell=_loops.tell,
    cancelled_error=asyncio.CancelledError, invalid_state_error=asyncio.InvalidStateError)

extract_file = SHARED.extract_file
extract_bytes = SHARED.extract_bytes
extract_file_sync = SHARED.extract_file_sync
extract_bytes_sync = SHARED.extract_bytes_sync
batch_extract_files = SHARED.batch_extract_files
batch_extract_bytes = SHARED.batch_extract_bytes
batch_extract_files_sync = SHARED.batch_extract_files_sync
batch_extract_bytes_sync = SHARED.batch_extract_bytes_sync
stream_batch = SHARED.stream_batch
stream_pages = SHARED.stream_pages


def doctor():
    """What this build and machine offer: versions, recognition languages, sandbox; a dict."""
    return _libextract.doctor()


__all__ = [
    "ExtractError", "ExtractionConfig", "Format", "Item", "Job", "Progress", "Record", "Runtime",
    "Stream", "batch_extract_bytes", "batch_extract_bytes_sync", "batch_extract_files",
    "batch_extract_files_sync", "detect_mime_type", "detect_mime_type_from_path", "doctor",
    "extract_bytes", "extract_bytes_sync", "extract_file", "extract_file_sync",
    "get_extensions_for_mime", "list_supported_formats", "stream_batch", "stream_pages",
    "validate_mime_type", *errors.CLASSES, *(c.__name__ for c in results.CLASSES.values()),
]
