"""What a user sees in each case of docs/troubleshooting.md, said by the code that says it."""

from __future__ import annotations

import re
import socket
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import stamina
from confluent_kafka import KafkaError, KafkaException

from waybill_common.errors import WaybillError
from waybill_common.jars import Jar, JarManifest, fetch_jars
from waybill_common.java_home import find_java
from waybill_common.kafka import making_topics
from waybill_common.kafka.cause import Told
from waybill_common.kafka.client_errors import failure
from waybill_common.kafka.lost_transactions import ATTEMPTS
from waybill_common.kafka.transactional import TransactionLost, begin_producing
from waybill_common.lake import Lake, check_conditional_writes, open_lake
from waybill_common.lake.store import Put
from waybill_common.lake_location.resolve import here
from waybill_common.lake_location.store_causes import cause_of
from waybill_common.lake_location.store_errors import lake_failure
from waybill_common.ledger import Journal, LostRange, data_loss
from waybill_common.settings import (
    KafkaSettings,
    LakeSettings,
    RegistrySettings,
    SourceSettings,
    add_settings_flags,
    load_settings,
)
from waybill_common.web import DIRECT
from waybill_delivery.splits.split_process import check_lake_is_shared
from waybill_ops.lag.lag_bounds import Lag, LagBounds, PartitionLag, Retention, exceeded
from waybill_ops.submission.spark_home import find_spark
from waybill_producer.publishing import publishing_session
from waybill_producer.registry.register import register_contract
from waybill_producer.source.fetch import UserSource, retrieve_user_data
from waybill_producer.source.query import query_of
from waybill_producer.source.reply import SourceReply
from waybill_sandbox.ports import claim_port
from waybill_spark.driver.spark_errors import spark_failed
from waybill_streams.names import NAMES

KAFKA = KafkaSettings(bootstrap_servers="kafka:9092", replication_factor=3)
TRANSPORT, RESOLVE = KafkaError._TRANSPORT, KafkaError._RESOLVE
TIMED_OUT = KafkaError(KafkaError._TIMED_OUT, "Local: Timed out")


@dataclass(frozen=True)
class Place:
    """What a message may rest on: a folder of its own, and names that can be changed for its time."""

    folder: Path
    patch: pytest.MonkeyPatch


Maker = Callable[[Place], object]
NAMED = {"The jar": "/srv/jars", "SPARK_HOME": "/opt/spark"}
"""What the folder of a message is called on the page; else it is a lake's."""


def unknown_setting(_: Place) -> None:
    parser = ArgumentParser()
    add_settings_flags(parser, "lake.url")
    load_settings(parser.parse_args([]), {"WAYBILL_LAKE_URL": "s3://lake"})


def kafka_said(code: int, text: str, doing: str) -> WaybillError:
    told = Told()
    told(KafkaError(code, text))
    return failure(KAFKA, doing, TIMED_OUT, told)


def no_broker(_: Place) -> None:
    text = "kafka:9092/bootstrap: Connect to ipv4#10.0.0.7:9092 failed: Connection refused"
    raise kafka_said(TRANSPORT, text, "describing topic names_topic")


def advertised(_: Place) -> None:
    text = "kafka-broker-1:9092/1: Failed to resolve 'kafka-broker-1:9092': Name or service not known"
    raise kafka_said(RESOLVE, text, "reading names_topic partition 0")


def no_right_in_kafka(_: Place) -> None:
    denied = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED, "Broker: Topic authorization failed")
    raise failure(KAFKA, "describing topic names_topic", denied, topic="names_topic")


def store_said(text: str) -> WaybillError:
    settings = LakeSettings.model_validate({"url": "s3://lake/waybill", "endpoint": "http://minio:9000"})
    doing = "creating _waybill/probes/4f0c"
    return lake_failure(settings, here(settings), "s3://lake/waybill/names", doing, cause_of(OSError(text)))


def unknown_store(_: Place) -> None:
    raise store_said(
        'Error performing PUT - HTTP error\n\nDebug source:\nConnect, "dns error", error: "Name or service not known"'
    )


def denied_bucket(_: Place) -> None:
    raise store_said(
        "Error performing PUT - Server returned non-2xx status code: 403 Forbidden: <Error><Code>AccessDenied</Code>"
        "<Message>Access Denied.</Message></Error>"
    )


def overwriting_store(place: Place) -> None:
    class Overwriting(Lake):
        def put_new(self, key: str, body: bytes) -> Put:
            self.overwrite(key, body)
            return Put(stored=True)

    check_conditional_writes(Overwriting(LakeSettings(url=str(place.folder)), "names"))


def no_registry(_: Place) -> None:
    settings = RegistrySettings.model_validate({"url": "http://127.0.0.1:1/apis/ccompat/v7"})
    stamina.set_testing(True, attempts=settings.attempts)
    register_contract(settings, NAMES, "names_topic")


def broken_api(_: Place) -> None:
    class Broken(UserSource):
        def ask(self, page: int) -> SourceReply:
            return SourceReply(503, None, b"Bad gateway", datetime.now(UTC))

    settings = SourceSettings.model_validate({"seed": "run-a", "results": 500})
    stamina.set_testing(True, attempts=settings.attempts)
    retrieve_user_data(Broken(settings, query_of(settings), DIRECT, lambda _: None), 7, None)


