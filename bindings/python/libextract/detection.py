# SPDX-License-Identifier: AGPL-3.0-or-later
"""Types of documents."""
import os
from typing import NamedTuple

from . import _libextract
from .errors import CLASSES


class Format(NamedTuple):
    """A kind of document that this build can extract."""

    name: str
    title: str
    mime_types: list
    yields: list


def detect_mime_type(data):
    """The MIME type of data in memory: bytes-like or a binary file object.

        >>> libextract.detect_mime_type(b"%PDF-1.7")
        'application/pdf'
    """
    return _libextract.detect(data, False)[0]


def detect_mime_type_from_path(path, check_exists=True):
    """The MIME type of a file, by its content and name. With check_exists=False by its name alone;
    None when that says nothing."""
    if check_exists:
        return _libextract.detect(path, True)[0]
    return _libextract.mime_of_name(os.fsencode(path))


def validate_mime_type(mime_type):
    """The MIME type, when this build can extract it; else UnsupportedFormatError."""
    plain = mime_type.split(";")[0].strip().lower()
    if any(plain in format.mime_types for format in list_supported_formats()):
        return plain
    raise CLASSES["UnsupportedFormatError"](f"no extractor for {mime_type}")


def get_extensions_for_mime(mime_type):
    """The extensions of a MIME type without dots, the usual one first; an empty list when it is
    unknown."""
    return _libextract.extensions_of_mime(mime_type)


def list_supported_formats():
    """What this build can extract: a list of Format."""
    return [Format(*entry) for entry in _libextract.formats()]
