"""What a new stream's samples hold: records that are made up, and, where the user wants it, some of the topic's own.

What is expected of a sample is what the judge says of it now: the samples hold what later versions must not change.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from waybill_common.contract import in_order
from waybill_contracts.document import ContractDocument
from waybill_contracts.drafting import SampleRecord
from waybill_contracts.judging import (
    ID_BITS,
    VALUES_ID,
    DeadRecord,
    JudgedRow,
    KafkaInput,
    RecordJudge,
    has_header_ids,
    header_value,
)
from waybill_contracts.new_stream.invented_record import invented_objects
from waybill_contracts.schema_files import SchemaTexts, writers_in

MOST_ROWS, MOST_OF_A_REASON = 10, 2
_LARGEST = 65_536
"""Bytes of a record's value that is kept."""

Headers: TypeAlias = "tuple[tuple[bytes, bytes | None], ...]"

_GLUE = b"\x03\x00" + bytes(16)
_BROKEN = {"json": (b"this is no JSON", b"[]"), "text": (b"\xff",), "avro": (b"",), "binary": ()}


def first_samples(document: ContractDocument, kept: Sequence[SampleRecord], schemas: SchemaTexts) -> bytes:
    """The lines of ``records.jsonl``. ``schemas`` are writers' by their ids, for a document that names a registry."""
    judge = RecordJudge(document, writers=writers_in(document, schemas))
    made = [
        *_made_up(document, judge, _frame(document, schemas), _headers(document, schemas)),
        *_kept(judge, kept),
    ]
    return b"".join(json.dumps(one).encode() + b"\n" for one in made)


def _frame(document: ContractDocument, schemas: SchemaTexts) -> bytes:
    """What stands before a value, with an id that is known."""
    name = document.value.frame or ""
    if name in ID_BITS:
        numbers = [one for one in schemas if isinstance(one, int)]
        return b"\0" + min(numbers, default=1).to_bytes(ID_BITS[name] // 8)
    return _GLUE if name == "glue" else b""


def _headers(document: ContractDocument, schemas: SchemaTexts) -> Headers:
    """What stands beside a value, where an id is there."""
    if not has_header_ids(document.value):
        return ()
    return ((VALUES_ID, header_value(in_order(schemas)[0] if schemas else 1)),)


def _made_up(
    document: ContractDocument, judge: RecordJudge, frame: bytes, headers: Headers
) -> Iterator[dict[str, Any]]:
    key = b"example" if document.key is not None and document.key.format != "json" else None
    for value in _rows(document):
        line = _judged(judge, KafkaInput(frame + value, key, headers))
        if line["expect"] == "row":
            yield line
            break
    broken = [KafkaInput(frame + one, key, headers) for one in _BROKEN[document.value.format]]
    for record in broken + ([KafkaInput(b"{}", key)] if frame or headers else []):
        line = _judged(judge, record)
        if line["expect"] not in ("row", "skipped"):
            yield line
    tombstone = _judged(judge, KafkaInput(None, key))
    if key is not None or tombstone["expect"] != "row":
        yield tombstone


def _rows(document: ContractDocument) -> Iterator[bytes]:
    match document.value.format:
        case "json":
            for tree in invented_objects(document):
                yield json.dumps(tree).encode()
        case "text":
            yield b"an example"
        case "binary":
            yield b"\x00\x01"


def _kept(judge: RecordJudge, records: Sequence[SampleRecord]) -> Iterator[dict[str, Any]]:
    """The newest rows, and some of the dead records of each reason."""
    counts = Counter[str]()
    for one in reversed(records):
        if len(one.record.value or b"") <= _LARGEST:
            line = _judged(judge, one.record)
            most = MOST_ROWS if line["expect"] == "row" else MOST_OF_A_REASON
            if counts[line["expect"]] < most:
                counts[line["expect"]] += 1
                yield line


def _judged(judge: RecordJudge, record: KafkaInput) -> dict[str, Any]:
    verdict = judge.judge(record)
    expect = verdict.reason if isinstance(verdict, DeadRecord) else "row"
    if not isinstance(verdict, DeadRecord | JudgedRow):
        expect = "skipped"
    line: dict[str, Any] = {"expect": expect}
    if record.key is not None:
        line["key"] = _base64(record.key)
    if record.headers:
        line["headers"] = [
            [_base64(name), None if value is None else _base64(value)] for name, value in record.headers
        ]
    if record.timestamp >= 0:
        line["timestamp"] = record.timestamp
    return {**line, **_value(record.value)}


def _value(value: bytes | None) -> dict[str, str | None]:
    if value is None:
        return {"value": None}
    try:
        return {"text": value.decode()}
    except UnicodeDecodeError:
        return {"value": _base64(value)}


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
