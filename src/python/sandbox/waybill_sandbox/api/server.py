"""The HTTP server of the simulator."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from waybill_sandbox.api.faults import FaultPlan
from waybill_sandbox.api.limit import LIMIT_USERS, WINDOW_SECONDS
from waybill_sandbox.api.reply_bodies import JSON, ApiReply
from waybill_sandbox.api.request_handling import Request, RequestHandler
from waybill_sandbox.ports import LOOPBACK, claim_port

CONTROL = "/_sandbox"
STOP_SECONDS = 5.0


class Simulator:
    """The API on a port of its own, loopback unless told otherwise, served from threads of this process.

    Besides the API's own paths it has ``GET /_sandbox/requests`` (the log and its counts) and ``PUT /_sandbox/faults``
    (a new fault plan), for those who talk to it from another process.
    """

    def __init__(
        self,
        plan: FaultPlan | None = None,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        limit_users: int = LIMIT_USERS,
        window_seconds: float = WINDOW_SECONDS,
    ) -> None:
        """``port`` 0 takes any free one. Raises PortInUse."""
        self._host = host
        self._handler = RequestHandler(
            plan or FaultPlan(), limit_users=limit_users, window_seconds=window_seconds
        )
        self._server = _Server((host, claim_port(port, "the API simulator", host)), _Handler)
        self._server.handler = self._handler
        self._thread = threading.Thread(target=self._server.serve_forever, name="api-simulator", daemon=True)

    @property
    def root(self) -> str:
        """``http://host:port``, without a path."""
        return f"http://{self._host}:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The API's address, as the setting ``source.url`` wants it: the version comes after it."""
        return f"{self.root}/api/"

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request so far, in the order in which they were answered."""
        return self._handler.requests

    def counts(self) -> dict[str, int]:
        """Requests by status and by fault, users and malformed users served."""
        return self._handler.counts()

    def set_faults(self, plan: FaultPlan) -> None:
        """Replaces the fault plan; its counts start afresh, the numbers of the requests go on."""
        self._handler.set_faults(plan)

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends the server; a request in hand is cut off."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(STOP_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    handler: RequestHandler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        if self.path == f"{CONTROL}/requests":
            self._control(
                {
                    "counts": self.server.handler.counts(),
                    "log": [asdict(r) for r in self.server.handler.requests],
                }
            )
        else:
            self._send(self.server.handler.answer(self.path, self.client_address[0]))

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != f"{CONTROL}/faults":
            self._control(
                {"error": f"PUT {self.path} is unknown; {CONTROL}/faults is not."}, HTTPStatus.NOT_FOUND
            )
            return
        try:
            plan = FaultPlan.model_validate_json(body)
        except ValidationError as error:
            self._control({"error": str(error)}, HTTPStatus.BAD_REQUEST)
            return
        self.server.handler.set_faults(plan)
        self._control({"faults": len(plan.faults)})

    def _control(self, document: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(ApiReply(status, JSON, json.dumps(document).encode()))

    def _send(self, reply: ApiReply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        try:
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
        except (BrokenPipeError, ConnectionResetError):
            # The client went away, as one that tests its time-outs does.
            self.close_connection = True
        if reply.cut:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """The log is kept by the request handler; stderr stays quiet."""