def another_jar(place: Place) -> None:
    jar = Jar(coordinate="org.apache.kafka:kafka-clients:3.9.2", file="kafka-clients.jar", sha256="0" * 64)
    manifest = JarManifest(name="spark_kafka", roots=(), jars=(jar,))
    (place.folder / manifest.folder).mkdir()
    (place.folder / manifest.folder / jar.file).write_bytes(b"")
    fetch_jars(manifest, place.folder, java=place.folder, spark_home=place.folder)


def another_spark(place: Place) -> None:
    for file in ("jars/spark-core_2.12-3.5.1.jar", "bin/spark-submit"):
        (place.folder / file).parent.mkdir()
        (place.folder / file).touch()
    find_spark(None, str(place.folder), None)


def no_java(_: Place) -> None:
    find_java(None, "")


def few_brokers(place: Place) -> None:
    def refuse(*_: object) -> None:
        said = "Unable to replicate the partition 3 time(s): only 1 broker(s) are registered."
        raise KafkaException(KafkaError(KafkaError.INVALID_REPLICATION_FACTOR, said.rstrip(".")))

    place.patch.setattr(making_topics, "describe_topic", lambda *_: None)
    place.patch.setattr(making_topics, "ask", refuse)
    making_topics.ensure_topic(KAFKA, "names_topic", partitions=4)


def few_replicas(place: Place) -> None:
    def lose(*_: object) -> None:
        raise TransactionLost("0 of 501 records were acknowledged: Broker: Not enough in-sync replicas")

    session: Any = SimpleNamespace(producer=SimpleNamespace(purge=print, flush=print), position=None)
    session.position = SimpleNamespace(page=12)
    batch: Any = SimpleNamespace(page=12)
    place.patch.setattr(publishing_session, "publish_to_kafka", lose)
    place.patch.setattr(publishing_session, "discard", lambda _: None)
    place.patch.setattr(time, "sleep", lambda _: None)
    publisher = publishing_session.Publisher(lambda **_: session)
    for _ in range(ATTEMPTS):
        publisher.publish(session, batch, 1.0)


def late_delivery(_: Place) -> None:
    waits = PartitionLag(partition=2, frontier=1200, log_start=0, log_end=42400, oldest_ms=0)
    lag = Lag((waits,), Retention(ms=604_800_000, bytes=-1), now_ms=552_791_000)
    found = exceeded(lag, LagBounds(behind=None, retention_used=0.8), "names_topic")
    assert found is not None
    raise found


def lost_offsets(_: Place) -> None:
    raise data_loss("names_topic", (LostRange(partition=3, start=1200, end=4812),))


def second_driver(place: Place) -> None:
    journal = Journal(open_lake(LakeSettings(url=str(place.folder)), "names"), writer="mine")
    manifest: Any = SimpleNamespace(number=42, writer="mine")
    journal.check_not_fenced(manifest)


def second_producer(_: Place) -> None:
    def fenced(_: float) -> None:
        said = "Local: This instance has been fenced by a newer instance"
        raise KafkaException(KafkaError(KafkaError._FENCED, said))

    producer: Any = SimpleNamespace(init_transactions=fenced)
    begin_producing(producer, KAFKA)


def folder_of_the_driver(place: Place) -> None:
    place.patch.setattr(socket, "gethostname", lambda: "worker-2")
    lake = open_lake(LakeSettings(url=str(place.folder)), "names")
    task: Any = SimpleNamespace(lake=lake, manifest=SimpleNamespace(number=3))
    check_lake_is_shared(task)


def dead_executor(_: Place) -> None:
    said = "org.apache.spark.SparkException: Job aborted due to stage failure: Master removed our application: KILLED"
    raise spark_failed("carrying commit 3", RuntimeError(f"An error occurred\n: {said}\n\tat org.apache"))


def taken_port(_: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        claim_port(taken.getsockname()[1], "Kafka")


def place_name(found: str) -> str:
    return next((name for word, name in NAMED.items() if word in found), "/srv/lake")


def said(make: Maker, place: Place) -> str:
    """The message's first part; places of this machine get names that anybody may have."""
    try:
        make(place)
    except WaybillError as error:
        found = error.found
    else:
        raise AssertionError("nothing was wrong")
    finally:
        stamina.set_testing(False)
    found = found.replace(str(place.folder), place_name(found))
    found = found.replace("127.0.0.1:1/", "registry:8080/").replace("127.0.0.1:1", "registry:8080")
    return f"waybill: {re.sub(r'Port [0-9]+', 'Port 9092', found)}"


MESSAGES: dict[str, Maker] = {
    "A setting is refused, or seems to have no effect": unknown_setting,
    "Kafka does not answer": no_broker,
    "A broker answers, and then a host is unknown": advertised,
    "A right is missing in Kafka": no_right_in_kafka,
    "The store's host is unknown, or nothing answers": unknown_store,
    "The bucket refuses": denied_bucket,
    "The store does not honour conditional writes": overwriting_store,
    "The schema registry does not answer": no_registry,
    "The API is down or slow, or answers HTTP 429": broken_api,
    "A jar has another digest": another_jar,
    "Another Spark, Scala or Hadoop": another_spark,
    "No Java, or another one": no_java,
    "Fewer brokers than replicas": few_brokers,
    "Too few in-sync replicas, or a transaction is lost": few_replicas,
    "Delivery is late": late_delivery,
    "Records are gone before they were delivered": lost_offsets,
    "Two drivers run": second_driver,
    "Two producers run": second_producer,
    "An executor does not find the lake": folder_of_the_driver,
    "A worker or an executor dies, or Spark gives up": dead_executor,
    "A port is taken": taken_port,
}
