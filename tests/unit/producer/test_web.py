"""One exchange, whatever the other side does: it ends, with an answer or in words of ours."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.producer.tls import EXPIRED, VALID, over_tls
from unit.producer.wire import Talk, Wire, is_silent, repeats, says, serving

from waybill_common.web import DIRECT, HttpRefused, Limits, NoAnswer, Route, Web
from waybill_common.web.http_client import HttpAnswer
from waybill_common.web.http_errors import failure_of
from waybill_common.web.redirect import RedirectLost, follow
from waybill_common.web.url_credentials import without_credentials

WATCHDOG = 60.0
LIMITS = Limits(connect=0.1, read=0.1, body=100_000)
PATIENT = Limits(connect=20.0, read=20.0, body=100_000)
"""For what ends by a count, on however slow a machine."""

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
PASSWORD = "correct-horse"


def ask(
    url: str,
    limits: Limits = LIMITS,
    method: str = "GET",
    auth: tuple[str, str] | None = None,
    way: Route = DIRECT,
) -> HttpAnswer:
    """The answer, in a thread that may not take longer than the watchdog."""
    found: list[HttpAnswer | Exception] = []

    def run() -> None:
        with Web(limits, way, {"Accept": "application/json", "X-Api-Key": PASSWORD}, auth) as web:
            try:
                found.append(web.ask(requests.Request(method, url, data=b"{}" if method == "POST" else None)))
            except Exception as error:  # noqa: BLE001  # raised again below
                found.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(WATCHDOG)
    assert found, "the exchange never ended"
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


@pytest.mark.parametrize(
    "talk",
    [
        is_silent,
        repeats(b"", b"H", 0.02),
        repeats(HEAD, b"X: y\r\n", 0.02),
        repeats(HEAD, b"X", 0.02),
        repeats(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02),
        repeats(HEAD + b"Content-Length: 1000000\r\n\r\n", b" ", 0.02),
        repeats(HEAD + b"\r\n", b" ", 0.02),
        repeats(CHUNKED, b"1\r\nx\r\n", 0.02),
        repeats(CHUNKED + b"0\r\n", b"X: y\r\n", 0.02),
        repeats(CHUNKED, b"0", 0.02),
        repeats(
            HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:3] + b"\x08" + b"\0" * 6,
            b"n",
            0.02,
        ),
    ],
    ids=[
        "silence",
        "status_line_drips",
        "headers_drip",
        "a_header_drips",
        "100_drips",
        "body_drips",
        "body_without_length_drips",
        "chunks_drip",
        "trailers_drip",
        "a_chunks_size_drips",
        "gzip_header_drips",
    ],
)
def test_who_drips_is_given_up_in_time(talk: Talk) -> None:
    with serving(talk) as wire, pytest.raises(NoAnswer, match="was not complete in"):
        ask(wire.url())


@pytest.mark.parametrize(
    "talk",
    [
        repeats(b"", b"HTTP/1.1 200 OK"),
        repeats(HEAD, b"X: y\r\n"),
        repeats(HEAD, b"X"),
        repeats(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        repeats(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
        repeats(HEAD + b"\r\n", b"x"),
        repeats(CHUNKED, b"1\r\nx\r\n"),
        repeats(CHUNKED + b"0\r\n", b"X: y\r\n"),
        repeats(CHUNKED, b"0"),
        says(HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"0" * 200_000_000)),
        says(HEAD + b"Content-Encoding: deflate\r\n\r\n", zlib.compress(b"0" * 200_000_000)),
        repeats(HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
        says(HEAD + b"Content-Length: 5\r\n\r\n123"),
        says(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456"),
        says(HEAD + b"Content-Encoding: gzip\r\n\r\nno gzip"),
        says(CHUNKED + b"zz\r\n"),
        says(CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n"),
        says(b""),
        says(b"\x00\xff\xfe garbage \r\n\r\n"),
        says(b"HTTP/1.1 99999 OK\r\n\r\n"),
    ],
    ids=[
        "endless_status_line",
        "endless_headers",
        "endless_header",
        "endless_100",
        "endless_103",
        "endless_body",
        "endless_small_chunks",
        "endless_trailers",
        "endless_chunk_size",
        "gzip_bomb",
        "deflate_bomb",
        "empty_gzip_members",
        "too_short",
        "two_lengths",
        "no_gzip",
        "no_chunk_size",
        "negative_chunk",
        "nothing",
        "no_http",
        "no_status",
    ],
)
def test_what_never_ends_or_is_no_answer_ends_by_a_count(talk: Talk) -> None:
    with serving(talk) as wire, pytest.raises(NoAnswer):
        ask(wire.url(), PATIENT)


@pytest.mark.parametrize("interim", [100, 102, 103])
def test_interim_answers_are_skipped(interim: int) -> None:
    early = f"HTTP/1.1 {interim} Soon\r\nLink: x\r\n\r\n".encode()
    with serving(says(early, early, HEAD + b"Content-Length: 2\r\n\r\nok")) as wire:
        assert ask(wire.url(), PATIENT).body == b"ok"


def test_a_connection_that_is_never_taken_is_given_up() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    port = listener.getsockname()[1]
    waiting = []
    for _ in range(4):  # more than the queue holds: the rest is not answered at all
        one = socket.socket()
        one.settimeout(0)
        one.connect_ex(("127.0.0.1", port))
        waiting.append(one)
    try:
        with pytest.raises(NoAnswer):
            ask(f"http://127.0.0.1:{port}/")
    finally:
        for one in (*waiting, listener):
            one.close()


def test_a_tls_handshake_that_hangs_is_given_up() -> None:
    with serving(is_silent) as wire, pytest.raises(NoAnswer):
        ask(wire.url(scheme="https"))


def test_a_name_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hangs(*_: object, **__: object) -> list[object]:
        over.wait(WATCHDOG)
        raise socket.gaierror(socket.EAI_AGAIN, "over")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    try:
        with pytest.raises(NoAnswer, match=r"no whole answer in 0\.3 s"):
            ask("http://api.example/")
    finally:
        over.set()


def test_no_tls_where_tls_is_asked_for_is_final() -> None:
    with serving(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as wire, pytest.raises(HttpRefused, match="TLS"):
        ask(wire.url(scheme="https"), PATIENT)


OK = says(HEAD + b"Content-Length: 2\r\n\r\nok")


@pytest.mark.parametrize(
    ("certificate", "host", "trusted", "word"),
    [
        (VALID, "127.0.0.1", False, "self-signed"),
        (VALID, "localhost", True, "not valid for 'localhost'"),
        (EXPIRED, "127.0.0.1", True, "expired"),
    ],
    ids=["untrusted", "another_host", "expired"],
)
def test_a_certificate_that_is_not_accepted_is_final(
    certificate: str, host: str, trusted: bool, word: str, tmp_path: Path
) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text(certificate)
    way = Route(ca=str(ca)) if trusted else DIRECT
    with serving(over_tls(OK, certificate, tmp_path)) as wire, pytest.raises(HttpRefused, match=word):
        ask(f"https://{host}:{wire.port}/", PATIENT, way=way)


def test_certificates_and_bounds_hold_over_tls_too(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text(VALID)
    drips = over_tls(repeats(HEAD, b"X: y\r\n", 0.02), VALID, tmp_path)
    with serving(over_tls(OK, VALID, tmp_path), drips) as wire:
        assert ask(wire.url(scheme="https"), PATIENT, way=Route(ca=str(ca))).body == b"ok"
        with pytest.raises(NoAnswer, match="was not complete in"):
            ask(wire.url(scheme="https"), Limits(1.0, 0.2, 1000), way=Route(ca=str(ca)))


def test_http_may_lead_to_https_and_never_back() -> None:
    assert follow("GET", "http://a.example/x", "http://a.example/x", 301, "https://a.example/y") == (
        "https://a.example/y"
    )
    assert isinstance(follow("GET", "http://a:81/x", "http://a:81/x", 301, "https://a/y"), RedirectLost)
    back = follow("GET", "http://a.example/x", "https://a.example/y", 302, "http://a.example/x")
    assert back == RedirectLost("from https to http")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", HttpRefused),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", HttpRefused),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", NoAnswer),
        (b"garbage\r\n\r\n", NoAnswer),
        (b"", NoAnswer),
    ],
    ids=["407", "403", "503", "garbage", "nothing"],
)
def test_what_a_proxy_answers_is_told_without_its_password(answer: bytes, kind: type[Exception]) -> None:
    with serving(says(answer)) as proxy, pytest.raises(kind) as raised:
        way = Route({"https": f"http://me:s3cret@127.0.0.1:{proxy.port}"})
        ask("https://api.example/x", PATIENT, way=way)
    assert "s3cret" not in str(raised.value)
    assert proxy.heads[0].startswith(b"CONNECT api.example:443 ")


def test_a_proxy_that_drips_is_given_up() -> None:
    talk = repeats(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.02)
    with serving(talk) as proxy, pytest.raises(NoAnswer):
        ask("https://api.example/x", way=Route({"https": f"http://127.0.0.1:{proxy.port}"}))


def test_a_connection_is_kept_and_a_new_one_made_after_a_failure() -> None:
    def answers(sock: socket.socket) -> None:
        for number in (b"1", b"2"):
            sock.sendall(HEAD + b"Content-Length: 1\r\n\r\n" + number)
            sock.recv(65536)

    with serving(answers, answers) as wire, Web(PATIENT, DIRECT, {}) as web:
        request = requests.Request("GET", wire.url())
        assert [web.ask(request).body for _ in range(2)] == [b"1", b"2"]
        with pytest.raises(NoAnswer):
            web.ask(request)
        assert web.ask(request).body == b"1"


@pytest.fixture
def elsewhere() -> Iterator[Wire]:
    with serving(says(HEAD + b"Content-Length: 2\r\n\r\nno")) as other:
        yield other


def redirect(location: str, status: int = 302, rest: bytes = b"Content-Length: 0\r\n\r\n") -> Talk:
    return says(f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\n".encode() + rest)


def test_a_redirects_body_is_not_read() -> None:
    body = repeats(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 4000000000\r\n\r\n", b"x" * 65536)
    with serving(body, says(HEAD + b"Content-Length: 2\r\n\r\nok")) as wire:
        assert ask(wire.url(), PATIENT).body == b"ok"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/b?x=1", "b", "?x=1", "//{host}/b", "http://{host}/b", "http://{host}#f"]
)
def test_a_redirect_within_the_origin_is_followed_with_credentials(status: int, location: str) -> None:
    ok = says(HEAD + b"Content-Length: 2\r\n\r\nok")

    def first(sock: socket.socket) -> None:
        redirect(location.replace("{host}", f"127.0.0.1:{wire.port}"), status)(sock)

    with serving(first, ok) as wire:
        assert ask(wire.url(), PATIENT, auth=("me", PASSWORD)).body == b"ok"
        assert all(b"\r\nAuthorization: Basic " in head for head in wire.heads)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_another_origin_is_refused_and_never_asked(host: str, elsewhere: Wire) -> None:
    named = f"http://{host}:{elsewhere.port}"
    with (
        serving(redirect(f"{named}/x?key=s3cret")) as wire,
        pytest.raises(HttpRefused, match=f"to {named}, another origin") as raised,
    ):
        ask(wire.url(), PATIENT)
    assert "s3cret" not in str(raised.value)
    assert not elsewhere.heads


@pytest.mark.parametrize(
    "location",
    [
        "",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "javascript:1",
        "http://me:s3cret@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}\\@evil.example/",
        "http://127.0.0.1:{port}@evil.example/",
        "http://evil.example",
        "//evil.example/",
        "/a b",
        "/" + "x" * 9000,
        "https://127.0.0.1:{port}/",
    ],
    ids=lambda text: text[:24] or "none",
)
def test_a_location_that_leads_nowhere_is_refused(location: str) -> None:
    def first(sock: socket.socket) -> None:
        redirect(location.replace("{port}", str(wire.port)))(sock)

    with serving(first) as wire, pytest.raises(HttpRefused, match=r"redirects \(status 302\)") as raised:
        ask(wire.url(), PATIENT)
    assert "s3cret" not in str(raised.value)
    assert len(wire.heads) == 1


def test_a_location_that_is_no_ascii_is_asked_for_byte_by_byte() -> None:
    def first(sock: socket.socket) -> None:
        says("HTTP/1.1 302 Found\r\nLocation: /é%20?ü=%C3\r\nContent-Length: 0\r\n\r\n".encode())(sock)

    with serving(first, OK) as wire:
        assert ask(wire.url(), PATIENT).body == b"ok"
    assert wire.heads[1].startswith(b"GET /%C3%A9%20?%C3%BC=%C3 ")


def test_a_circle_of_redirects_ends() -> None:
    with serving(redirect("/a")) as wire, pytest.raises(HttpRefused, match="more than 3 times"):
        ask(wire.url(), PATIENT)
    assert len(wire.heads) == 4


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_post_is_not_made_a_get(status: int) -> None:
    with serving(redirect("/b", status)) as wire, pytest.raises(HttpRefused, match="POST"):
        ask(wire.url(), PATIENT, "POST")
    assert len(wire.heads) == 1


@pytest.mark.parametrize("status", [307, 308])
def test_a_post_is_sent_again_where_the_redirect_says_so(status: int) -> None:
    with serving(redirect("/b", status), says(HEAD + b"Content-Length: 2\r\n\r\nok")) as wire:
        assert ask(wire.url(), PATIENT, "POST").body == b"ok"
    assert [head.split(b" HTTP")[0] for head in wire.heads] == [b"POST /api/", b"POST /b"]


def test_nothing_of_the_surroundings_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".netrc").write_text("machine 127.0.0.1 login other password s3cret\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with serving(says(HEAD + b"Set-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok")) as wire:
        assert ask(wire.url(), PATIENT).body == b"ok"
        ask(wire.url(), PATIENT, auth=("me", PASSWORD))
    assert b"Authorization" not in wire.heads[0]
    assert b"Basic bWU6Y29ycmVjdC1ob3JzZQ==" in wire.heads[1]
    assert b"Cookie" not in wire.heads[1]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"", "the connection was closed before an answer"),
        (b"\xffgarbage\r\n\r\n", "the answer is no HTTP"),
        (b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n", "a line of the answer's head is too long"),
        (HEAD + b"X: y\r\n" * 101 + b"\r\n", "the answer's head has too many lines"),
        (HEAD + b"Content-Length: 5\r\n\r\n123", "the body ended early"),
        (CHUNKED + b"zz\r\n", "the body ended early"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\nno gzip", "the body is not encoded as its head says"),
    ],
    ids=["nothing", "garbage", "long_line", "many_lines", "short", "chunk", "gzip"],
)
def test_a_broken_answer_is_told_in_our_words(sent: bytes, words: str) -> None:
    with serving(says(sent)) as wire, pytest.raises(NoAnswer) as raised:
        ask(wire.url(), PATIENT)
    assert str(raised.value).endswith(f": {words}")


def test_a_failures_words_hold_no_address() -> None:
    url = "http://127.0.0.1:1/api?key=s3cret"
    with pytest.raises(NoAnswer) as raised:
        ask(url)
    assert str(raised.value) == "ConnectionError: Connection refused"
    wrapped = requests.exceptions.InvalidURL(f"Invalid URL {url!r}")
    assert str(failure_of(wrapped)) == "InvalidURL"


@pytest.mark.parametrize(
    "password", [PASSWORD, "p\u00e4 ss'/", "\u043f\u0430"], ids=["plain", "latin", "cyrillic"]
)
def test_a_server_that_sends_back_our_credentials_is_not_quoted(password: str) -> None:
    with serving(says(HEAD + b"Content-Length: 2\r\n\r\nok")) as wire:
        ask(wire.url(), PATIENT, auth=("me", password))
    [sent] = [line for line in wire.heads[0].split(b"\r\n") if line.startswith(b"Authorization: ")]
    echoed = f"{sent.decode()} {password} {quote(password, safe='')}"
    shown = without_credentials(echoed, ("me", password))
    assert shown == "Authorization: Basic *** *** ***"


CHUNKS = st.sampled_from(
    [
        *(
            b"HTTP/1.1 ",
            b"HTTP/1.0 ",
            b"200 OK",
            b"302 Found",
            b"204 No",
            b"100 Go",
            b"\r\n",
            b"\r\n\r\n",
            b"\n",
            b":",
        ),
        *(
            b"Content-Length: ",
            b"Transfer-Encoding: chunked",
            b"Content-Encoding: gzip",
            b"Location: /",
            b"Set-Cookie: ",
        ),
        *(
            b"5",
            b"-1",
            b"99999999999999999999",
            b"0\r\n\r\n",
            b"\x00",
            b"\xff\xfe",
            b"a=b; Expires=",
            b"Retry-After: ",
        ),
        gzip.compress(b"{}"),
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHUNKS | st.binary(max_size=8), max_size=12).map(b"".join), st.booleans())
def test_any_bytes_are_an_answer_or_none(sent: bytes, well_begun: bool) -> None:
    with serving(says(HEAD + sent if well_begun else sent)) as wire:
        try:
            ask(wire.url(), PATIENT)
        except (NoAnswer, HttpRefused) as error:
            assert str(error)
