"""A schema registry on loopback with Confluent's API, as far as Waybill asks one; a test gives it what it has."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from waybill_common.contract import SchemaId
from waybill_common.settings import RegistrySettings

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
NOT_FOUND = {40401: "Subject not found", 40402: "Version not found", 40403: "Schema not found"}


@dataclass
class TestRegistry:
    """``ids`` has what is answered for each id, ``guids`` for each GUID, ``versions`` the same by subject and version.
    ``turns`` are answered before all else, one a request: a status, with or without a body of its own; ``broken``
    always, for an id. ``asked`` are the paths so far.
    """

    ids: dict[int, dict[str, Any]] = field(default_factory=dict)
    guids: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    turns: list[tuple[int, bytes] | None] = field(default_factory=list)
    every: tuple[int, bytes] | None = None
    broken: dict[SchemaId, tuple[int, bytes]] = field(default_factory=dict)
    has_guids: bool = True
    asked: list[str] = field(default_factory=list)
    credentials: list[str | None] = field(default_factory=list)
    url: str = ""

    __test__ = False

    def put(
        self,
        number: SchemaId,
        text: str,
        kind: str | None = None,
        references: list[tuple[str, str, int]] | None = None,
        subject: str | None = None,
        version: int = 1,
        guid: str | None = None,
    ) -> None:
        """References are name, subject and version. ``number`` may be a GUID; with ``guid`` it is found by both."""
        said: dict[str, Any] = {"schema": text}
        if kind is not None:
            said["schemaType"] = kind
        if references:
            said["references"] = [
                {"name": name, "subject": of, "version": which} for name, of, which in references
            ]
        if isinstance(number, int):
            self.ids[number] = said
        else:
            guid = number
        if guid is not None:
            self.guids[guid] = {"guid": guid, **said}
        if subject is not None:
            self.versions[subject, version] = {"subject": subject, "id": number, "version": version, **said}

    def settings(self, **changes: Any) -> RegistrySettings:
        return RegistrySettings.model_validate({"url": self.url, "timeout": 5.0, "attempts": 2, **changes})

    def answer(self, path: str, sent: bytes | None = None) -> tuple[int, bytes]:
        self.asked.append(path)
        if self.turns:
            turn = self.turns.pop(0)
            if turn is not None:
                return turn
        if self.every is not None:
            return self.every
        parts = path.strip("/").split("/")
        match parts:
            case ["subjects", subject, "versions"] if sent is not None:
                return 200, json.dumps({"id": self._registered(subject, json.loads(sent))}).encode()
            case ["schemas", "ids", number] if number.isdigit():
                if int(number) in self.broken:
                    return self.broken[int(number)]
                return _found(self.ids.get(int(number)), 40403)
            case ["schemas", "guids", guid] if self.has_guids:
                return self.broken.get(guid) or _found(self.guids.get(guid), 40403)
            case ["subjects", subject, "versions", "latest"]:
                last = max((version for one, version in self.versions if one == subject), default=0)
                return _found(self.versions.get((subject, last)), 40401)
            case ["subjects", subject, "versions", version] if version.isdigit():
                return _found(self.versions.get((subject, int(version))), 40402)
        return 404, b'{"error_code":404,"message":"HTTP 404 Not Found"}'

    def _registered(self, subject: str, sent: dict[str, Any]) -> int:
        """A schema that is there already keeps its id."""
        mine = {version: said for (one, version), said in self.versions.items() if one == subject}
        known = (int(said["id"]) for said in mine.values() if said["schema"] == sent["schema"])
        number = next(known, None)
        if number is None:
            number = max(self.ids, default=0) + 1
            self.put(number, sent["schema"], sent.get("schemaType"), subject=subject, version=len(mine) + 1)
        return number


def _found(said: dict[str, Any] | None, else_: int) -> tuple[int, bytes]:
    if said is None:
        return 404, json.dumps({"error_code": else_, "message": NOT_FOUND[else_]}).encode()
    return 200, json.dumps(said).encode()


@contextmanager
def running() -> Iterator[TestRegistry]:
    registry = TestRegistry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def _reply(self, sent: bytes | None = None) -> None:
            given = self.headers.get("Authorization")
            registry.credentials.append(
                None if given is None else base64.b64decode(given.removeprefix("Basic ")).decode()
            )
            status, body = registry.answer(self.path, sent)
            self.send_response(status)
            self.send_header("Content-Type", MEDIA_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    registry.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
