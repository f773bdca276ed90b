"""All streams: how far each is, and what of it was redriven."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from waybill_common.errors import WaybillError
from waybill_console.asking import OF_OBJECTS, Answer
from waybill_console.context import Context, context_of
from waybill_console.pages.cluster_page import bounds_of, cluster_of
from waybill_console.pages.stream_page import DatasetFigures
from waybill_console.shown_streams import ShownDataset
from waybill_console.stream import Newest
from waybill_console.views import page

PAGE = 100
"""Streams of one page: of each the ledger's end is looked for."""

_AT_ONCE = 16


async def show_streams(request: Request) -> Response:
    context = context_of(request)
    names = sorted({*(one.name for one in context.streams.own), *context.streams.refused})
    pages = max(1, -(-len(names) // PAGE))
    text = request.query_params.get("page", "")
    at = min(int(text), pages - 1) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    shown = names[at * PAGE : (at + 1) * PAGE]
    datasets = [one for name in shown for one in context.streams.datasets.values() if one.stream == name]
    figures = await _figures(context, datasets)
    return page(
        request,
        "streams.html",
        shown=shown,
        figures={name: [one for one in figures if one.dataset.stream == name] for name in shown},
        refused=context.streams.refused,
        trouble=next((one.newest.trouble for one in figures if one.newest.trouble), None),
        kafkas=next((one.bounds.trouble for one in figures if one.bounds.trouble), None),
        verifier=context.verifier,
        page_number=at,
        pages=pages,
        found=len(names),
    )


async def _figures(context: Context, datasets: Sequence[ShownDataset]) -> list[DatasetFigures]:
    """Each one's own, and of what was redriven where there is such a dataset."""
    key = ("newest of", tuple(one.name for one in datasets))
    question = partial(_newest_of_all, datasets)
    ends, cluster = await asyncio.gather(
        context.store.ask(key, question, fresh=4, patience=OF_OBJECTS), cluster_of(context)
    )
    places = [cluster.value.topic(one.topic) for one in datasets] if cluster.value else []
    bounds = await bounds_of(context, [*{one.name: one for one in places if one}.values()])
    known = bounds.value or {}
    told = []
    told_ends: Sequence[Newest | WaybillError | None] = ends.value or [None] * len(datasets)
    for dataset, end in zip(datasets, told_ends, strict=True):
        has_topic = cluster.value is not None and cluster.value.topic(dataset.topic) is not None
        own = {p: one for (topic, p), one in known.items() if topic == dataset.topic} if has_topic else None
        why = end.found if isinstance(end, WaybillError) else ""
        newest = Answer(end, ends.trouble) if not isinstance(end, WaybillError) else Answer(None)
        figures = DatasetFigures(dataset, newest, Answer(own, cluster.trouble or bounds.trouble), why)
        if dataset.own is None or figures.has_begun:
            told.append(figures)
    return told


def _newest_of_all(datasets: Sequence[ShownDataset]) -> list[Newest | WaybillError]:
    """Where each ledger ends, or why that can't be told. Raises what passes: then the store is away."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="console-streams") as pool:
        return [*pool.map(_newest, datasets)]


def _newest(dataset: ShownDataset) -> Newest | WaybillError:
    try:
        return dataset.ledger.newest()
    except WaybillError as error:
        if error.transient:
            raise
        return error
