# SPDX-License-Identifier: AGPL-3.0-or-later
"""100 000 calls, and those that fail, are cancelled or dropped, leave no memory behind."""
import subprocess
import sys
import textwrap

import pytest

PROGRAM = """
    import asyncio, gc, libextract, os
    def rss():
        gc.collect()
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4
    def sync():
        libextract.extract_bytes_sync(b"1", "mock:empty").content
    def failing():
        try:
            libextract.extract_file_sync("/no/such/file")
        except FileNotFoundError:
            pass
    async def awaited(count):
        for _ in range(count // 100):
            await asyncio.gather(*(libextract.extract_bytes(b"1", "mock:empty") for _ in range(100)))
    async def cancelled(count):
        for _ in range(count // 100):
            jobs = [libextract.extract_bytes(bytearray(b"60000"), "mock:sleep") for _ in range(100)]
            await asyncio.sleep(0)
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
    def streamed():
        with libextract.stream_pages(path, "mock:pages") as pages:
            next(pages)
    path = "three"
    with open(path, "w") as file:
        file.write("3")
    def repeat(function, count):
        for _ in range(count):
            function()
    cases = {"sync": (lambda n: repeat(sync, n), 100000), "failing": (lambda n: repeat(failing, n), 20000),
             "awaited": (lambda n: asyncio.run(awaited(n)), 100000),
             "cancelled": (lambda n: asyncio.run(cancelled(n)), 20000),
             "streamed": (lambda n: repeat(streamed, n), 3000)}
    run, count = cases[CASE]
    run(count // 5)
    before = rss()
    run(count)
    print(rss() - before)
"""


@pytest.mark.parametrize("case", ["sync", "failing", "awaited", "cancelled", "streamed"])
def test_memory_stays(case, tmp_path):
    done = subprocess.run([sys.executable, "-c", f"CASE = {case!r}\n" + textwrap.dedent(PROGRAM)],
                          capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    grown = int(done.stdout)
    assert grown < 3000, f"{grown} KB"
