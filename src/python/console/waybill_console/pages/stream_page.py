"""The stream: how far it is, its last commits, what is open, what is lost, the last audit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from waybill_console.asking import Answer
from waybill_console.cluster import Bounds
from waybill_console.context import Context, context_of, dataset_of
from waybill_console.pages.cluster_page import bounds_of, cluster_of
from waybill_console.pictures import bars_of, commits_picture
from waybill_console.shown_streams import ShownDataset
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


@dataclass(frozen=True)
class DatasetFigures:
    """How far one dataset is. ``why`` its ledger can't be read."""

    dataset: ShownDataset
    newest: Answer[Newest]
    bounds: Answer[dict[int, Bounds]]
    why: str = ""

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to tell, a trouble too."""
        newest = self.newest.value
        if newest is not None and (newest.number or newest.open):
            return True
        return bool(self.why or self.newest.trouble or self.bounds.value is not None)

    @property
    def waiting(self) -> int | None:
        if self.bounds.value is None:
            return None
        return total_waiting(
            lags(frontier_of(self.dataset, self.newest.value, self.bounds.value), self.bounds.value)
        )

    @property
    def lost(self) -> int:
        """Offsets that retention took undelivered."""
        bounds = self.bounds.value or {}
        return sum(one.lost for one in lags(frontier_of(self.dataset, self.newest.value, bounds), bounds))


async def show_stream(request: Request) -> Response:
    """The lake's part is there without Kafka, and Kafka's without the lake."""
    context, dataset = context_of(request), dataset_of(request)
    if dataset is None:
        return _refused(request, context)
    sibling = context.streams.sibling(dataset)
    (newest, receipts, times, opened), bounds, redriven = await asyncio.gather(
        _lake(context, dataset), bounds_of_dataset(context, dataset), _beside(context, sibling)
    )
    partitions = lags(frontier_of(dataset, newest.value, bounds.value or {}), bounds.value or {})
    recent = RecentCommits(receipts.value.read if receipts.value else ())
    return page(
        request,
        "stream.html",
        dataset=dataset,
        own=dataset.own,
        sibling=sibling,
        redriven=redriven,
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
        lake=dataset.ledger.lake.address,
        contract=dataset.contract,
        audited=dataset.stream,
        verifier=context.verifier,
    )


async def show_commits(request: Request) -> Response:
    """All of them, a page at a time."""
    context, dataset = context_of(request), dataset_of(request)
    if dataset is None:
        return page(request, "not_found.html", status=404)
    text = request.query_params.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None
    newest = await newest_of(context, dataset)
    numbers = newest_numbers(newest.value.number if newest.value else 0, _PAGE, before)
    receipts, times = await _receipts(context, dataset, numbers), await _times(context, dataset, numbers)
    return page(
        request,
        "commits.html",
        dataset=dataset,
        newest=newest,
        receipts=list(reversed(receipts.value.read if receipts.value else ())),
        unreadable=receipts.value.unreadable if receipts.value else (),
        trouble=newest.trouble or receipts.trouble,
        times=times.value or {},
        numbers=numbers,
        page_size=_PAGE,
    )


def _refused(request: Request, context: Context) -> Response:
    refused = context.streams.refused.get(request.path_params["stream"])
    if refused is None:
        return page(request, "not_found.html", status=404)
    return page(request, "refused_stream.html", name=request.path_params["stream"], refused=refused)


def frontier_of(
    dataset: ShownDataset, newest: Newest | None, bounds: Mapping[int, Bounds]
) -> Mapping[int, int] | None:
    """A dataset of somebody else's topic has lost nothing before it has begun."""
    if newest is None or newest.number or newest.open or dataset.begins_at_0:
        return None if newest is None else newest.frontier
    return {p: one.start for p, one in bounds.items()}


async def newest_of(context: Context, dataset: ShownDataset) -> Answer[Newest]:
    return await context.store.ask(("newest", dataset.name), dataset.ledger.newest)


async def bounds_of_dataset(context: Context, dataset: ShownDataset) -> Answer[dict[int, Bounds]]:
    cluster = await cluster_of(context)
    place = cluster.value.topic(dataset.topic) if cluster.value else None
    found = await bounds_of(context, [place] if place else [])
    own = {p: one for (_, p), one in (found.value or {}).items()}
    return Answer(own if place else None, cluster.trouble or found.trouble)


async def _beside(context: Context, sibling: ShownDataset | None) -> DatasetFigures | None:
    """Of what was redriven; None where there is no such dataset, and no topic that one would come from."""
    if sibling is None:
        return None
    newest, bounds = await asyncio.gather(newest_of(context, sibling), bounds_of_dataset(context, sibling))
    figures = DatasetFigures(sibling, newest, bounds)
    return figures if figures.has_begun else None


async def _lake(
    context: Context, dataset: ShownDataset
) -> tuple[Answer[Newest], Answer[Receipts], Answer[dict[int, CommitTimes]], Answer[datetime | None]]:
    newest = await newest_of(context, dataset)
    if newest.value is None:
        return newest, Answer(None), Answer({}), Answer(None)
    last = newest.value.number
    opened = ("opened", dataset.name, last + 1)
    return newest, *await asyncio.gather(
        _receipts(context, dataset, newest_numbers(last, PICTURED)),
        _times(context, dataset, newest_numbers(last, LISTED)),
        context.store.ask(opened, partial(dataset.times.opened, last + 1)),
    )


async def _receipts(context: Context, dataset: ShownDataset, numbers: range) -> Answer[Receipts]:
    key = ("receipts", dataset.name, numbers)
    return await context.store.ask(key, partial(dataset.ledger.receipts, numbers))


async def _times(context: Context, dataset: ShownDataset, numbers: range) -> Answer[dict[int, CommitTimes]]:
    key = ("times", dataset.name, numbers)
    return await context.store.ask(key, partial(dataset.times.of_commits, numbers), fresh=30)
