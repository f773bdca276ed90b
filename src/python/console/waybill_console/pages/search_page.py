"""The search field: coordinates and commits lead to their pages, an event's id is looked for in the newest commits."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from waybill_console.asking import OF_OBJECTS, Answer
from waybill_console.context import context_of
from waybill_console.pages.cluster_page import cluster_of
from waybill_console.search import CommitNumber, EventId, MessagePlace, Nothing, parse_search
from waybill_console.stream import EventSearch, find_event
from waybill_console.views import page
from waybill_console.words import segment


async def search(request: Request) -> Response:
    context, text = context_of(request), request.query_params.get("q", "")
    stream = context.settings.stream
    match parse_search(text, stream.topic):
        case MessagePlace(topic, partition, offset):
            return RedirectResponse(f"/topics/{segment(topic)}/messages/{partition}/{offset}", 303)
        case CommitNumber(number):
            return RedirectResponse(f"/streams/{segment(stream.name)}/commits/{number}", 303)
        case Nothing():
            return page(request, "search.html", query="", search=Answer(None), before=None)
        case EventId(event):
            cluster = await cluster_of(context)
            if cluster.value and cluster.value.topic(event) is not None:
                return RedirectResponse(f"/topics/{segment(event)}", 303)
            below = request.query_params.get("before", "")
            before = int(below) if below.isascii() and below.isdigit() and len(below) < 17 else None
            if context.contract is None:  # nothing says which column has ids
                return page(request, "search.html", query="", search=Answer(None), before=None)
            question = partial(
                find_event, context.ledger, context.objects, context.contract.id_field, event, before
            )
            found: Answer[EventSearch] = await context.store.ask(
                ("event", event, before), question, fresh=5, patience=OF_OBJECTS
            )
            return page(request, "search.html", query=event, search=found, before=before)
