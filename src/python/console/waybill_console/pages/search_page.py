"""The search field: coordinates and commits lead to their pages, an event's id is looked for in the newest commits."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from waybill_console.asking import OF_OBJECTS, Answer
from waybill_console.context import Context, context_of
from waybill_console.pages.cluster_page import cluster_of
from waybill_console.search import CommitNumber, EventId, MessagePlace, Nothing, parse_search
from waybill_console.shown_streams import ShownDataset
from waybill_console.stream import EventSearch, find_event
from waybill_console.views import page
from waybill_console.words import segment

_MOST_LISTED = 100
"""Streams that one may choose from: of more, their pages have a field of their own."""


async def search(request: Request) -> Response:
    """Of the stream that is named, or that is the only one; else which one is meant is asked."""
    context, text = context_of(request), request.query_params.get("q", "")
    dataset = _meant(context, request.query_params.get("stream", ""))
    if request.query_params.get("kind") == "event" and text.strip():
        return await _event(request, context, dataset, text.strip()[:300])
    match parse_search(text, dataset.topic if dataset else ""):
        case MessagePlace("", partition, offset):
            return _choice(request, context, f"{partition}:{offset}")
        case MessagePlace(topic, partition, offset):
            return RedirectResponse(f"/topics/{segment(topic)}/messages/{partition}/{offset}", 303)
        case CommitNumber(number):
            if dataset is None:
                return _choice(request, context, str(number))
            return RedirectResponse(f"/streams/{segment(dataset.name)}/commits/{number}", 303)
        case Nothing():
            return _empty(request, dataset, "")
        case EventId(event):
            return await _event(request, context, dataset, event)


async def _event(request: Request, context: Context, dataset: ShownDataset | None, event: str) -> Response:
    cluster = await cluster_of(context)
    if cluster.value and cluster.value.topic(event) is not None:
        return RedirectResponse(f"/topics/{segment(event)}", 303)
    if event in context.streams.datasets:
        return RedirectResponse(f"/streams/{segment(event)}", 303)
    if dataset is None:
        return _choice(request, context, event)
    columns = dataset.contract.id_columns
    if not columns:  # nothing says which column has ids
        return _empty(request, dataset, "")
    below = request.query_params.get("before", "")
    before = int(below) if below.isascii() and below.isdigit() and len(below) < 17 else None
    question = partial(find_event, dataset.ledger, dataset.objects, columns, event, before)
    key = ("event", dataset.name, event, before)
    found: Answer[EventSearch] = await context.store.ask(key, question, fresh=5, patience=OF_OBJECTS)
    return page(request, "search.html", dataset=dataset, query=event, search=found, before=before, choices=())


def _meant(context: Context, name: str) -> ShownDataset | None:
    return context.streams.datasets.get(name) or (context.first if context.streams.is_one else None)


def _choice(request: Request, context: Context, query: str) -> Response:
    datasets = context.streams.datasets.values()
    names = [one.name for one in datasets if one.own is None or not one.settings.stream.is_filled]
    return page(
        request, "search.html", query=query, search=Answer(None), before=None, choices=names[:_MOST_LISTED]
    )


def _empty(request: Request, dataset: ShownDataset | None, query: str) -> Response:
    return page(
        request, "search.html", dataset=dataset, query=query, search=Answer(None), before=None, choices=()
    )
