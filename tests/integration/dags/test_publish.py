"""``waybill dags`` on a real S3."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import HttpUrl, SecretStr

from waybill_airflow.layout import archive_key, version_of
from waybill_common.settings import LakeSettings, Settings
from waybill_common.settings.lake_sections import DagsSettings
from waybill_ops.cli import main
from waybill_ops.dags.deploying import make_current
from waybill_ops.dags.version_store import open_version_store
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY, S3Choice, S3Kind, S3Server

PUBLISHERS = 6
Dags = Callable[..., tuple[int, Any]]


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[S3Server]:
    choice = S3Choice(S3Kind.MOTO, Path(sys.executable))
    with S3Server(choice, tmp_path, {"PATH": os.environ["PATH"]}) as server:
        server.create_bucket("bundles")
        yield server


@pytest.fixture(params=["s3://bundles", "s3://bundles/some/prefix/"], ids=["bucket", "prefix"])
def settings(s3: S3Server, request: pytest.FixtureRequest) -> Settings:
    lake = LakeSettings(
        endpoint=HttpUrl(s3.endpoint),
        region=REGION,
        access_key_id=ACCESS_KEY,
        secret_access_key=SecretStr(SECRET_KEY),
        attempts=2,
    )
    return Settings(lake=lake, dags=DagsSettings(url=request.param))


@pytest.fixture
def dags(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Dags:
    """Runs ``waybill dags … --json``: its exit code, and its answer or what it said on stderr."""
    monkeypatch.setenv("WAYBILL_LAKE__ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("WAYBILL_LAKE__SECRET_ACCESS_KEY", SECRET_KEY)

    def run(*words: str, **flags: str) -> tuple[int, Any]:
        given = {"dags.url": settings.dags.url, "lake.endpoint": settings.lake.endpoint, **flags}
        code = main(["dags", *words, "--json", *(f"--{name}={value}" for name, value in given.items())])
        said = capsys.readouterr()
        return code, json.loads(said.out) if code == 0 else said.err

    return run


def zip_of(word: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as content:
        content.writestr(zipfile.ZipInfo("a_dag.py"), f"# {word}")
    return buffer.getvalue()


def test_versions_are_published_listed_and_rolled_back(
    dags: Dags, settings: Settings, tmp_path: Path
) -> None:
    for word in ("one", "two"):
        (tmp_path / f"{word}.zip").write_bytes(zip_of(word))
        code, said = dags("publish", str(tmp_path / f"{word}.zip"))
        assert (code, said["changed"], said["version"]) == (0, True, version_of(zip_of(word)))
    assert dags("publish", str(tmp_path / "two.zip"))[1]["changed"] is False
    assert dags("rollback")[1]["version"] == version_of(zip_of("one"))
    [third, second, first] = dags("list")[1]["deployments"]
    assert [one["number"] for one in (third, second, first)] == [3, 2, 1]
    assert third["version"] == first["version"] != second["version"]
    assert open_version_store(settings).lake.get(archive_key(first["version"])) == zip_of("one")


def test_of_publishers_that_race_each_gets_a_number_of_its_own(settings: Settings) -> None:
    gate, numbers = threading.Barrier(PUBLISHERS), []

    def race(word: str) -> None:
        versions = open_version_store(settings)
        version = versions.store(zip_of(word))
        gate.wait(30)
        numbers.append(versions.deploy(make_current(version, "2026-11-25T01:00:00+00:00", "")).entry.number)

    threads = [threading.Thread(target=race, args=[str(number)]) for number in range(PUBLISHERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(numbers) == list(range(1, PUBLISHERS + 1))
    assert len({one.version for one in open_version_store(settings).history()}) == PUBLISHERS


def test_a_bucket_that_is_missing_is_named_with_its_setting(dags: Dags) -> None:
    code, said = dags("list", **{"dags.url": "s3://no-such-bucket"})
    assert (code, "s3://no-such-bucket" in said, "correct dags.url" in said) == (31, True, True)
