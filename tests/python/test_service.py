# SPDX-License-Identifier: AGPL-3.0-or-later
"""The web service of examples/python under load."""
import concurrent.futures
import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

import pytest

import libextract

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")
PACKAGE = pathlib.Path(libextract.__file__).parents[1]
EXAMPLES = pathlib.Path(__file__).parents[2] / "examples" / "python"


@pytest.fixture(scope="module")
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-B", "-m", "uvicorn", "--log-level", "warning", "--port",
                               str(number), "service:app"], cwd=EXAMPLES,
                              env={**os.environ, "PYTHONPATH": str(PACKAGE)})
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", number), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield number
    server.terminate()
    assert server.wait(10) in (0, -15)


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body)
    response = connection.getresponse()
    return response.status, response.read()


def test_documents_and_errors(port, pdf):
    data = pathlib.Path(pdf).read_bytes()
    status, body = ask(port, "POST", "/extract?format=markdown", data)
    assert status == 200 and json.loads(body)["mime_type"] == "application/pdf"
    locked = pathlib.Path(pdf).with_name("aes-256.pdf").read_bytes()
    status, body = ask(port, "POST", "/extract", locked)
    assert (status, json.loads(body)["error"]) == (422, "PASSWORD_REQUIRED")


def test_load(port, pdf):
    data = pathlib.Path(pdf).with_name("long.pdf").read_bytes()
    with concurrent.futures.ThreadPoolExecutor(16) as clients:
        answers = [clients.submit(ask, port, "POST", "/extract", data) for _ in range(100)]
        health = [ask(port, "GET", "/health") for _ in range(20)]
        assert {answer.result()[0] for answer in answers} == {200}
    assert set(health) == {(200, b"ok")}


def test_a_client_that_hangs_up(port, pdf):
    data = pathlib.Path(pdf).read_bytes()
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /extract HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                       % (len(data), data))
    assert ask(port, "GET", "/health")[0] == 200
