"""The stream: how far it is, its last commits, what is open, what is lost, the last audit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from waybill_console.asking import Answer
from waybill_console.cluster import Bounds
from waybill_console.context import Context, context_of
from waybill_console.pages.cluster_page import bounds_of, cluster_of
from waybill_console.pictures import bars_of, commits_picture
from waybill_console.stream import (
    PICTURED,
    CommitTimes,
    Newest,
    Receipts,
    RecentCommits,
    lags,
    newest_numbers,
    total_waiting,
)
from waybill_console.views import page

LISTED = 15
_PAGE = 50


async def show_stream(request: Request) -> Response:
    """The lake's part is there without Kafka, and Kafka's without the lake."""
    context = context_of(request)
    if request.path_params["stream"] != context.settings.stream.name:
        return page(request, "not_found.html", status=404)
    (newest, receipts, times, opened), bounds = await asyncio.gather(_lake(context), _bounds(context))
    partitions = lags(_frontier(context, newest.value, bounds.value or {}), bounds.value or {})
    recent = RecentCommits(receipts.value.read if receipts.value else ())
    return page(
        request,
        "stream.html",
        newest=newest,
        receipts=list(reversed(recent.receipts))[:LISTED],
        trouble=newest.trouble or receipts.trouble,
        times=times.value or {},
        opened=opened,
        bounds=bounds,
        partitions=partitions,
        waiting=total_waiting(partitions) if bounds.value else None,
        recent=recent,
        unreadable=receipts.value.unreadable if receipts.value else (),
        picture=commits_picture(bars_of(recent.receipts)),
        lake=context.ledger.lake.address,
        verifier=context.verifier,
    )


async def show_commits(request: Request) -> Response:
    """All of them, a page at a time."""
    context = context_of(request)
    if request.path_params["stream"] != context.settings.stream.name:
        return page(request, "not_found.html", status=404)
    text = request.query_params.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None
    newest = await context.store.ask("newest", context.ledger.newest)
    numbers = newest_numbers(newest.value.number if newest.value else 0, _PAGE, before)
    receipts, times = await _receipts(context, numbers), await _times(context, numbers)
    return page(
        request,
        "commits.html",
        newest=newest,
        receipts=list(reversed(receipts.value.read if receipts.value else ())),
        unreadable=receipts.value.unreadable if receipts.value else (),
        trouble=newest.trouble or receipts.trouble,
        times=times.value or {},
        numbers=numbers,
        page_size=_PAGE,
    )


def _frontier(
    context: Context, newest: Newest | None, bounds: Mapping[int, Bounds]
) -> Mapping[int, int] | None:
    """A dataset of somebody else's topic has lost nothing before it has begun."""
    if newest is None or newest.number or newest.open or context.settings.stream.is_filled:
        return None if newest is None else newest.frontier
    return {p: one.start for p, one in bounds.items()}


async def _lake(
    context: Context,
) -> tuple[Answer[Newest], Answer[Receipts], Answer[dict[int, CommitTimes]], Answer[datetime | None]]:
    newest = await context.store.ask("newest", context.ledger.newest)
    if newest.value is None:
        return newest, Answer(None), Answer({}), Answer(None)
    last = newest.value.number
    receipts, times, opened = await asyncio.gather(
        _receipts(context, newest_numbers(last, PICTURED)),
        _times(context, newest_numbers(last, LISTED)),
        context.store.ask(("opened", last + 1), partial(context.times.opened, last + 1)),
    )
    return newest, receipts, times, opened


async def _receipts(context: Context, numbers: range) -> Answer[Receipts]:
    return await context.store.ask(("receipts", numbers), partial(context.ledger.receipts, numbers))


async def _times(context: Context, numbers: range) -> Answer[dict[int, CommitTimes]]:
    return await context.store.ask(("times", numbers), partial(context.times.of_commits, numbers), fresh=30)


async def _bounds(context: Context) -> Answer[dict[int, Bounds]]:
    cluster = await cluster_of(context)
    place = cluster.value.topic(context.settings.stream.topic) if cluster.value else None
    found = await bounds_of(context, [place] if place else [])
    own = {p: one for (_, p), one in (found.value or {}).items()}
    return Answer(own if place else None, cluster.trouble or found.trouble)
