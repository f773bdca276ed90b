"""Who may do what on the stack's brokers. Pure.

What Waybill's programs need, ``waybill_common.kafka`` says; this has the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from waybill_common.kafka import NEEDS, Need
from waybill_common.settings import StreamSettings

_FIRST = StreamSettings()
STREAM, TOPIC = _FIRST.name, _FIRST.topic

PROGRAMS: dict[str, tuple[str, ...]] = {
    "init": ("init",),
    "airflow": ("producer", "submit", "verify", "lag", "report"),
    "console": ("verify", "lag"),
    "operator": tuple(NEEDS),
}
"""The users that run Waybill's programs, and which. ``airflow`` is the scheduler, which runs the DAGs' tasks and the
Spark driver; ``operator`` is the person, on this machine or by ``stack.sh waybill``."""

_LOOK = ("Describe", "DescribeConfigs")
_MAKE = ("Create", *_LOOK, "Read", "Write")


@dataclass(frozen=True, order=True)
class BrokerRight:
    """One line of the brokers' list: ``operations`` by Kafka's names, on a resource of one name, or of one prefix."""

    kind: str
    name: str
    operation: str
    prefix: bool = False


def rights_on(kind: str, name: str, *operations: str, prefix: bool = False) -> frozenset[BrokerRight]:
    return frozenset(BrokerRight(kind, name, one, prefix) for one in operations)


def _needed(programs: Iterable[str]) -> frozenset[BrokerRight]:
    found = (_right(need) for program in programs for need in NEEDS[program])
    return frozenset().union(*found)


def _right(need: Need) -> frozenset[BrokerRight]:
    kind = "transactional_id" if need.kind.startswith("transactional") else "topic"
    name = need.name.format(stream=STREAM, topic=TOPIC)
    return rights_on(kind, name, *need.operations, prefix=need.kind.endswith("prefix"))


CONSOLE = frozenset().union(
    # It shows every topic's offsets and configuration, and makes topics; messages only of the stream's own.
    rights_on("broker", "kafka-cluster", *_LOOK, "Create"),
    rights_on("topic", "*", *_LOOK),
    rights_on("group", "*", "Describe"),
    rights_on("topic", f"{TOPIC}.dead", "Read"),
)
CONNECT = frozenset().union(
    rights_on("topic", "waybill-connect.", *_MAKE, prefix=True),  # its configuration, offsets and states
    rights_on("group", "waybill-connect", "Describe", "Read"),
    rights_on("topic", TOPIC, *_LOOK, "Read"),
    rights_on("group", "connect-", "Describe", "Read", prefix=True),  # its sinks
    # Iceberg's sink: a topic that its tasks and their coordinator talk on, in transactions.
    rights_on("topic", "control-iceberg", *_MAKE),
    rights_on("group", "cg-control-", "Describe", "Read", prefix=True),
    rights_on("transactional_id", "waybill-connect-", "Describe", "Write", prefix=True),
)
REGISTRY = frozenset().union(
    rights_on("topic", "kafkasql-", *_MAKE, prefix=True),
    rights_on("topic", "registry-events", *_MAKE),
    rights_on("group", "apicurio-", "Describe", "Read", prefix=True),
)
_OTHERS = {"console": CONSOLE, "connect": CONNECT, "registry": REGISTRY}

BROKER_RIGHTS: dict[str, frozenset[BrokerRight]] = {
    user: _needed(PROGRAMS.get(user, ())) | _OTHERS.get(user, frozenset())
    for user in (*PROGRAMS, "connect", "registry")
}
"""By user. Of a user named here the brokers know these rights and no other, once ``access kafka`` has run."""
