"""A run that is watched, where its settings name a port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from waybill_common.listener import listen, url_of
from waybill_common.settings import StatusSettings
from waybill_status.figures import Watched


@contextmanager
def watched(run: Watched, settings: StatusSettings) -> Iterator[None]:
    """Status pages for as long as the block. Raises ``PortInUse``, and ``SettingsRefused`` for another's address."""
    if settings.port is None:
        yield
        return
    # Not before somebody wants it: the library costs every start some time.
    from waybill_status.status_server import running

    bound = listen(
        settings.host,
        settings.port,
        what="the status pages",
        given=f"Port {settings.port} of status.host {settings.host}",
        setting="--status-port or status.host",
    )
    with bound, running(bound, run):
        structlog.get_logger().info("status_ready", url=url_of(settings.host, bound.getsockname()[1]))
        yield
