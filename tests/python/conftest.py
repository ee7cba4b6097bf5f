# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the tests of the Python package share: documents for the mock extractors, time limits."""
import asyncio
import faulthandler
import pathlib

import pytest

import libextract

FIXTURES = pathlib.Path(__file__).parents[2] / "fixtures"
LIMIT = 60  # seconds for one test, then all stacks are printed


@pytest.fixture(autouse=True)
def limit():
    faulthandler.dump_traceback_later(LIMIT, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def pdf():
    return str(FIXTURES / "pdf" / "simple.pdf")


@pytest.fixture
def columns():
    return str(FIXTURES / "pdf" / "columns.pdf")


@pytest.fixture
def mock(tmp_path):
    """mock("sleep", 300): keyword arguments that extract_bytes takes for a mock document."""
    return lambda kind, amount=1: {"data": str(amount).encode(), "mime_type": f"mock:{kind}"}


def loops():
    """Factories of event loops: asyncio's, uvloop's, one that cannot watch descriptors."""
    made = [pytest.param(asyncio.SelectorEventLoop, id="asyncio"), pytest.param(Blind, id="blind")]
    try:
        import uvloop

        made.append(pytest.param(uvloop.new_event_loop, id="uvloop"))
    except ImportError:
        pass
    return made


class Blind(asyncio.SelectorEventLoop):
    """An event loop without add_reader, as asyncio's is on another system."""

    def add_reader(self, fd, callback, *args):
        raise NotImplementedError


@pytest.fixture(params=loops())
def run(request):
    """Runs a coroutine in a new event loop."""

    def run(coroutine):
        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(coroutine)

    return run


def pytest_terminal_summary(terminalreporter):
    stats = terminalreporter.stats
    failed = len(stats.get("failed", [])) + len(stats.get("error", []))
    terminalreporter.write_line(f"{len(stats.get('passed', []))} passed, {failed} failed")


assert libextract
