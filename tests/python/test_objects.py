# SPDX-License-Identifier: AGPL-3.0-or-later
"""Results, errors, configurations, inputs."""
import array
import base64
import copy
import functools
import gzip
import http.server
import io
import json
import logging
import pickle
import socketserver
import threading
import urllib.request

import pytest

import libextract
from conftest import FIXTURES
from libextract import ExtractionConfig


@pytest.fixture
def result(pdf):
    return libextract.extract_file_sync(pdf)


@pytest.fixture
def pictures():
    return libextract.extract_file_sync(FIXTURES / "pdf" / "pictures.pdf", images="extract")


def test_results_are_lazy_and_immutable(result):
    assert result.mime_type == "application/pdf"
    assert result.pages[0].number == 1 and result.pages[0].label is None
    result.metadata["title"] = "changed"
    assert result.metadata["title"] == "A simple document"
    with pytest.raises(AttributeError):
        result.content = "x"
    with pytest.raises(AttributeError):
        result.page
    assert "pages" in dir(result)
    assert repr(result).startswith("<libextract.Result application/pdf, complete, 1 page: 'Simple")


def test_results_are_copied_compared_and_pickled(result, pdf):
    again = libextract.extract_file_sync(pdf)
    assert again == result and again is not result and result != 1
    for other in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert other == result and other.content == result.content
    assert json.loads(result.to_json()) == result.to_dict()
    restored = pickle.loads(pickle.dumps(result))
    assert json.loads(restored.to_json()) == result.to_dict()
    page = pickle.loads(pickle.dumps(result.pages[0]))
    assert page == result.pages[0]


def test_pictures(pictures):
    jpeg = pictures.images[0]
    assert type(jpeg.data) is bytes and jpeg.data[:2] == b"\xff\xd8"
    assert [image.data for image in pictures.images if image.name == jpeg.name] == [jpeg.data, None]
    restored = pickle.loads(pickle.dumps(pictures))
    assert restored == pictures and restored.images[0].data == jpeg.data
    assert json.loads(restored.to_json()) == json.loads(pictures.to_json())
    assert base64.b64decode(json.loads(pictures.to_json())["images"][0]["data"]) == jpeg.data
    assert ExtractionConfig(images={"extract_images": True}).options == {"images": "extract"}


def test_documents_inside_of_documents():
    def multipart(subject, *parts):
        return b"\n".join([b"Subject: " + subject, b"Content-Type: multipart/mixed; boundary=" + subject, b"",
                           *(b"--%b\n%b" % (subject, part) for part in parts), b"--" + subject + b"--", b""])

    pdf = base64.encodebytes((FIXTURES / "pdf" / "pictures.pdf").read_bytes())
    inner = multipart(
        b"Inner", b"\nText.",
        b"Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n" + pdf)
    outer = multipart(b"Outer", b"Content-Type: text/csv; name=b.csv\n\na,b\n1,2\n",
                      b"Content-Type: message/rfc822\n\n" + inner)
    result = libextract.extract_bytes_sync(outer, attachments="extract", images="extract")
    table, message = result.children
    assert type(table) is libextract.Child and (table.name, table.error) == ("b.csv", None)
    assert table.tables[0].to_rows() == [["a", "b"], ["1", "2"]]
    assert message.name == "Inner.eml" and message.content == "Subject: Inner\nAttachments: a.pdf\n\nText.\n"
    [document] = message.children
    jpeg = document.images[0]
    assert document.mime_type == "application/pdf" and jpeg.data[:2] == b"\xff\xd8"
    assert result.to_dict()["children"][1]["children"][0]["images"][0]["data"] == jpeg.data
    data = json.loads(result.to_json())
    assert base64.b64decode(data["children"][1]["children"][0]["images"][0]["data"]) == jpeg.data
    for other in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert other == result and other.children[1].children[0].images[0].data == jpeg.data
        assert json.loads(other.to_json()) == data
    assert pickle.loads(pickle.dumps(message)) == message
    assert libextract.extract_bytes_sync(outer).children == []


def test_results_in_notebooks(result):
    assert result._repr_markdown_().startswith("# Simple document")


def test_any_result_as_html(result, pdf):
    assert result.to_html() == libextract.extract_file_sync(pdf, format="html").content
    with pytest.raises(ValueError):
        pickle.loads(pickle.dumps(result)).to_html()


def test_pages_are_html_fragments(pdf):
    pages = list(libextract.stream_pages(pdf, format="html"))
    assert pages[0].content.startswith('<section id="page-1" data-page="1">\n<h1>Simple document</h1>')
    assert pages[0].to_html().startswith("<!DOCTYPE html>")


def test_tables():
    table = libextract.results._record("table", {
        "rows": 2, "columns": 2, "markdown": "| a | b |",
        "cells": [{"row": r, "column": c, "text": f"{r}{c}", "header": r == 0}
                  for r in range(2) for c in range(2)]})
    assert table.to_rows() == [["00", "01"], ["10", "11"]]
    assert table._repr_markdown_() == "| a | b |"
    pandas = pytest.importorskip("pandas")
    frame = table.to_pandas()
    assert list(frame.columns) == ["00", "01"] and frame.iloc[0, 1] == "11"
    assert isinstance(frame, pandas.DataFrame)


def test_warnings_are_logged(caplog):
    with caplog.at_level(logging.WARNING, "libextract"):
        result = libextract.extract_bytes_sync(b"Hello " * 1000, "text/plain", max_text_size=100)
    assert result.status == "partial"
    assert caplog.records and caplog.records[0].name == "libextract"


@pytest.mark.parametrize("path, kind, code", [("/no/such/file", FileNotFoundError, "NOT_FOUND"),
                                              ("/", ValueError, "DIRECTORY")])
