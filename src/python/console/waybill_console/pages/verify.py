"""Verify now."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from waybill_console.context import context_of, session_of
from waybill_console.views import page
from waybill_console.words import segment


async def verify_now(request: Request) -> Response:
    """Starts an audit, or shows the one that runs: there is one at a time."""
    context, stream = context_of(request), request.path_params["stream"]
    if stream != context.settings.stream.name:
        return page(request, "not_found.html", status=404)
    if not context.rules.allow_write:
        return page(request, "refused.html", status=403, what="start an audit")
    started = context.verifier.start()
    structlog.get_logger().info("verify_asked", started=started, session=session_of(request).short)
    return RedirectResponse(f"/streams/{segment(stream)}#audit", 303)
