"""What a Spark master's answer says of its workers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from waybill_sandbox.spark.spark_cluster import alive_workers


@contextmanager
def answering(body: bytes) -> Iterator[int]:
    """The port of a server that answers every request with ``body``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Nothing is said of requests."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("body", "alive"),
    [
        pytest.param(b'{"aliveworkers": 2}', 2, id="its state"),
        pytest.param(b"<!DOCTYPE html><html></html>", 0, id="its page, while it starts"),
        pytest.param(b"", 0, id="nothing"),
    ],
)
def test_a_master_counts_workers_once_it_tells_its_state(body: bytes, alive: int) -> None:
    with answering(body) as port:
        assert alive_workers(port) == alive


def test_a_master_that_does_not_answer_has_none() -> None:
    with answering(b"") as port:
        pass
    assert alive_workers(port) == 0
