"""What each program may have to do on the brokers: the table of docs/security.md, and the words for who lacks a right.

The tests run each program with exactly these rights, and without each one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from waybill_common.settings import StreamSettings

TOPIC = "topic"
PREFIX = "topics with the prefix"
TRANSACTIONAL_ID = "transactional id"

_LOOK = ("Describe", "DescribeConfigs")
_WORKERS = {"spark_app": "submit", "task": "submit"}
"""Components of the logs that are part of a program of another name."""

EVENTS, DEAD, CURSOR, REDRIVES = "{topic}", "{topic}.dead", "{topic}.cursor", "{topic}.redrives"
PRODUCER_ID, REDRIVE_ID = "waybill-{stream}-{topic}", "waybill-{topic}.redrives"
OLD_REDRIVE_ID = "waybill-{stream}-{topic}-redrive"
"""0.1.0's, which a redrive takes over, so that none of that release is left beside it."""
REDRIVEN, OTHERS_REDRIVES, OTHERS_ID = "{stream}.redriven", "{stream}.redrives", "waybill-{stream}.redrives"
"""Beside a topic that others fill, which no program of ours writes to."""
PROVE = "waybill-prove-"

_OF_OTHERS = ("orders", "shop.orders")
"""A stream, and its topic, that others fill."""


@dataclass(frozen=True)
class Need:
    """``operations`` by Kafka's names on one resource, whose ``name`` has places for stream and topic."""

    kind: str
    name: str
    operations: tuple[str, ...]


_READ_EVENTS = Need(TOPIC, EVENTS, (*_LOOK, "Read"))
_READ_REDRIVES = Need(TOPIC, REDRIVES, (*_LOOK, "Read"))
_RECORD = (
    Need(TOPIC, REDRIVES, ("Create", *_LOOK, "Read", "Write")),
    Need(TRANSACTIONAL_ID, REDRIVE_ID, ("Describe", "Write")),
    Need(TRANSACTIONAL_ID, OLD_REDRIVE_ID, ("Describe", "Write")),
)
NEEDS: dict[str, tuple[Need, ...]] = {
    "init": (Need(PREFIX, EVENTS, ("Create", *_LOOK)),),
    "producer": (
        Need(TOPIC, EVENTS, (*_LOOK, "Read", "Write")),
        Need(TOPIC, CURSOR, (*_LOOK, "Read", "Write")),
        Need(TOPIC, DEAD, (*_LOOK, "Write")),
        Need(TRANSACTIONAL_ID, PRODUCER_ID, ("Describe", "Write")),
    ),
    "submit": (_READ_EVENTS,),
    "deliver": (_READ_EVENTS,),
    "backfill": (_READ_EVENTS,),
    "lag": (_READ_EVENTS,),
    "contract init": (_READ_EVENTS,),
    "stream new": (_READ_EVENTS,),
    "plan": (_READ_EVENTS,),
    "contract publish": (Need(TOPIC, EVENTS, _LOOK),),
    "verify": (_READ_EVENTS, _READ_REDRIVES),
    "dead-letters list, show, export": (_READ_REDRIVES,),
    "dead-letters waive": (Need(TOPIC, EVENTS, _LOOK), *_RECORD),
    "redrive": (Need(TOPIC, EVENTS, (*_LOOK, "Write")), *_RECORD),
    "prove": (
        Need(PREFIX, PROVE, ("Create", "Delete", *_LOOK, "Read", "Write")),
        Need(f"{TRANSACTIONAL_ID}s with the prefix", PROVE, ("Describe", "Write")),
    ),
    "report": (),
    "contract pull": (),
    "dags": (),
}
"""By program, as docs/security.md lists them. ``redrive`` without ``--send`` needs what ``list`` does, ``contract
publish`` without ``--tighten`` nothing."""

_READ_REDRIVEN = Need(TOPIC, REDRIVEN, (*_LOOK, "Read"))
_READ_OTHERS_REDRIVES = Need(TOPIC, OTHERS_REDRIVES, (*_LOOK, "Read"))
_RECORD_OTHERS = (
    Need(TOPIC, OTHERS_REDRIVES, ("Create", *_LOOK, "Read", "Write")),
    Need(TRANSACTIONAL_ID, OTHERS_ID, ("Describe", "Write")),
)

