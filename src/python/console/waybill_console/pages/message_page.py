"""One record, and where it went."""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from waybill_common.ledger import Receipt
from waybill_console.asking import Answer, Trouble
from waybill_console.context import Context, context_of
from waybill_console.messages import ALONE, RecordReader, ShownRecord
from waybill_console.pages.cluster_page import bounds_of, cluster_of
from waybill_console.shown_streams import ShownDataset
from waybill_console.stream import Delivery, delivery_of, listed_objects
from waybill_console.views import page
from waybill_console.words import plain

_WHOLE = 64 * 1024 * 1024


async def show_message(request: Request) -> Response:
    """Its parts, and its commit and objects where the ledger is past it."""
    context, name = context_of(request), request.path_params["topic"]
    partition, offset = request.path_params["partition"], request.path_params["offset"]
    if name not in context.readable:
        return page(request, "unreadable.html", status=403, name=name)
    if offset >= 2**63 or partition >= 2**31:
        return page(request, "not_found.html", status=404)
    cluster = await cluster_of(context)
    place = cluster.value.topic(name) if cluster.value else None
    has_partition = place is not None and any(one.partition == partition for one in place.partitions)
    if cluster.value and not has_partition:
        return page(request, "no_topic.html", status=404, name=name)
    readers = context.streams.of_topic(name, request.query_params.get("stream", ""))
    dataset = readers[0] if readers else None
    bounds, record, delivery = await asyncio.gather(
        bounds_of(context, [place] if place else []),
        _record(context, dataset, name, partition, offset, ALONE)
        if has_partition
        else _nothing(cluster.trouble),
        _delivery(context, dataset, partition, offset),
    )
    receipt: Receipt | None = None
    if dataset is not None and delivery.value is not None and delivery.value.commit:
        number = delivery.value.commit
        key = ("receipt", dataset.name, number)
        receipt = (await context.store.ask(key, partial(dataset.ledger.receipt, number))).value
    return page(
        request,
        "message.html",
        dataset=dataset,
        readers=readers,
        name=name,
        partition=partition,
        offset=offset,
        bounds=(bounds.value or {}).get((name, partition)),
        record=record,
        delivery=delivery,
        objects=listed_objects(receipt) if receipt else (),
    )


async def whole_value(request: Request) -> Response:
    """The value's bytes, as a file to keep: no browser shows them."""
    context, name = context_of(request), request.path_params["topic"]
    partition, offset = request.path_params["partition"], request.path_params["offset"]
    if name not in context.readable:
        return page(request, "unreadable.html", status=403, name=name)
    found = await _record(context, None, name, partition, offset, _WHOLE)
    if found.trouble is not None:
        return PlainTextResponse(f"{plain(found.trouble.found)}\n", 503)
    if found.value is None or found.value.value is None:
        return PlainTextResponse("There is no value.\n", 404)
    file = f"{partition}-{offset}.bin"
    return Response(
        found.value.value.head,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


async def _record(
    context: Context, dataset: ShownDataset | None, name: str, partition: int, offset: int, most: int
) -> Answer[ShownRecord | None]:
    """As the contract of ``dataset`` reads it, if that is asked for."""
    judge = dataset.contract.reader() if dataset is not None else None
    reader = RecordReader(context.settings.kafka, name, judge, most)
    key = ("record", name, partition, offset, most, dataset.name if dataset is not None else "")
    return await context.kafka.ask(key, partial(reader.one, partition, offset), fresh=0)


async def _delivery(
    context: Context, dataset: ShownDataset | None, partition: int, offset: int
) -> Answer[Delivery | None]:
    if dataset is None:
        return Answer(None)
    key = ("delivery", dataset.name, partition, offset)
    return await context.store.ask(key, partial(delivery_of, dataset.ledger, partition, offset))


async def _nothing(trouble: Trouble | None) -> Answer[ShownRecord | None]:
    return Answer(None, trouble)
