"""The rights of docs/security.md, run as written: each program works with exactly these, and without each one ends with
a terminal message that names those which it needs there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from confluent_kafka.admin import AclOperation, ResourceType
from edges.case import Case, Row, World
from edges.conftest import world_on
from edges.kafka_mistakes import scram
from edges.programs import Programs
from edges.running import ROWS, WHICH
from edges.test_kafka import reaching
from edges.verbs import VERBS, Verb
from integration.delivery.conftest import Stream
from integration.secured.broker import SecuredKafka
from integration.secured.conftest import issuer as issuer
from integration.secured.conftest import secured as secured
from sample_events import nth_event

from waybill_common.kafka.rights import NEEDS, PREFIX, REDRIVES, TOPIC, Need
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_sandbox.api import Simulator
from waybill_sandbox.api.faults import ApiFault, FaultKind, FaultPlan
from waybill_streams.names import NAMES

USER = "user0"
IMPLYING = {"Describe": ("Read", "Write", "Delete", "Alter"), "DescribeConfigs": ("AlterConfigs",)}
"""Whoever may do one of these may do that as well: Kafka's documentation, Authorization and ACLs."""
OPERATIONS = {
    "Create": AclOperation.CREATE,
    "Delete": AclOperation.DELETE,
    "Describe": AclOperation.DESCRIBE,
    "DescribeConfigs": AclOperation.DESCRIBE_CONFIGS,
    "Read": AclOperation.READ,
    "Write": AclOperation.WRITE,
}
ROWS_BEFORE = 3
MEND = f"""
def mend(event):
    return {NAMES.encode(nth_event(7)).decode()!r} and __import__("json").loads({NAMES.encode(nth_event(7)).decode()!r})
"""


@dataclass(frozen=True)
class Program:
    """``called`` is its name in the table."""

    called: str
    verb: Verb


def verbs() -> dict[str, Verb]:
    found = {verb.name: verb for verb in VERBS}
    words = ("redrive", "--send", "--json", "--patch={scratch}/mend.py", f"--offset={ROWS_BEFORE}")
    return {**found, "redrive --send": replace(found["redrive"], name="redrive --send", words=words)}


def programs_of_table() -> Iterator[Program]:
    called_otherwise = {
        "redrive": ("redrive --send",),
        "dead-letters list, show, export": ("dead-letters list", "dead-letters show", "dead-letters export"),
    }
    every = verbs()
    for called, needs in NEEDS.items():
        for one in called_otherwise.get(called, (called,)):
            if (
                needs
                and one in every
                and (not every[one].spark or one == "submit" or WHICH in ("all", "artifacts"))
            ):
                yield Program(called, every[one])


def set_rights(kafka: SecuredKafka, needs: tuple[Need, ...], topic: str) -> None:
    """Exactly these."""
    kafka.revoke(USER)
    for need in needs:
        kind = ResourceType.TOPIC if need.kind in (TOPIC, PREFIX) else ResourceType.TRANSACTIONAL_ID
        called = need.name.format(stream="names", topic=topic)
        operations = [OPERATIONS[one] for one in need.operations]
        if operations:
            kafka.grant(USER, kind, called, *operations, prefix="prefix" in need.kind)


def lacking(needs: tuple[Need, ...]) -> Iterator[tuple[Need, str, tuple[Need, ...]]]:
    """Each right, and the table without it and what implies it. What has to be made comes first: later it is there."""
    every = [(need, one) for need in needs for one in need.operations]
    for need, one in sorted(every, key=lambda pair: pair[1] != "Create"):
        gone = {one, *IMPLYING.get(one, ())}
        rest = replace(need, operations=tuple(each for each in need.operations if each not in gone))
        yield need, one, tuple(rest if other is need else other for other in needs)


