# SPDX-License-Identifier: AGPL-3.0-or-later
"""Options as an object or a dict, in our flat spelling or in Kreuzberg's nested one."""
from collections.abc import Mapping
from difflib import get_close_matches

from . import _libextract

_OPTIONS = {option["name"]: option for option in _libextract.tables()["options"]}
_NESTED = {option["kreuzberg"]: name for name, option in _OPTIONS.items() if option["kreuzberg"]}
_WORDS = {
    "output_format": {"plain": "text"},
    "force_ocr": {True: "force", False: None},
    "images.extract_images": {True: "extract", False: None},
}


def _unknown(name):
    close = get_close_matches(name, [*_OPTIONS, *_NESTED], n=1)
    hint = f": did you mean '{close[0]}'?" if close else ""
    return TypeError(f"unknown option '{name}'{hint}")


def _flatten(given, prefix=""):
    for name, value in given.items():
        path = prefix + name
        if not prefix and name in _OPTIONS and not isinstance(value, Mapping):
            yield name, value
        elif path in _NESTED:
            words = _WORDS.get(path, {})
            yield _NESTED[path], words.get(value, value) if isinstance(value, (str, bool)) else value
        elif isinstance(value, ExtractionConfig):
            yield from _flatten(value.given, path + ".")
        elif isinstance(value, Mapping) and any(key.startswith(path + ".") for key in _NESTED):
            yield from _flatten(value, path + ".")
        else:
            raise _unknown(path)


class ExtractionConfig:
    """Options to use more than once.

        config = libextract.ExtractionConfig(format="markdown", max_pages=10)
        result = libextract.extract_file_sync("report.pdf", config=config)

    Takes the names of the keyword arguments, and Kreuzberg's where those mean the same
    (docs/reference/options.md). An unknown name is a TypeError with a hint. Immutable.
    """

    __slots__ = ("given", "options")

    def __init__(self, **options):
        object.__setattr__(self, "given", options)
        object.__setattr__(self, "options", dict(_flatten(options)))

    def __setattr__(self, name, value):
        raise AttributeError("an ExtractionConfig cannot be changed: make another")

    def __getattr__(self, name):
        try:
            return self.options[name]
        except KeyError:
            raise AttributeError(name) from None

    def __eq__(self, other):
        if not isinstance(other, ExtractionConfig):
            return NotImplemented
        return self.options == other.options

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self):
        return _restore, (self.given,)

    def __repr__(self):
        return f"ExtractionConfig({', '.join(f'{k}={v!r}' for k, v in self.given.items())})"


def _restore(given):
    return ExtractionConfig(**given)


def options_of(config):
    """Flat options of an ExtractionConfig, a dict or None: a dict or None."""
    if config is None:
        return None
    if isinstance(config, ExtractionConfig):
        return config.options
    if isinstance(config, Mapping):
        return dict(_flatten(config))
    raise TypeError(f"config must be an ExtractionConfig or a dict, not {type(config).__name__}")
