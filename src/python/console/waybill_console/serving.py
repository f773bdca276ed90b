"""The server: a port that is ours before anything else, one line when it is ready, and an end within seconds."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator

import structlog
import uvicorn
from starlette.applications import Starlette

from waybill_common.listener import listen
from waybill_common.signals import asking_to_end
from waybill_common.terminal import say_json
from waybill_console.security import Address

_GRACE_SECONDS = 2
_MOST_AT_ONCE = 200


def bind(address: Address) -> socket.socket:
    """Raises ``PortInUse``, and ``SettingsRefused`` for an address that is not this machine's."""
    return listen(
        address.host,
        address.port,
        what="the console",
        given=f"--listen {address.host}:{address.port}",
        setting="--listen",
    )


class Server(uvicorn.Server):
    """Uvicorn's, with its signals handled here: an end that was asked for is no failure."""

    def __init__(self, app: Starlette, url: str) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="on",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=_MOST_AT_ONCE,
                timeout_graceful_shutdown=_GRACE_SECONDS,
                timeout_keep_alive=30,
            )
        )
        self._app = app
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        say_json({"url": self._url})
        structlog.get_logger().info("console_ready", url=self._url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.context.live.stop.set()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def ask_to_end(self) -> None:
        """The second time it waits for nobody."""
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(app: Starlette, bound: socket.socket, url: str) -> None:
    """Until a signal asks for the end."""
    with _uvicorns_log(), bound:
        asyncio.run(_serve(Server(app, url), bound))


async def _serve(server: Server, bound: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    for number in asking_to_end():
        loop.add_signal_handler(number, server.ask_to_end)
    await server.serve(sockets=[bound])


@contextlib.contextmanager
def _uvicorns_log() -> Iterator[None]:
    """Its warnings as events of ours."""
    handler, log = _ToStructlog(logging.WARNING), logging.getLogger("uvicorn")
    log.addHandler(handler)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)


class _ToStructlog(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().warning("server", text=record.getMessage()[:500])
