"""From the API through Kafka to S3 with the built artifacts, on one broker and on three."""

from __future__ import annotations

import duckdb
import pyarrow.dataset as ds
import pytest
from integration.containers.brokers import Brokers
from integration.containers.conftest import PipelineMaker
from integration.containers.store import Store
from integration.containers.watching import assert_whole, bucket_of

from waybill_common.kafka import describe_topic
from waybill_sandbox.api import ApiFault, FaultKind, FaultPlan, Simulator


@pytest.mark.parametrize("brokers", ["one_broker", "three_brokers"])
def test_each_event_arrives_on_s3_once(
    request: pytest.FixtureRequest,
    brokers: str,
    make_pipeline: PipelineMaker,
    simulator: Simulator,
    store: Store,
) -> None:
    malformed = ApiFault(kind=FaultKind.MALFORMED_USERS, times=None, share=0.02)
    simulator.set_faults(FaultPlan(faults=(malformed,)))
    cluster: Brokers = request.getfixturevalue(brokers)
    pipeline = make_pipeline(cluster)
    produced = pipeline.produce("--producer.pages", "3")
    assert produced["events"] + produced["dead_letters"]["total"] == 600
    assert pipeline.submitted()["rows"] == produced["events"]
    assert_whole(pipeline, produced["events"])

    data = ds.dataset(f"{bucket_of(pipeline)}/names/data", filesystem=store.files, format="parquet")
    with duckdb.connect() as reader:
        reader.register("data", data)
        counted = reader.execute("SELECT count(*), count(DISTINCT id) FROM data").fetchone()
    assert counted == (produced["events"], produced["events"])


def test_three_brokers_keep_each_record_three_times(
    three_brokers: Brokers, make_pipeline: PipelineMaker, topic: str
) -> None:
    make_pipeline(three_brokers).produce("--producer.pages", "1")
    metadata = three_brokers.admin().list_topics(timeout=10).topics
    for name in (topic, f"{topic}.cursor", f"{topic}.dead"):
        described = describe_topic(three_brokers.settings, name)
        assert described is not None
        replicas = [len(one.replicas) for one in metadata[name].partitions.values()]
        assert replicas == [3] * described.partitions
