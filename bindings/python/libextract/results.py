# SPDX-License-Identifier: AGPL-3.0-or-later
"""Results: what result.def says, as objects whose fields become Python objects when asked for."""
import logging
from typing import NamedTuple

from . import _libextract

_FIELDS: dict = {}
for _field in _libextract.tables()["fields"]:
    _FIELDS.setdefault(_field["object"], []).append(_field)
_PLACES = {field["name"]: place for place, field in enumerate(_FIELDS["result"])}
_TEXT, _MARKDOWN, _JSON, _HTML = range(4)  # xtr_format

logger = logging.getLogger("libextract")


class Progress(NamedTuple):
    """How far a job is. `pages_total` is 0 while it is unknown; bytes are those of the input."""

    pages_done: int
    pages_total: int
    bytes_done: int
    bytes_total: int


class Record:
    """Part of a result: a page, a table, an element. Fields are attributes, None when there is
    nothing to say. Immutable."""

    __slots__ = ("_type", "_data")

    def __init__(self, type, data):
        object.__setattr__(self, "_type", type)
        object.__setattr__(self, "_data", data)

    def __setattr__(self, name, value):
        raise AttributeError(f"a {self._type} cannot be changed", name=name, obj=self)

    def __delattr__(self, name):
        self.__setattr__(name, None)

    def _value(self, name):
        return self._data.get(name)

    def to_dict(self):
        """Everything, as dicts and lists; the same as in JSON."""
        return _copy(self._data)

    def __eq__(self, other):
        if not isinstance(other, Record):
            return NotImplemented
        return self._type == other._type and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return _record, (self._type, self.to_dict())

    def __repr__(self):
        shown = (f"{name}={_short(value)}" for name, value in self._data.items()
                 if not isinstance(value, (list, dict)))
        return f"<libextract.{type(self).__name__} {' '.join(shown)}>"


class Table(Record):
    """A table: `rows`, `columns`, `cells`, `markdown`, `html`, `csv`."""

    __slots__ = ()

    def to_rows(self):
        """The texts of the cells as a list of rows. A cell that spans several stands in the first,
        the others are empty."""
        rows = [[""] * self._data["columns"] for _ in range(self._data["rows"])]
        for cell in self._data["cells"]:
            rows[cell["row"]][cell["column"]] = cell["text"]
        return rows

    def to_pandas(self):
        """A pandas DataFrame: rows of header cells at the top become the columns' names. Needs
        pandas."""
        import pandas  # type: ignore[import]

        rows = self.to_rows()
        heads = {cell["row"] for cell in self._data["cells"] if cell["header"]}
        top = 0
        while top in heads and top + 1 < len(rows):
            top += 1
        names = [" ".join(filter(None, column)) for column in zip(*rows[:top])] if top else None
        return pandas.DataFrame(rows[top:], columns=names)

    def _repr_markdown_(self):
        return self._data["markdown"]


class Result(Record):
    """What an extraction found: `content`, `mime_type`, `metadata`, `pages`, `tables`, `elements`
    and more, each converted when it is first asked for. Immutable; safe to use in any thread."""

    __slots__ = ("_native",)

    def __init__(self, native):
        object.__setattr__(self, "_type", "result")
        object.__setattr__(self, "_data", {})
        object.__setattr__(self, "_native", native)

    def _value(self, name):
        if name not in self._data and self._native is not None:
            self._data[name] = _libextract.visit(self._native, _PLACES[name])
        return self._data.get(name)

    def to_dict(self):
        """Everything, as dicts and lists; the same as in JSON."""
        if self._native is None:
            return _copy(self._data)
        return _libextract.visit(self._native, None)

    def to_json(self):
        """Everything, as JSON text."""
        if self._native is not None:
            return _libextract.render(self._native, _JSON)
        import json
        from base64 import b64encode

        return json.dumps(self._data, ensure_ascii=False, default=lambda data: b64encode(data).decode())

    def to_markdown(self):
        """The text as Markdown, whatever format was asked for."""
        if self._native is None:
            raise ValueError("a result that was pickled keeps the format it was extracted in")
        return _libextract.render(self._native, _MARKDOWN)

    def to_html(self):
        """The text as an HTML document, whatever format was asked for."""
        if self._native is None:
            raise ValueError("a result that was pickled keeps the format it was extracted in")
        return _libextract.render(self._native, _HTML)

    def _repr_markdown_(self):
        return self.content if self._native is None else self.to_markdown()

    def __reduce__(self):
        return _result, (self.to_dict(),)

    def __repr__(self):
        pages = len(self._value("pages"))
        return (f"<libextract.Result {self.mime_type}, {self.status}, {pages} "
                f"page{'' if pages == 1 else 's'}: {_short(self.content)}>")


def _property(field):
    name, type = field["name"], field["type"].removesuffix("[]")
    return property(lambda self: _wrap(type, self._value(name)), doc=field["doc"])


def _class(name):
    names = ", ".join(field["name"] for field in _FIELDS[name])
    return type(name.title().replace("_", ""), (Record,),
                {"__module__": "libextract", "__slots__": (), "__doc__": f"A Record: {names}."})


# A class for each object of result.def, with a property for each field.
CLASSES = {"table": Table, "result": Result}
for _name, _fields in _FIELDS.items():
    _made = CLASSES.setdefault(_name, _class(_name))
    for _field in _fields:
        setattr(_made, _field["name"], _property(_field))


def _record(type, data):
    return CLASSES[type](type, data)


def _result(data):
    result = Result(None)
    result._data.update(data)
    return result


def _wrap(type, value):
    if type not in CLASSES or value is None:
        return _copy(value)
    if isinstance(value, list):
        return [_record(type, item) for item in value]
    return _record(type, value)


def _copy(value):
    """A copy of dicts and lists, which the caller may change."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def warn(result):
    """Called for a result with warnings."""
    if logger.isEnabledFor(logging.WARNING):
        for warning in result.warnings:
            page = f"page {warning.page_number}: " if warning.page_number else ""
            logger.warning("%s%s", page, warning.message)
