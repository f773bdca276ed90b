"""Each mistake in how Kafka is reached, through each verb that reaches Kafka, and each way that is right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from edges.case import Case, Row, World
from edges.conftest import filled_topic, world_on
from edges.kafka_mistakes import DOWN, MISTAKES, Mistake, Reached
from edges.programs import Programs
from edges.running import ROWS, WHICH
from edges.verbs import VERBS, Verb
from integration.delivery.conftest import Stream
from integration.secured.broker import PASSWORD, SecuredKafka
from integration.secured.conftest import issuer as issuer
from integration.secured.conftest import secured as secured
from integration.secured.tokens import SECRET, Issuer

from waybill_common.kafka import ensure_topic
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings, is_secret_property


def reaching(reached: Reached) -> dict[str, str]:
    secrets = {name: value for name, value in reached.properties.items() if is_secret_property(name)}
    others = {name: value for name, value in reached.properties.items() if name not in secrets}
    return {
        "WAYBILL_KAFKA__BOOTSTRAP_SERVERS": reached.servers,
        "WAYBILL_KAFKA__PROPERTIES": json.dumps(others),
        "WAYBILL_KAFKA__SECRETS": json.dumps(secrets),
        # What is refused ends at once; only what is down waits so long.
        "WAYBILL_KAFKA__TIMEOUT": "5",
    }


def delivered_topic(kafka: SecuredKafka, folder: Path) -> str:
    """A topic that is delivered to ``folder``/lake, dead letters included."""
    servers = kafka.cluster.bootstrap_servers
    topic = filled_topic(servers, folder)
    settings = KafkaSettings(bootstrap_servers=servers, replication_factor=1)
    lake = open_lake(LakeSettings(url=str(folder / "lake")), "names")
    stream = Stream(settings, topic, lake, partitions=1)
    stream.driver().reach(stream.ends())
    return topic


@pytest.fixture(scope="module")
def delivered(
    secured: SecuredKafka, s3: str, api: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """For verbs that end before they change anything: one lake will do for all."""
    folder = tmp_path_factory.mktemp("delivered")
    topic = delivered_topic(secured, folder)
    with world_on(folder, secured.cluster.bootstrap_servers, topic, s3, api) as made:
        yield made


def meets(verb: Verb, mistake: Mistake) -> bool:
    if mistake.only and verb.name not in mistake.only:
        return False
    if WHICH == "artifacts" and not (mistake.in_ci or mistake.only):
        return verb.name in ("producer", "verify")
    # A driver takes seconds to start, and ends by what ends every other verb.
    with_spark = WHICH in ("all", "artifacts")
    return "kafka" in verb.reaches and (not verb.spark or verb.name == "submit" or with_spark)


@pytest.mark.parametrize(
    "mistake", [one for one in MISTAKES if WHICH != "ci" or one.in_ci], ids=lambda mistake: mistake.id
)
def test_every_verb_says_what_is_wrong_with_kafka(
    mistake: Mistake, secured: SecuredKafka, issuer: Issuer, delivered: World, programs: Programs
) -> None:
    env = {**delivered.env, **reaching(mistake.reached(secured, issuer))}
    if mistake.exit_code != DOWN:
        env["WAYBILL_KAFKA__TIMEOUT"] = "20"  # a slow machine's broker may take longer to refuse
    if mistake.topic is not None:
        env["WAYBILL_STREAM__TOPIC"] = mistake.topic
    if mistake.id == "colliding topic":
        ensure_topic(secured.settings(), "collides_here", partitions=1)
        env["WAYBILL_STREAM__TOPIC"] = "collides.here"
    rows = list(_rows(mistake, env, delivered, programs))
    assert rows
    assert [row.line() for row in rows if not row.ok] == []


def _rows(mistake: Mistake, env: dict[str, str], world: World, programs: Programs) -> Iterator[Row]:
    case = Case(
        mistake.id,
        mistake.kind,
        "kafka",
        lambda _: {},
        exit_code=mistake.exit_code,
        texts=mistake.texts,
        secrets=(PASSWORD, SECRET),
        but=mistake.but,
    )
    places = {**programs.places, "lake": str(world.folder / "lake"), "scratch": str(world.folder)}
    # What ends `submit` here ends it before Spark starts.
    running = replace(programs, places=places, spark_inside=False)
    for verb in VERBS:
        if meets(verb, mistake):
            row = running.run(verb, case, env, world.folder)
            ROWS.append(row)
            yield row
