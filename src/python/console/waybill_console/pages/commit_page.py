"""One commit, and one of its objects."""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from waybill_console.asking import OF_OBJECTS, Answer
from waybill_console.context import context_of
from waybill_console.stream import CommitTimes, ShownRows, listed_objects, offsets_of
from waybill_console.views import page

_ROWS = 50


async def show_commit(request: Request) -> Response:
    """Closed or open; 404 where there is none of that number."""
    context, number = context_of(request), request.path_params["number"]
    if request.path_params["stream"] != context.settings.stream.name or not 0 < number < 2**63:
        return page(request, "not_found.html", status=404)
    receipt, manifest, newest, times = await asyncio.gather(
        context.store.ask(("receipt", number), partial(context.ledger.receipt, number)),
        context.store.ask(("manifest", number), partial(context.ledger.manifest, number), fresh=5),
        context.store.ask("newest", context.ledger.newest),
        context.store.ask(("times", number), partial(context.times.of_commits, (number,)), fresh=5),
    )
    trouble = receipt.trouble or manifest.trouble
    if trouble is None and receipt.value is None and manifest.value is None:
        last = newest.value.number if newest.value else None
        return page(request, "no_commit.html", status=404, number=number, last=last)
    return page(
        request,
        "commit.html",
        number=number,
        trouble=trouble,
        receipt=receipt.value,
        manifest=manifest.value,
        last=newest.value.number if newest.value else None,
        times=(times.value or {}).get(number, CommitTimes()),
        objects=listed_objects(receipt.value) if receipt.value else (),
    )


async def show_object(request: Request) -> Response:
    """Its first rows, or those from an offset on."""
    context, number, place = context_of(request), request.path_params["number"], request.path_params["place"]
    if request.path_params["stream"] != context.settings.stream.name or not 0 < number < 2**63:
        return page(request, "not_found.html", status=404)
    receipt = await context.store.ask(("receipt", number), partial(context.ledger.receipt, number))
    objects = listed_objects(receipt.value) if receipt.value else ()
    if receipt.trouble is None and place >= len(objects):
        return page(request, "not_found.html", status=404)
    text = request.query_params.get("from", "")
    start = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    rows: Answer[ShownRows] = Answer(None, receipt.trouble)
    if objects:
        question = partial(context.objects.first, objects[place], _ROWS, from_offset=start)
        rows = await context.store.ask(
            ("rows", number, place, start), question, fresh=30, patience=OF_OBJECTS
        )
    return page(
        request,
        "object.html",
        number=number,
        place=place,
        listed=objects[place] if objects else None,
        span=offsets_of(receipt.value, objects[place]) if receipt.value and objects else None,
        rows=rows,
        start=start,
    )