@pytest.fixture
def ground(secured: SecuredKafka, s3: str, tmp_path: object) -> Iterator[World]:
    """A topic and a lake of their own. The API gives a broken user on each page."""
    folder = tmp_path
    servers, topic = secured.cluster.bootstrap_servers, f"rights.{uuid.uuid4().hex[:12]}"
    lake = open_lake(LakeSettings(url=f"{folder}/lake"), "names")
    stream = Stream(KafkaSettings(bootstrap_servers=servers, replication_factor=1), topic, lake, partitions=1)
    broken = NAMES.encode(nth_event(5)).replace(b'"latitude"', b'"latitud"')
    stream.create().produce(
        [*(NAMES.encode(nth_event(n)) for n in range(ROWS_BEFORE)), broken, broken, broken]
    )
    stream.driver().reach(stream.ends())
    stream.names(1)  # not yet delivered
    with Simulator(limit_users=1_000_000) as simulator:
        simulator.set_faults(
            FaultPlan(faults=(ApiFault(kind=FaultKind.MALFORMED_USERS, share=0.5, times=None),))
        )
        with world_on(folder, servers, topic, s3, simulator.url) as made:  # type: ignore[arg-type]  # a path
            made.file("mend.py", MEND)
            yield made


def environment(kafka: SecuredKafka, world: World, user: str) -> dict[str, str]:
    return {**world.env, **reaching(scram(kafka, sasl__username=user)), "WAYBILL_KAFKA__TIMEOUT": "15"}


@pytest.mark.parametrize("program", list(programs_of_table()), ids=lambda program: program.verb.name)
def test_a_program_needs_exactly_the_rights_of_the_table(
    program: Program, secured: SecuredKafka, ground: World, programs: Programs
) -> None:
    needs, verb = NEEDS[program.called], program.verb
    if verb.name in ("init", "producer"):
        # The others' topic has records that no producer's cursor knows.
        new = {"WAYBILL_STREAM__TOPIC": f"rights.{uuid.uuid4().hex[:12]}"}
        ground = replace(ground, env={**ground.env, **new})
    topic = ground.env["WAYBILL_STREAM__TOPIC"]
    places = {
        **programs.places,
        "lake": f"{ground.folder}/lake",
        "scratch": str(ground.folder),
        "letter": f"0:{ROWS_BEFORE}",
        "offset": str(ROWS_BEFORE + 1),
        "to": f"0:{ROWS_BEFORE}",
    }
    running = replace(programs, places=places, spark_inside=False)

    def run(called: str, code: int, texts: tuple[str, ...], user: str, one: Verb) -> Row:
        case = Case(called, "rights", "kafka", lambda _: {}, exit_code=code, texts=texts)
        row = running.run(one, case, environment(secured, ground, user), ground.folder)
        ROWS.append(row)
        return row

    every, wrong = verbs(), []
    made_before: dict[str, tuple[str, ...]] = {
        "producer": ("init", "producer"),
        "verify": ("dead-letters waive",),
        **{f"dead-letters {one}": ("dead-letters waive",) for one in ("list", "show", "export")},
    }
    for before in made_before.get(verb.name, ()):
        wrong.append(run("prepared", 0, (), "ada", every[before]))
    redrives_made = False
    if not verb.minutes:
        for need, one, rest in lacking(needs):
            if (
                need.name == REDRIVES
                and one != "Create"
                and "Create" in need.operations
                and not redrives_made
            ):
                offset = f"--offset={ROWS_BEFORE + 2}"
                words = ("dead-letters", "waive", "--reason-text=of a test", offset)
                wrong.append(run("prepared", 0, (), "ada", replace(every["dead-letters waive"], words=words)))
                redrives_made = True
            set_rights(secured, rest, topic)
            shown = need.name.format(stream="names", topic=topic)
            texts = ("docs/security.md", ", ".join(need.operations), shown)
            wrong.append(run(f"without {one} on {need.name}", 28, texts, USER, verb))
    set_rights(secured, needs, topic)
    wrong.append(run("with its rights", 0, (), USER, verb))
    assert [row.line() for row in wrong if not row.ok] == []
