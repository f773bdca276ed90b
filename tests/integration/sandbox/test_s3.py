from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import AlreadyExistsError
from obstore.store import S3Store

from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY, S3Choice, S3Kind, S3Server, choose_server

MOTO = S3Choice(S3Kind.MOTO, Path(sys.executable))


@pytest.fixture(params=["moto", "best"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[S3Server]:
    """moto, which is always there, and whatever this machine has that is better."""
    path = os.environ["PATH"]
    choice = MOTO if request.param == "moto" else choose_server(os.environ.get("MINIO_BINARY"), path)
    with S3Server(choice, tmp_path, {"PATH": path}) as running:
        yield running


def test_the_server_keeps_objects_and_honours_conditional_creation(server: S3Server) -> None:
    server.create_bucket("lake")
    store = S3Store(
        "lake",
        endpoint=server.endpoint,
        region=REGION,
        access_key_id=ACCESS_KEY,
        secret_access_key=SECRET_KEY,
        client_options={"allow_http": True},
    )
    obstore.put(store, "a/b", b"first", mode="create")
    with pytest.raises(AlreadyExistsError):
        obstore.put(store, "a/b", b"second", mode="create")
    assert bytes(obstore.get(store, "a/b").bytes()) == b"first"
