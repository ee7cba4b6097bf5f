# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read by mypy, never run."""
import asyncio
import libextract
from libextract import ExtractionConfig, Result

def sync() -> str:
    result: Result = libextract.extract_file_sync("a.pdf", format="markdown", timeout=1.5, password=["a"])
    for page in result.pages:
        print(page.number + 1, page.content.upper(), page.label or "")
    return result.content

async def main() -> None:
    result = await libextract.extract_file("a.pdf", on_progress=lambda p: print(p.pages_done))
    print(result.metadata["title"])
    task = asyncio.create_task(libextract.extract_bytes(b"x"))
    results = await asyncio.gather(task, libextract.extract_bytes(b"y"))
    print(results[0].status)
    async for item in libextract.stream_batch(["a"]):
        print(item.get().content)
    for page in libextract.stream_pages("a"):
        print(page.pages[0].width)
    async with libextract.Runtime(threads=2) as runtime:
        await runtime.extract_file("x", config=ExtractionConfig(format="text"))
