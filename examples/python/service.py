# SPDX-License-Identifier: AGPL-3.0-or-later
"""A web service that extracts what is sent to it.

    uvicorn service:app
    curl --data-binary @report.pdf 'http://localhost:8000/extract?format=markdown'

The event loop stays free while documents are read. Strangers' documents are read in a sandbox; a
client that hangs up stops its extraction, and a document gets ten seconds.
"""
import asyncio

import libextract
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ISOLATION = "process"
STATUS = {"limit": 413, "unsupported": 415, "timeout": 504, "password": 422, "corrupt": 422}


async def extract(request):
    options = {name: value for name, value in request.query_params.items() if name in ("format", "pages")}
    job = libextract.extract_bytes(await request.body(), timeout=10, isolation=ISOLATION, **options)
    gone = asyncio.ensure_future(hang_up(request, job))
    try:
        result = await job
    except libextract.ExtractError as error:
        return JSONResponse({"error": error.code, "message": str(error)}, STATUS.get(error.kind, 500))
    finally:
        gone.cancel()
    return Response(result.to_json(), media_type="application/json")


async def hang_up(request, job):
    """Stops the job when its client has gone."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.5)
    job.cancel()


async def health(request):
    return Response("ok")


app = Starlette(routes=[Route("/extract", extract, methods=["POST"]), Route("/health", health)])
