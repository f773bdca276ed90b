"""Templates and what they may call. Everything is escaped, and a misspelled name raises instead of showing nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from waybill_common.version import VERSION
from waybill_console import words
from waybill_console.context import context_of, session_of
from waybill_console.messages import key_line, one_line, shown_value, value_line, verdict_of
from waybill_console.pictures import share_picture
from waybill_console.shown_streams import ShownDataset

HERE = Path(__file__).parent


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "count": words.count,
        "size": words.size,
        "duration": words.duration,
        "kept_for": words.kept_for,
        "instant": words.instant,
        "instant_of": words.instant_of,
        "plain": words.plain,
        "segment": words.segment,
        "one_line": one_line,
        "key_line": key_line,
        "value_line": value_line,
        "verdict": verdict_of,
        "shown": shown_value,
    }
    made.globals |= {"version": VERSION, "share_picture": share_picture, "plural": words.plural}
    return made


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    dataset: ShownDataset | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page of the layout, about ``dataset`` if it is about one. A surrogate, which JSON can hold and UTF-8 can't,
    becomes a question mark.
    """
    context = context_of(request)
    session = session_of(request)
    about = dataset or context.first
    shared = {
        "now": datetime.now(UTC),
        "stream_name": about.name if about else context.settings.stream.name,
        "stream_topic": about.topic if about else context.settings.stream.topic,
        "is_one_stream": context.streams.is_one,
        "searched": dataset.name if dataset else "",
        # Where several streams read the topic, links to its messages say as whose they are shown.
        "as_stream": dataset.name if dataset and len(context.streams.of_topic(dataset.topic)) > 1 else "",
        "allow_write": context.rules.allow_write,
        "form_token": context.sessions.form_token(session),
        "asks_token": context.sessions.token is not None,
        "is_signed_in": session.is_signed_in,
        "path": request.url.path,
        "query": "",
    }
    text = environment().get_template(template).render({**shared, **values})
    return HTMLResponse(text.encode("utf-8", "replace"), status)


def fragment(template: str, **values: Any) -> str:
    """A piece of a page, for a script to put in."""
    text = environment().get_template(template).render(values)
    return text.encode("utf-8", "replace").decode()