NEEDS_OF_OTHERS: dict[str, tuple[Need, ...]] = {
    "submit": (_READ_EVENTS, _READ_REDRIVEN),
    "deliver": (_READ_EVENTS, _READ_REDRIVEN),
    "lag": (_READ_EVENTS, _READ_REDRIVEN),
    "plan": (_READ_EVENTS, _READ_REDRIVEN),
    "contract publish": (Need(TOPIC, EVENTS, _LOOK), Need(TOPIC, REDRIVEN, _LOOK)),
    "verify": (_READ_EVENTS, _READ_REDRIVEN, _READ_OTHERS_REDRIVES),
    "dead-letters list, show, export": (_READ_OTHERS_REDRIVES,),
    "dead-letters waive": _RECORD_OTHERS,
    "redrive": (
        Need(TOPIC, EVENTS, _LOOK),
        Need(TOPIC, REDRIVEN, ("Create", *_LOOK, "Write")),
        *_RECORD_OTHERS,
    ),
}
"""The same for a stream whose topic others fill, where it differs: nothing of it writes to that topic."""


def rights_of(program: str, stream: StreamSettings, *, creates: bool) -> list[str]:
    """What ``program`` needs on the brokers, for this stream; ``creates``: its topic is missing, and ours to make."""
    others = {} if stream.is_filled else NEEDS_OF_OTHERS
    made = (Need(TOPIC, EVENTS, ("Create",)),) if creates else ()
    return [_told(need, stream.name, stream.topic) for need in (*made, *others.get(program, NEEDS[program]))]


def needed(kind: str, name: str) -> str:
    """The rights on this topic or transactional id, for the program that is running; of all, where that is unknown."""
    component = structlog.contextvars.get_contextvars().get("component", "")
    running = _WORKERS.get(component, component)
    every = (*NEEDS.items(), *NEEDS_OF_OTHERS.items())
    own = [one for one in every if one[0].split(" ")[0] == running]
    found = [
        f"{', '.join(need.operations)} for {_called(program)}"
        for program, needs in own or every
        for need in needs
        if _is_of(need, kind, name)
    ]
    return "; ".join(dict.fromkeys(found)) or "see docs/security.md"


def _called(program: str) -> str:
    return "the producer" if program == "producer" else f"waybill {program}"


def _is_of(need: Need, kind: str, name: str) -> bool:
    if not need.kind.startswith(("topic", "topics") if kind == TOPIC else TRANSACTIONAL_ID):
        return False
    if name.startswith(PROVE) or need.name == PROVE:
        return name.startswith(PROVE) and need.name == PROVE
    if need.kind == PREFIX:
        return True
    suffixes = (
        ("-redrive", ".redrives")
        if kind == TRANSACTIONAL_ID
        else (".dead", ".cursor", ".redrives", ".redriven")
    )
    mine = next((one for one in suffixes if name.endswith(one)), "")
    return need.name.endswith(mine) and not (mine == "" and need.name.endswith(suffixes))


def table() -> str:
    """The rows of docs/security.md, with the names of the first stream, and of one whose topic others fill."""
    first = StreamSettings()
    own = [_row(program, needs, first.name, first.topic) for program, needs in NEEDS.items()]
    others = [_row(program, needs, *_OF_OTHERS, of=True) for program, needs in NEEDS_OF_OTHERS.items()]
    return "\n".join((*own, *others))


def _row(program: str, needs: Iterable[Need], stream: str, topic: str, *, of: bool = False) -> str:
    told = [_told(need, stream, topic) for need in needs]
    called = "producer" if program == "producer" else f"`waybill {program}`"
    return f"| {called}{f' of `{stream}`' if of else ''} | {'; '.join(told) or 'none'} |"


def _told(need: Need, stream: str, topic: str) -> str:
    return f"{', '.join(need.operations)} on {need.kind} `{need.name.format(stream=stream, topic=topic)}`"
