"""A topic of others: a few of its records, byte for byte, the contract that takes them, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.judging import KafkaInput

HERE = Path(__file__).parent
AT = 1_764_421_200_000
"""Kafka's timestamp of each record: 2025-11-29T13:00:00Z."""


@dataclass(frozen=True)
class Row:
    """Values as ``waybill contract judge`` writes them, of all columns or of some."""

    values: dict[str, Any]


@dataclass(frozen=True)
class Dead:
    """Each path with its reason, in order."""

    told: tuple[tuple[str, str], ...]

    @property
    def reason(self) -> str:
        return self.told[0][1]


Outcome: TypeAlias = Row | Dead


@dataclass(frozen=True)
class Sample:
    """``name`` is the stream's, and that of the folder with its contract and its payload. ``what`` and ``mind`` are for
    the page: what the topic holds, and what the contract says because of it.
    """

    name: str
    records: tuple[KafkaInput, ...]
    wanted: tuple[Outcome, ...]
    what: str
    mind: str

    @property
    def contract(self) -> ContractDocument:
        return parse_document((HERE / self.name / "contract.json").read_bytes())

    @property
    def dead(self) -> list[str]:
        return [one.reason for one in self.wanted if isinstance(one, Dead)]


def record(value: bytes | str | None, key: bytes | str | None = None) -> KafkaInput:
    return KafkaInput(_bytes(value), _bytes(key), (), AT)


def whole(*file: str) -> KafkaInput:
    """The file as one value."""
    return record(HERE.joinpath(*file).read_bytes())


def lines(*file: str) -> tuple[KafkaInput, ...]:
    """A value for each line."""
    return tuple(record(line) for line in HERE.joinpath(*file).read_bytes().split(b"\n") if line)


def row(**values: Any) -> Row:
    return Row(values)


def dead(path: str, reason: str) -> Dead:
    return Dead(((path, reason),))


def _bytes(value: bytes | str | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
