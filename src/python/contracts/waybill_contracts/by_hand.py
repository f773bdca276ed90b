"""Judging by hand: records as lines of JSON in, verdicts as lines of JSON out. It needs no Kafka."""

from __future__ import annotations

import base64
import binascii
import importlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import (
    DeadRecord,
    FolderWindow,
    JudgedRow,
    KafkaInput,
    RecordJudge,
    RecordVerdict,
    folder_of,
    written_row,
)
from waybill_contracts.schema_files import SchemaTexts, writers_in
from waybill_contracts.types import Misfit, date_check, date_text

MEMBERS = ("value", "key", "headers", "timestamp", "window")
INT64 = 2**63
NO_SCHEMAS: SchemaTexts = {}


BLOCK = 500
"""Lines whose records the fast paths see together."""

AUDITORS = "waybill_ops.audit.second_judge.whole_record"


class LineRefused(ValueError):
    """A line is no record as ``waybill contract judge`` takes it; the message says why."""


@dataclass(frozen=True)
class RecordByHand:
    record: KafkaInput
    window: FolderWindow


Say: TypeAlias = Callable[[RecordByHand], dict[str, Any]]
SayOfMany: TypeAlias = "Callable[[Sequence[RecordByHand]], Iterable[dict[str, Any]]]"


def verdicts(lines: Iterable[bytes], say: Say) -> Iterator[dict[str, Any]]:
    """Raises ``LineRefused`` for a line that is no record, whatever a judge would say of it."""
    return map(say, records_of(lines))


def verdicts_in_blocks(lines: Iterable[bytes], say: SayOfMany) -> Iterator[dict[str, Any]]:
    """As ``verdicts``, but a block at a time."""
    block: list[RecordByHand] = []
    try:
        for one in records_of(lines):
            block.append(one)
            if len(block) == BLOCK:
                yield from say(block)
                block = []
    except LineRefused:
        yield from say(block)
        raise
    yield from say(block)


def records_of(lines: Iterable[bytes]) -> Iterator[RecordByHand]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield parse_line(line)
        except LineRefused as refused:
            raise LineRefused(f"line {number}: {refused}") from None


def by_the_judge(document: ContractDocument, schemas: SchemaTexts = NO_SCHEMAS) -> Say:
    """``schemas`` are writers' by their ids, for a document that names a registry."""
    judge = RecordJudge(document, most=None, writers=writers_in(document, schemas))
    return lambda given: _written(document, judge.judge(given.record), given.window)


def by_the_fast_paths(document: ContractDocument, schemas: SchemaTexts = NO_SCHEMAS) -> SayOfMany:
    """Through the fast paths, and by the judge whatever they do not take."""
    from waybill_contracts.fast import BlockJudge  # it needs Arrow, which the judge does not

    judge = BlockJudge(document, most=None, writers=writers_in(document, schemas))

    def say(block: Sequence[RecordByHand]) -> Iterator[dict[str, Any]]:
        for given, found in zip(block, judge.judge([one.record for one in block]), strict=True):
            yield _written(document, found, given.window)

    return say


def _written(document: ContractDocument, found: RecordVerdict, window: FolderWindow) -> dict[str, Any]:
    if isinstance(found, DeadRecord):
        return {"verdict": "dead", "reasons": [[one.path, one.code] for one in found.told]}
    if not isinstance(found, JudgedRow):
        return {"verdict": "skipped"}
    place = {"place": folder_of(document, found, window)} if document.partition_by else {}
    return {"verdict": "row", "values": written_row(document, found), **place}


def by_the_auditor(document: ContractDocument, schemas: SchemaTexts = NO_SCHEMAS) -> Say:
    """By the auditor's judge, which is another component's: it is looked up by its name."""
    judge = importlib.import_module(AUDITORS)
    tree = json.loads(document.text)

    def say(given: RecordByHand) -> dict[str, Any]:
        record = given.record
        window = (date_text(given.window.first), date_text(given.window.last))
        said: dict[str, Any] = judge.judge_by_hand(
            tree, record.value, record.key, record.headers, record.timestamp, window, schemas
        )
        return said

    return say


def parse_line(line: bytes) -> RecordByHand:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise LineRefused("it is no JSON") from None
    if not isinstance(given, dict) or not set(given) <= set(MEMBERS) or "value" not in given:
        raise LineRefused(f"it is no object with value and, where used, {', '.join(MEMBERS[1:])}")
    given = {name: one for name, one in given.items() if one is not None}  # null is as good as left out
    timestamp = given.get("timestamp", -1)
    if type(timestamp) is not int or not -INT64 <= timestamp < INT64:
        raise LineRefused("timestamp is no whole number of 64 bits")
    record = KafkaInput(
        _bytes("value", given.get("value")),
        _bytes("key", given.get("key")),
        tuple(_header(one) for one in _list("headers", given.get("headers", []))),
        timestamp,
    )
    return RecordByHand(record, _window(given["window"]) if "window" in given else FolderWindow())


def _bytes(name: str, value: Any) -> bytes | None:
    if value is None:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise LineRefused(f"{name} is neither base64 nor null") from None


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise LineRefused(f"{name} is no list")
    return value


def _header(value: Any) -> tuple[bytes, bytes | None]:
    if not isinstance(value, list) or len(value) != 2:
        raise LineRefused("a header is no pair of name and value")
    name = _bytes("a header's name", value[0])
    if name is None:
        raise LineRefused("a header has no name")
    return name, _bytes("a header's value", value[1])


def _window(value: Any) -> FolderWindow:
    days = [date_check("text")(one) for one in _list("window", value)]
    if len(days) != 2 or any(one.__class__ is Misfit for one in days) or days[0] > days[1]:
        raise LineRefused("window is no pair of dates, the first and the last")
    return FolderWindow(days[0], days[1])
