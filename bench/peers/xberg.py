# SPDX-License-Identifier: AGPL-3.0-or-later
"""Markdown by xberg: xberg.py FILE... prints the processor time of all files, read one after the other in
this process, without that of starting it; and how many failed."""
import asyncio
import json
import sys
import time

# This file has the name of the package.
sys.path.pop(0)
import xberg  # noqa: E402


async def read(file, config):
    result = await xberg.extract(xberg.ExtractInput(kind=xberg.ExtractInputKind.URI, uri=file), config)
    return sum(len(document.content) for document in result.results)


async def main():
    config = xberg.ExtractionConfig(output_format="markdown", use_cache=False, disable_ocr=True)
    failed = size = 0
    start = time.process_time()
    for file in sys.argv[1:]:
        try:
            size += await read(file, config)
        except Exception:  # of whatever kind: the next file is read
            failed += 1
    print(json.dumps({"seconds": time.process_time() - start, "failed": failed, "size": size}))


asyncio.run(main())
