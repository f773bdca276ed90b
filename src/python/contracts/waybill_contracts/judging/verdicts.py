"""What is said of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

MOST_LISTED = 20
MOST_OLD_DETAIL = 400

HeaderPairs: TypeAlias = "tuple[tuple[str, bytes | None], ...]"


@dataclass(frozen=True, slots=True)
class KafkaInput:
    """A record as Kafka has it; ``timestamp`` in ms, -1 for none."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[bytes, bytes | None], ...] = ()
    timestamp: int = -1


class JudgedRow(NamedTuple):
    """``values`` in the order of the contract's columns, ``None`` throughout for a tombstone. ``timestamp`` in µs.

    One is made for each record, of which a tuple costs half of what a frozen dataclass does.
    """

    values: list[Any]
    timestamp: int | None = None
    key: str | bytes | None = None
    headers: HeaderPairs | None = None
    is_tombstone: bool = False
    extra: str | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """A path, its code, and with it the rule that ``bad_value`` broke, or the frame that unreadable bytes look like."""

    path: str
    code: str
    keyword: str = ""


BAD_TIMESTAMP = Complaint("kafka_timestamp", "bad_timestamp")


@dataclass(frozen=True, slots=True)
class DeadRecord:
    """``reason`` is the first code; ``detail`` is what a dead letter says."""

    told: tuple[Complaint, ...]
    detail: str

    @property
    def reason(self) -> str:
        return self.told[0].code


@dataclass(frozen=True, slots=True)
class Skipped:
    """The contract's ``select`` does not ask for it."""


SKIPPED = Skipped()

RecordVerdict: TypeAlias = "JudgedRow | DeadRecord | Skipped"


def detail_of(told: tuple[Complaint, ...], *, is_old: bool) -> str:
    """``is_old``: as 0.1.0 wrote it, with bare names, and nothing of the value as a whole."""
    if not is_old:
        listed = (
            f"{one.path}: {one.code}{f' {one.keyword}' if one.keyword else ''}" for one in told[:MOST_LISTED]
        )
        return "; ".join(listed)
    if told[0] == BAD_TIMESTAMP:
        rest = told[1:]
        return "; ".join((_old_name(told[0]), *((_old_detail(rest) or rest[0].code,) if rest else ())))[
            :MOST_OLD_DETAIL
        ]
    return _old_detail(told)[:MOST_OLD_DETAIL]


def _old_detail(told: tuple[Complaint, ...]) -> str:
    return "; ".join(filter(None, map(_old_name, told)))


def _old_name(one: Complaint) -> str:
    name = one.path.removeprefix("/").replace("~1", "/").replace("~0", "~")
    return f"{name}: {one.code}" if name else ""
