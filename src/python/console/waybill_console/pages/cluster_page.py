"""The brokers, the topics, the groups."""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from waybill_console.asking import Answer
from waybill_console.cluster import (
    Bounds,
    Cluster,
    ConfigLine,
    TopicAndPartition,
    TopicPlace,
    lag_of,
    read_bounds,
    read_cluster,
    read_configs,
    read_groups,
    records_of,
)
from waybill_console.context import Context, context_of
from waybill_console.views import page

PAGE = 100
"""Topics of one page: each is asked for its offsets and its configuration."""


async def healthz(_: Request) -> Response:
    """Whether this program answers; what it asks may be away."""
    return PlainTextResponse("ok\n")


async def show_cluster(request: Request) -> Response:
    context = context_of(request)
    cluster, groups = await asyncio.gather(
        cluster_of(context),
        context.kafka.ask("groups", partial(read_groups, context.settings.kafka), fresh=4),
    )
    bounds: Answer[dict[TopicAndPartition, Bounds]] = Answer({})
    if cluster.value and groups.value:
        named = {topic for group in groups.value.shown for topic in group.topics}
        bounds = await bounds_of(context, [one for one in cluster.value.topics if one.name in named])
    lag = {one.id: lag_of(one, bounds.value or {}) for one in (groups.value.shown if groups.value else ())}
    return page(request, "cluster.html", cluster=cluster, groups=groups, lag=lag)


async def show_topics(request: Request) -> Response:
    context = context_of(request)
    query = request.query_params.get("filter", "").strip()[:249]
    with_internal = request.query_params.get("internal") == "1"
    cluster = await cluster_of(context)
    found = [
        one
        for one in (cluster.value.topics if cluster.value else ())
        if query.lower() in one.name.lower() and (with_internal or not one.is_internal)
    ]
    at = _page_number(request.query_params.get("page", ""), len(found))
    shown = found[at * PAGE : (at + 1) * PAGE]
    bounds, configs = await asyncio.gather(
        bounds_of(context, shown), configs_of(context, [one.name for one in shown])
    )
    records = {one.name: records_of(one, bounds.value or {}) for one in shown}
    return page(
        request,
        "topics.html",
        cluster=cluster,
        topics=shown,
        readers={one.name: context.streams.of_topic(one.name) for one in shown},
        found=len(found),
        page_number=at,
        pages=-(-len(found) // PAGE),
        records=records,
        configs=configs.value or {},
        filter=query,
        with_internal=with_internal,
        internal=sum(one.is_internal for one in (cluster.value.topics if cluster.value else ())),
    )


async def cluster_of(context: Context) -> Answer[Cluster]:
    return await context.kafka.ask("cluster", partial(read_cluster, context.settings.kafka))


async def see_who_answers(context: Context) -> None:
    """Ask the brokers without keeping the answer: what is silent is known before the first page."""
    await context.kafka.ask("who answers", partial(read_cluster, context.settings.kafka), fresh=0)


async def bounds_of(context: Context, topics: list[TopicPlace]) -> Answer[dict[TopicAndPartition, Bounds]]:
    if not topics:
        return Answer({})
    key = ("bounds", tuple(one.name for one in topics))
    return await context.kafka.ask(key, partial(read_bounds, context.settings.kafka, topics))


async def configs_of(context: Context, names: list[str]) -> Answer[dict[str, tuple[ConfigLine, ...]]]:
    if not names:
        return Answer({})
    key = ("configs", tuple(names))
    return await context.kafka.ask(key, partial(read_configs, context.settings.kafka, names), fresh=5)


def _page_number(text: str, found: int) -> int:
    last = max(0, -(-found // PAGE) - 1)
    return min(int(text), last) if text.isascii() and text.isdigit() and len(text) < 7 else 0
