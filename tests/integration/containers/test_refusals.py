"""Lakes that can't be used: refused with the documented exit code and a message that helps; nothing is written."""

from __future__ import annotations

import subprocess

import pytest
from integration.containers.brokers import Brokers
from integration.containers.conftest import PipelineMaker
from integration.containers.store import Store
from integration.containers.watching import audit, bucket_of
from integration.delivery.conftest import Stream

from waybill_common.errors import LakeRefused

UNUSABLE = {
    "wrong secret": {"WAYBILL_LAKE__SECRET_ACCESS_KEY": "not the one"},
    "unknown user": {"WAYBILL_LAKE__ACCESS_KEY_ID": "nobody"},
    "missing bucket": {"WAYBILL_LAKE__URL": "s3://no-such-bucket-anywhere/lake"},
}


def assert_refused(ended: subprocess.CompletedProcess[str], *named: str) -> None:
    assert ended.returncode == LakeRefused.exit_code, ended.stderr[-3000:]
    # spark-submit passes the driver's stderr on as stdout.
    said = ended.stdout + ended.stderr
    for part in (*named, "  allowed: ", "  remedy: "):
        assert part in said
    assert "Traceback" not in said


@pytest.mark.parametrize("changes", UNUSABLE.values(), ids=UNUSABLE)
def test_what_the_store_refuses_is_named(
    make_pipeline: PipelineMaker, one_broker: Brokers, store: Store, changes: dict[str, str]
) -> None:
    pipeline = make_pipeline(one_broker, **changes)
    pipeline.produce("--producer.pages", "1")
    lake = pipeline.env["WAYBILL_LAKE__URL"]
    assert_refused(pipeline.submit(), f"The lake {lake}/names (at {store.endpoint}) refused ")
    assert_refused(audit(pipeline), lake)
    assert store.objects(bucket_of(pipeline)) == {}


@pytest.mark.parametrize("other", ["topic", "stream"])
def test_a_bucket_with_the_data_of_another_one_is_left_alone(
    make_pipeline: PipelineMaker, one_broker: Brokers, store: Store, topic: str, other: str
) -> None:
    pipeline = make_pipeline(one_broker)
    pipeline.produce("--producer.pages", "1")
    begun_with = f"{topic}.other" if other == "topic" else topic
    stream = Stream(one_broker.settings, begun_with, pipeline.lake)
    stream.create()
    stream.names(5)
    stream.driver().reach(stream.ends())
    if other == "stream":
        for key in [key for key in pipeline.lake.keys("_waybill") if key.endswith(".json")]:
            body = pipeline.lake.get(key) or b""
            pipeline.lake.overwrite(key, body.replace(b'"names"', b'"orders"'))
    before = store.objects(bucket_of(pipeline))
    named = "belongs to stream " + ("orders" if other == "stream" else f"names and topic {begun_with}")
    assert_refused(pipeline.submit(), named)
    assert_refused(audit(pipeline), named)
    assert store.objects(bucket_of(pipeline)) == before


def test_a_bucket_with_data_and_no_ledger_is_left_alone(
    make_pipeline: PipelineMaker, one_broker: Brokers, store: Store
) -> None:
    pipeline = make_pipeline(one_broker)
    pipeline.produce("--producer.pages", "1")
    pipeline.lake.overwrite("data/date=2026-11-22/somebody-elses.parquet", b"PAR1")
    before = store.objects(bucket_of(pipeline))
    assert_refused(pipeline.submit(), "holds objects below data/ but no ledger")
    assert store.objects(bucket_of(pipeline)) == before
