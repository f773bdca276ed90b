"""Create topic: the form, and what became of it."""

from __future__ import annotations

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from waybill_console.cluster import RETENTIONS, create_topic, wish_of
from waybill_console.context import context_of, form_of, session_of
from waybill_console.views import page
from waybill_console.words import segment

_FIRST = {"name": "", "partitions": "3", "replication": "3", "retention": "", "min_insync": "2"}


async def show_form(request: Request) -> Response:
    if not context_of(request).rules.allow_write:
        return page(request, "refused.html", status=403, what="create a topic")
    return _form(request, dict(_FIRST), {})


async def create(request: Request) -> Response:
    """Its page, or the form again with the brokers' reason."""
    context, form = context_of(request), form_of(request)
    if not context.rules.allow_write:
        return page(request, "refused.html", status=403, what="create a topic")
    given = {name: form.get(name, "")[:300] for name in _FIRST}
    wish = wish_of(given)
    if isinstance(wish, dict):
        return _form(request, given, wish, status=400)
    # Each is a question of its own: the same wish a second time is refused by the brokers.
    answer = await context.kafka.ask(object(), partial(create_topic, context.settings.kafka, wish))
    log = structlog.get_logger().bind(
        topic=wish.name,
        partitions=wish.partitions,
        replication=wish.replication,
        session=session_of(request).short,
        client=request.client.host if request.client else None,
    )
    if answer.trouble is not None:
        log.warning("topic_refused", why=answer.trouble.found)
        return _form(request, given, {}, trouble=answer.trouble, status=409)
    log.info("topic_created", config=dict(wish.config))
    context.kafka.forget("cluster")
    return RedirectResponse(f"/topics/{segment(wish.name)}?created=1", 303)


def _form(
    request: Request,
    given: dict[str, str],
    wrong: dict[str, str],
    *,
    trouble: object = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "new_topic.html",
        status=status,
        given=given,
        wrong=wrong,
        trouble=trouble,
        retentions=RETENTIONS,
    )
