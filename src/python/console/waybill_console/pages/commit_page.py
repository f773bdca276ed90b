"""One commit, and one of its objects."""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from waybill_console.asking import OF_OBJECTS, Answer
from waybill_console.context import context_of, dataset_of
from waybill_console.stream import CommitTimes, ShownRows, listed_objects, offsets_of
from waybill_console.views import page

_ROWS = 50


async def show_commit(request: Request) -> Response:
    """Closed or open; 404 where there is none of that number."""
    context, dataset, number = context_of(request), dataset_of(request), request.path_params["number"]
    if dataset is None or not 0 < number < 2**63:
        return page(request, "not_found.html", status=404)
    store, name = context.store, dataset.name
    receipt, manifest, newest, times = await asyncio.gather(
        store.ask(("receipt", name, number), partial(dataset.ledger.receipt, number)),
        store.ask(("manifest", name, number), partial(dataset.ledger.manifest, number), fresh=5),
        store.ask(("newest", name), dataset.ledger.newest),
        store.ask(("times", name, number), partial(dataset.times.of_commits, (number,)), fresh=5),
    )
    trouble = receipt.trouble or manifest.trouble
    if trouble is None and receipt.value is None and manifest.value is None:
        last = newest.value.number if newest.value else None
        return page(request, "no_commit.html", status=404, dataset=dataset, number=number, last=last)
    return page(
        request,
        "commit.html",
        dataset=dataset,
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
    context, dataset = context_of(request), dataset_of(request)
    number, place = request.path_params["number"], request.path_params["place"]
    if dataset is None or not 0 < number < 2**63:
        return page(request, "not_found.html", status=404)
    key = ("receipt", dataset.name, number)
    receipt = await context.store.ask(key, partial(dataset.ledger.receipt, number))
    objects = listed_objects(receipt.value) if receipt.value else ()
    if receipt.trouble is None and place >= len(objects):
        return page(request, "not_found.html", status=404)
    text = request.query_params.get("from", "")
    start = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    rows: Answer[ShownRows] = Answer(None, receipt.trouble)
    if objects:
        question = partial(dataset.objects.first, objects[place], _ROWS, from_offset=start)
        rows = await context.store.ask(
            ("rows", dataset.name, number, place, start), question, fresh=30, patience=OF_OBJECTS
        )
    return page(
        request,
        "object.html",
        dataset=dataset,
        number=number,
        place=place,
        listed=objects[place] if objects else None,
        span=offsets_of(receipt.value, objects[place]) if receipt.value and objects else None,
        rows=rows,
        start=start,
    )
