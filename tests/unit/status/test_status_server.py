"""Two pages for GET and HEAD; whatever a caller sends or holds back, the next one is answered."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import structlog
from unit.status.pages import Run, ask, get, served

from waybill_common.errors import PortInUse, SettingsRefused
from waybill_common.settings import StatusSettings
from waybill_status import status_server
from waybill_status.status_server import MOST_AT_ONCE
from waybill_status.watching import watched


@pytest.fixture
def run() -> Run:
    return Run()


@pytest.fixture
def port(run: Run) -> Iterator[int]:
    with served(run) as port:
        yield port


def test_health_is_200_or_503_with_one_sentence(run: Run, port: int) -> None:
    assert get(port, "/healthz")[::2] == (200, b"ok\n")
    run.ill = "No commit came for 42 s; allowed are 30 s; look into the log."
    status, headers, body = get(port, "/healthz")
    assert (status, body.decode()) == (503, f"{run.ill}\n")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"


def test_figures_are_those_of_the_moment(run: Run, port: int) -> None:
    assert b'waybill_rows_total{stream="names"} 1.0\n' in get(port, "/metrics")[2]
    run.rows = 2
    status, headers, body = get(port, "/metrics?name[]=x")
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b'waybill_rows_total{stream="names"} 2.0\n' in body


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_head_has_the_headers_alone(path: str, port: int) -> None:
    status, headers, body = get(port, path, "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == len(get(port, path)[2])


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 404, id="no page"),
        pytest.param(b"GET /healthz/\x1b[31m HTTP/1.1\r\n\r\n", 404, id="a terminal's escape"),
        pytest.param(b"POST /healthz HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", 405, id="another method"),
        pytest.param(b"<script> /metrics HTTP/1.1\r\n\r\n", 405, id="no method at all"),
        pytest.param(b"GET /metrics HTTP/9\r\n\r\n", 400, id="no version of HTTP"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, id="TLS"),
        pytest.param(b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414, id="a long line"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431, id="many headers"),
    ],
)
def test_anything_else_is_refused_in_words_of_ours(request_: bytes, status: int, port: int) -> None:
    found, headers, body = ask(port, request_)
    assert found == status
    assert set(headers) - {"Allow"} == {
        *("Server", "Date", "Content-Type", "Content-Length"),
        *("Cache-Control", "X-Content-Type-Options", "Connection"),
    }
    assert headers["Server"] == "waybill"
    assert (headers.get("Allow") == "GET, HEAD") is (status == 405)
    assert body.endswith(b"allowed are GET and HEAD of /healthz and /metrics.\n")
    assert b"<" not in body
    assert body.decode().strip().isprintable()
    assert get(port, "/healthz")[0] == 200


def test_callers_that_say_nothing_keep_nobody_out(port: int) -> None:
    """Not even for a while: whoever asks for health would take the run for ill, and might restart it."""
    silent = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(MOST_AT_ONCE)]
    silent[0].sendall(b"GET /hea")
    assert get(port, "/healthz")[0] == 200
    assert silent[0].recv(1) == b""  # the oldest made room
    for one in silent:
        one.close()


def test_callers_that_say_nothing_are_let_go_in_the_end(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_server, "MOST_SECONDS", 0.5)
    silent = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(MOST_AT_ONCE)]
    silent[0].sendall(b"GET /hea")
    began = time.monotonic()
    for one in silent:
        assert one.recv(1) == b""
        one.close()
    assert time.monotonic() - began < 5
    assert get(port, "/healthz")[0] == 200


def test_a_fault_of_ours_is_told_and_ends_nothing(run: Run) -> None:
    run.broken = ValueError("a bug")
    with (
        structlog.contextvars.bound_contextvars(component="deliver"),
        structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logs,
        served(run) as port,
    ):
        status, _, body = get(port, "/metrics")
        assert get(port, "/healthz")[0] == 200
    assert (status, body.decode()) == (
        500,
        "Internal Server Error; allowed are GET and HEAD of /healthz and /metrics.\n",
    )
    assert [(one["event"], one["component"]) for one in logs] == [("status_page_failed", "deliver")]


def test_a_caller_that_goes_away_is_no_event(port: int) -> None:
    with structlog.testing.capture_logs() as logs:
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
        assert get(port, "/healthz")[0] == 200
    assert logs == []


def test_scrapes_at_once_are_all_answered(run: Run, port: int) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(get(port, "/metrics")[0])) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)
    assert found == [200] * 8


def test_it_ends_with_the_run_and_leaves_the_port_and_no_thread(run: Run) -> None:
    with served(run) as port:
        assert get(port, "/healthz")[0] == 200
    with pytest.raises(ConnectionRefusedError):
        get(port, "/healthz")
    assert "status" not in [one.name for one in threading.enumerate()]


def test_without_a_port_there_is_no_server(run: Run) -> None:
    before = threading.active_count()
    with watched(run, StatusSettings()):
        assert threading.active_count() == before


def test_port_0_takes_a_free_one_and_says_which(run: Run) -> None:
    with structlog.testing.capture_logs() as logs, watched(run, StatusSettings(port=0)):
        [ready] = logs
        assert ready["event"] == "status_ready"
        assert get(int(ready["url"].rpartition(":")[2]), "/healthz")[0] == 200


def test_a_port_that_is_taken_is_refused(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse) as raised, watched(run, StatusSettings(port=port)):
            pass
    assert raised.value.found.startswith(f"Port {port} for the status pages can't be opened on 127.0.0.1: ")
    assert "--status-port" in raised.value.remedy


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid", "x" * 70, "a..b"])
def test_an_address_of_another_machine_is_refused(host: str, run: Run) -> None:
    with (
        pytest.raises(SettingsRefused, match=r"status\.host"),
        watched(run, StatusSettings(port=0, host=host)),
    ):
        pass
