"""Versions in a bucket, with the keys of an Airflow connection."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from waybill_airflow.bundle import WaybillDagBundle
from waybill_airflow.bundle_error import BundleError

Publish = Callable[[bytes], str]
BUCKET = "bundles"


class Desk(http.server.BaseHTTPRequestHandler):
    """As much of S3 as reading takes: it lists and gets what a folder holds, for whoever has access key ``reader``."""

    root: Path

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        signer = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        if signer is None or signer.group(1) != "reader":
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif unquote(parts.path).strip("/") == BUCKET:
            self._list(parse_qs(parts.query)["prefix"][0])
        else:
            file = self.root / unquote(parts.path).removeprefix(f"/{BUCKET}/")
            self._answer(*((200, file.read_bytes()) if file.is_file() else (404, b"<Error/>")))

    def _list(self, prefix: str) -> None:
        files = [file for file in sorted(self.root.rglob("*")) if file.is_file()]
        keys = [key for key in (str(file.relative_to(self.root)) for file in files) if key.startswith(prefix)]
        when = "<LastModified>2026-11-25T01:00:00.000Z</LastModified><Size>1</Size>"
        rows = "".join(f"<Contents><Key>{key}</Key>{when}</Contents>" for key in keys)
        self._answer(200, f"<ListBucketResult>{rows}</ListBucketResult>".encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Wed, 25 Nov 2026 01:00:00 GMT")
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """Serves the parent of the versions, so that the bucket has a prefix."""
    desk = type("DeskOfTest", (Desk,), {"root": tmp_path})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), desk) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


@pytest.fixture
def bundle(name: str, endpoint: str) -> Callable[[str | None], WaybillDagBundle]:
    def build(conn_id: str | None) -> WaybillDagBundle:
        return WaybillDagBundle(name=name, url=f"s3://{BUCKET}/versions/", endpoint=endpoint, conn_id=conn_id)

    return build


@pytest.mark.parametrize("kind", ["aws", "generic"])
def test_a_bucket_is_read_with_the_connections_keys(
    kind: str,
    bundle: Callable[[str | None], WaybillDagBundle],
    publish: Publish,
    archive: Callable[[str], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_BUNDLES", f"{kind}://reader:secret@")
    publish(archive("one"))
    served = bundle("bundles")
    served.initialize()
    second = publish(archive("two"))
    served.refresh()
    assert served.path.name == second
    assert "'two'" in (served.path / "helpers_of_dag" / "words.py").read_text()


def test_without_a_connection_the_machines_own_keys_are_used(
    bundle: Callable[[str | None], WaybillDagBundle],
    publish: Publish,
    archive: Callable[[str], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    version = publish(archive("one"))
    served = bundle(None)
    served.initialize()
    assert served.path.name == version


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        (None, "is not there"),
        ("aws://reader@", "has no login or no password"),
        ("aws://thief:x@", "can't be read"),
    ],
    ids=["none", "half", "foreign"],
)
def test_a_connection_that_does_not_serve_is_refused(
    uri: str | None,
    why: str,
    bundle: Callable[[str | None], WaybillDagBundle],
    publish: Publish,
    archive: Callable[[str], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if uri is not None:
        monkeypatch.setenv("AIRFLOW_CONN_BUNDLES", uri)
    publish(archive("one"))
    with pytest.raises(BundleError, match=why):
        bundle("bundles").initialize()
