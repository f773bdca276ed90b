"""Verify now."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from waybill_console.context import context_of, dataset_of, session_of
from waybill_console.views import page
from waybill_console.words import segment


async def verify_now(request: Request) -> Response:
    """Starts an audit, or shows the one that runs: there is one at a time."""
    context, dataset = context_of(request), dataset_of(request)
    if dataset is None:
        return page(request, "not_found.html", status=404)
    if not context.rules.allow_write:
        return page(request, "refused.html", status=403, what="start an audit")
    started = context.verifier.start(dataset.stream)
    structlog.get_logger().info(
        "verify_asked", stream=dataset.stream, started=started, session=session_of(request).short
    )
    return RedirectResponse(f"/streams/{segment(dataset.name)}#audit", 303)
