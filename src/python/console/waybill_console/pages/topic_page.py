"""One topic: its partitions, its configuration, its records, and those that come while one looks."""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from waybill_common.settings import KafkaSettings
from waybill_console.asking import Answer
from waybill_console.cluster import Bounds, read_offsets_at
from waybill_console.context import Context, context_of
from waybill_console.messages import (
    LIMITS,
    AskedMessages,
    Found,
    Judge,
    Order,
    RecordReader,
    ShownRecord,
    as_positions,
    asked_of,
    onwards,
    positions_of,
)
from waybill_console.pages.cluster_page import bounds_of, cluster_of, configs_of
from waybill_console.shown_streams import ShownDataset
from waybill_console.stream import Newest
from waybill_console.views import fragment, page


async def show_topic(request: Request) -> Response:
    context, name = context_of(request), request.path_params["topic"]
    asked = asked_of(request.query_params)
    cluster = await cluster_of(context)
    place = cluster.value.topic(name) if cluster.value else None
    if cluster.value and place is None and request.query_params.get("created") != "1":
        return page(request, "no_topic.html", status=404, name=name)
    readers = context.streams.of_topic(name, request.query_params.get("stream", ""))
    dataset = readers[0] if readers else None
    bounds, configs, newest = await asyncio.gather(
        bounds_of(context, [place] if place else []),
        configs_of(context, [name] if place else []),
        frontier(context, dataset),
    )
    own = {p: one for (_, p), one in (bounds.value or {}).items()}
    is_readable = name in context.readable
    # A page that looks again says which of its parts it wants; records come by themselves.
    is_wanted = "records" in request.headers.get("waybill-parts", "records")
    records: Answer[Found] = Answer(None, bounds.trouble)
    if is_readable and is_wanted and place and bounds.value is not None:
        records = await context.kafka.ask(
            ("records", name, asked, dataset.name if dataset else ""),
            partial(_read, context.settings.kafka, name, _judge(dataset), own, asked),
            fresh=0,
        )
    return page(
        request,
        "topic.html",
        dataset=dataset,
        readers=readers,
        name=name,
        cluster=cluster,
        place=place,
        bounds=own,
        config=(configs.value or {}).get(name, ()),
        newest=newest,
        is_readable=is_readable,
        is_filled=dataset is not None and dataset.settings.stream.is_filled,
        asked=asked,
        limits=LIMITS,
        records=records,
        created=request.query_params.get("created") == "1",
        live_from=as_positions({p: one.end for p, one in own.items() if asked.partition in (None, p)}),
    )


async def live(request: Request) -> Response:
    """Server-sent events with the rows of records that come."""
    context, name = context_of(request), request.path_params["topic"]
    cluster = await cluster_of(context)
    place = cluster.value.topic(name) if cluster.value else None
    if place is None or name not in context.readable:
        return PlainTextResponse("There is nothing to see.\n", 404 if cluster.value else 503)
    if context.live.is_full:
        return PlainTextResponse("Too many look already: close another view.\n", 503)
    text = request.headers.get("last-event-id") or request.query_params.get("from", "")
    start = positions_of(text, [one.partition for one in place.partitions])
    if start is None:
        return PlainTextResponse("from=PARTITION:OFFSET,… says where to begin.\n", 400)
    readers = context.streams.of_topic(name, request.query_params.get("stream", ""))
    dataset = readers[0] if readers else None
    as_stream = dataset.name if dataset is not None and len(readers) > 1 else ""
    row = partial(_row, name, as_stream, (await frontier(context, dataset)).value)
    return StreamingResponse(
        context.live.events(name, start, _judge(dataset), row),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def frontier(context: Context, dataset: ShownDataset | None) -> Answer[Newest]:
    """Where the ledger stands of what a topic is delivered into; no value where it is delivered into nothing."""
    if dataset is None:
        return Answer(None)
    return await context.store.ask(("newest", dataset.name), dataset.ledger.newest)


def _judge(dataset: ShownDataset | None) -> Judge | None:
    return None if dataset is None else dataset.contract.reader()


def _row(topic: str, as_stream: str, newest: Newest | None, record: ShownRecord) -> str:
    return fragment(
        "message_row.html", topic=topic, as_stream=as_stream, newest=newest, record=record, is_new=True
    )


def _read(
    settings: KafkaSettings, topic: str, judge: Judge | None, bounds: dict[int, Bounds], asked: AskedMessages
) -> Found:
    wanted = {p: one for p, one in bounds.items() if asked.partition in (None, p)}
    reader = RecordReader(settings, topic, judge)
    match asked.order:
        case Order.NEWEST:
            return reader.newest(wanted, asked.limit)
        case Order.OFFSET:
            return reader.onwards(onwards(wanted, dict.fromkeys(wanted, asked.offset)), asked.limit)
        case Order.TIME:
            starts = read_offsets_at(settings, topic, wanted, asked.millis)
            return reader.onwards(onwards(wanted, starts), asked.limit)