def test_error_classes(path, kind, code):
    with pytest.raises(kind) as caught:
        libextract.extract_file_sync(path)
    error = caught.value
    assert isinstance(error, libextract.ExtractError) and error.code == code
    assert str(error).startswith(path) and error.input == path
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.code) == (type(error), str(error), code)


def test_errors_of_the_system():
    with pytest.raises(libextract.NotFoundError) as caught:
        libextract.extract_file_sync("/no/such/file")
    assert (caught.value.errno, caught.value.filename) == (2, "/no/such/file")
    assert libextract.NotFoundError.kind == "not_found"
    assert issubclass(libextract.PermissionError, PermissionError)
    assert issubclass(libextract.ParsingError, libextract.ExtractError)


def test_options_and_configurations(pdf):
    config = ExtractionConfig(format="markdown", max_pages=10)
    markdown = libextract.extract_file_sync(pdf, format="markdown").content
    assert libextract.extract_file_sync(pdf, config=config).content == markdown
    assert libextract.extract_file_sync(pdf, None, {"output_format": "markdown"}).content == markdown
    assert libextract.extract_file_sync(pdf, config=config, format="text").content != markdown
    assert config.format == "markdown" and config == pickle.loads(pickle.dumps(config))
    assert ExtractionConfig(ocr={"language": "deu"}, force_ocr=True).options == {
        "ocr_languages": "deu", "ocr": "force"}
    assert repr(config) == "ExtractionConfig(format='markdown', max_pages=10)"
    with pytest.raises(AttributeError):
        config.format = "text"


@pytest.mark.parametrize("options, message", [
    ({"max_pagez": 3}, "did you mean 'max_pages'"), ({"output_format": "html"}, "did you mean 'format'"),
    ({"timeout": []}, "timeout"),
    ({"max_pages": True}, "max_pages"), ({"max_pages": 1.5}, "max_pages"),
    ({"password": [1.5]}, "password"), ({"config": {"ocr": {"langage": "x"}}}, "ocr.language"),
    ({"config": 5}, "config")])
def test_wrong_types(pdf, options, message):
    with pytest.raises(TypeError, match=message):
        libextract.extract_file_sync(pdf, **options)


@pytest.mark.parametrize("options", [{"max_pages": 10**30}, {"timeout": float("nan")},
                                     {"charset": "a\0b"}, {"format": "htm"}])
def test_wrong_values(pdf, options):
    with pytest.raises(ValueError):
        libextract.extract_file_sync(pdf, **options)


def test_inputs(pdf, tmp_path):
    with open(pdf, "rb") as file:
        data = file.read()
    buffers = [data, bytearray(data), memoryview(data), array.array("B", data)]
    for buffer in buffers:
        assert libextract.extract_bytes_sync(buffer).mime_type == "application/pdf"
    for function in (libextract.extract_bytes_sync, libextract.extract_file_sync):
        assert function(io.BytesIO(data)).mime_type == "application/pdf"
        with open(pdf, "rb") as file:
            assert function(file).mime_type == "application/pdf"
    with pytest.raises(TypeError, match="extract_file"):
        libextract.extract_bytes_sync("path")
    with pytest.raises(TypeError, match="binary"):
        libextract.extract_bytes_sync(io.StringIO("text"))
    with pytest.raises(FileNotFoundError):
        libextract.extract_file_sync(bytes(tmp_path) + b"/\xff")


def test_files_whose_descriptor_is_of_something_else(pdf, tmp_path):
    path = tmp_path / "simple.pdf.gz"
    with open(pdf, "rb") as file, gzip.open(path, "wb") as packed:
        packed.write(file.read())
    with gzip.open(path, "rb") as file:
        assert libextract.extract_file_sync(file).mime_type == "application/pdf"
    with socketserver.TCPServer(("127.0.0.1", 0),
                                functools.partial(Quiet, directory=FIXTURES / "pdf")) as server:
        threading.Thread(target=server.handle_request).start()
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}/simple.pdf") as file:
            assert libextract.extract_file_sync(file).mime_type == "application/pdf"
    with open(pdf, "rb", buffering=0) as file:
        assert libextract.extract_file_sync(file).mime_type == "application/pdf"
    with open(pdf) as file, pytest.raises((TypeError, UnicodeDecodeError)):
        libextract.extract_file_sync(file)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_a_buffer_that_is_changed_later_is_read_as_it_was():
    import asyncio

    async def main():
        data = bytearray(b"before")
        job = libextract.extract_bytes(data, "text/plain")
        data[:] = b"after!"
        return (await job).content

    assert asyncio.run(main()).strip() == "before"


def test_detection(pdf, tmp_path):
    with open(pdf, "rb") as file:
        assert libextract.detect_mime_type(file.read()) == "application/pdf"
    assert libextract.detect_mime_type_from_path(pdf) == "application/pdf"
    assert libextract.detect_mime_type_from_path("x.docx", check_exists=False).startswith(
        "application/vnd.openxml")
    assert libextract.detect_mime_type_from_path("x", check_exists=False) is None
    with pytest.raises(FileNotFoundError):
        libextract.detect_mime_type_from_path("/no/such/file")
    assert libextract.validate_mime_type("application/pdf") == "application/pdf"
    with pytest.raises(libextract.UnsupportedFormatError):
        libextract.validate_mime_type("application/x-unknown")
    assert libextract.get_extensions_for_mime("application/pdf")[0] == "pdf"
    assert libextract.get_extensions_for_mime("no/such") == []
    pdf = next(format for format in libextract.list_supported_formats() if format.name == "pdf")
    assert {"text", "tables", "ocr"} <= set(pdf.yields)


def test_doctor():
    assert libextract.doctor()["sandbox"]["processes"] is True
