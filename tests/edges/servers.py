"""Loopback servers that stand between the programs and the S3 server, or in its place."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from waybill_sandbox.ports import LOOPBACK

_HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length", "host"}


@dataclass(frozen=True)
class Request:
    """As it came in. ``path`` is what stood in the request line: a proxy's begins with http://."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """``body`` has the shape that S3 gives its errors, unless it is something else."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Server(ThreadingHTTPServer):
    """Keeps what came in. Subclasses say what goes out."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.seen: list[Request] = []

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}"

    def answer(self, request: Request, body: bytes) -> Reply:
        raise NotImplementedError

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no news: several cases are about that."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()})
        self.server.seen.append(request)
        reply = self.server.answer(request, body)
        self.send_response_only(reply.status)
        kept = {k: v for k, v in reply.headers.items() if k.lower() not in _HOP}
        length = reply.headers.get("Content-Length") if self.command == "HEAD" else str(len(reply.body))
        for name, value in {**kept, "Content-Length": length or "0"}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def do_GET(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """stderr is the programs'."""


def refusal(status: int, code: str, message: str, **headers: str) -> Reply:
    """An error as S3 sends it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message>'
    body += "<RequestId>4442587FB7D0A2F9</RequestId><HostId>edges</HostId></Error>"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body.encode(), {"Content-Type": "application/xml", **named})


class Refuser(Server):
    """Gives every request the same answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply

    def answer(self, _request: Request, _body: bytes) -> Reply:
        return self.reply


@dataclass(frozen=True)
class Pass:
    """What a gate lets through: requests that are signed with ``key``, with this ``token`` or none, for ``region``.

    A ``key`` of None stands for any. ``path`` is where it lets S3 begin. ``put`` are headers that each PUT of an object
    has to have.
    """

    key: str | None = None
    token: str | None = None
    region: str = "us-east-1"
    path: str = ""
    put: Mapping[str, str] = field(default_factory=dict)
    any_token: bool = False


class Gate(Server):
    """In front of an S3 server; refuses, in S3's words, what was not signed as it has to be."""

    def __init__(self, to: str, allowed: Pass) -> None:
        super().__init__()
        self.to, self.allowed = urlsplit(to), allowed
        self.wrong: list[str] = []

    def answer(self, request: Request, body: bytes) -> Reply:
        why = self._objection(request)
        if why:
            self.wrong.append(f"{request.method} {request.path}: {why}")
            return refusal(403, "InvalidAccessKeyId", why)
        path = request.path.removeprefix(self.allowed.path)
        if path.startswith("http:"):  # as a proxy gets it
            path = path.split("/", 3)[-1].join(["/", ""])
        link = http.client.HTTPConnection(self.to.hostname or "", self.to.port, timeout=30)
        with contextlib.closing(link):
            headers = {name: value for name, value in request.headers.items() if name not in _HOP}
            link.request(request.method, path, body=body or None, headers=headers)
            got = link.getresponse()
            return Reply(got.status, got.read(), dict(got.getheaders()))

    def _objection(self, request: Request) -> str:
        signed = request.headers.get("authorization", "")
        if not request.path.startswith(self.allowed.path):
            return f"the path does not begin with {self.allowed.path}"
        if self.allowed.key is not None and f"Credential={self.allowed.key}/" not in signed:
            return f"signed by {signed[:60]!r}, not by {self.allowed.key}"
        if f"/{self.allowed.region}/s3/" not in signed:
            return f"signed for another region than {self.allowed.region}"
        if not self.allowed.any_token and request.headers.get("x-amz-security-token") != self.allowed.token:
            return "another session token"
        if request.method == "PUT" and request.path.count("/") > 1:
            lacking = {k: v for k, v in self.allowed.put.items() if request.headers.get(k) != v}
            return f"a PUT without {lacking}" if lacking else ""
        return ""


class Metadata(Server):
    """A container's or an instance's keys, as AWS gives them out there. They expire soon."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__()
        self.keys = keys

    def answer(self, request: Request, _body: bytes) -> Reply:
        if request.path.endswith("/api/token"):
            return Reply(200, b"token", {"x-aws-ec2-metadata-token-ttl-seconds": "21600"})
        if request.path.endswith("/security-credentials/"):
            return Reply(200, b"waybill")
        return Reply(200, json.dumps(self.keys).encode(), {"Content-Type": "application/json"})


@contextlib.contextmanager
def serving(server: Server, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Until the block ends; with ``tls`` it speaks that."""
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
