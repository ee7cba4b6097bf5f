# SPDX-License-Identifier: AGPL-3.0-or-later
"""Markdown by xberg: xberg.py FILE... prints the processor time of all files, read as a batch in this process,
without that of starting it; and how many failed."""
import asyncio
import json
import sys
import time

# This file has the name of the package.
sys.path.pop(0)
import xberg  # noqa: E402


async def main():
    config = xberg.ExtractionConfig(output_format="markdown", use_cache=False, disable_ocr=True)
    inputs = [xberg.ExtractInput(kind=xberg.ExtractInputKind.URI, uri=file) for file in sys.argv[1:]]
    start = time.process_time()
    batch = await xberg.extract_batch(inputs, config)
    seconds = time.process_time() - start
    size = sum(len(document.content) for document in batch.results)
    print(json.dumps({"seconds": seconds, "failed": len(batch.errors), "size": size}))


asyncio.run(main())
