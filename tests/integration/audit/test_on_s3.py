"""The audit reads a lake on S3 as it reads a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.audit.conftest import fill
from integration.delivery.conftest import Stream
from integration.moto import lake_on_moto

from waybill_common.kafka import ensure_topic
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_ops.cli import main
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[LakeSettings]:
    with lake_on_moto(tmp_path) as settings:
        yield settings


def test_a_lake_on_s3_is_audited(
    settings: LakeSettings,
    audited_kafka: KafkaSettings,
    topic: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ensure_topic(audited_kafka, topic, partitions=2)
    lake = open_lake(settings, "names")
    monkeypatch.setenv("WAYBILL_LAKE__ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("WAYBILL_LAKE__SECRET_ACCESS_KEY", SECRET_KEY)
    verify = ["verify", "--json", f"--stream.topic={topic}", f"--lake.endpoint={settings.endpoint}"]
    verify += [f"--lake.region={REGION}", f"--kafka.bootstrap-servers={audited_kafka.bootstrap_servers}"]

    assert main([*verify, f"--lake.url={settings.url}"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["commits"] == 0

    fill(Stream(audited_kafka, topic, lake))
    capsys.readouterr()
    assert main([*verify, f"--lake.url={settings.url}"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["rows"] == 38

    lake.delete(next(iter(lake.keys("data/"))))
    assert main([*verify, f"--lake.url={settings.url}"]) == 40
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "object_missing"

    assert main([*verify, "--lake.url=s3://no-such-bucket/x"]) == 31
    assert main([*verify, f"--lake.url={settings.url}", "--lake.endpoint=http://127.0.0.1:1"]) == 30
