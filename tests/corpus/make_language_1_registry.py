"""Freeze what language 1 says of records that name their writers' schemas, in each frame that has ids.

    PYTHONPATH=src/python/common:src/python/contracts:tests python tests/corpus/make_language_1_registry.py \
        > 1_registry.jsonl

A line has its schemas too, by the ids' own names. Lines are added at the end of ``verdicts/1_registry.jsonl.xz``, never
altered.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from corpus.make_language_1 import record as line_of
from unit.contracts.avro_generated import FRAME, AvroMaker

from waybill_common.contract import SchemaId
from waybill_contracts.by_hand import by_the_judge, parse_line
from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_contracts.judging import header_value

SEEDS = range(30_000, 30_030)
VALUE, KEY = b"__value_schema_id", b"__key_schema_id"
GUID, NOBODYS = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "00000000-0000-0000-0000-000000000000"
BEFORE = {"confluent": 4, "apicurio": 8}

Headers = list[tuple[bytes, bytes | None]]


def before_values(frame: str, datum: bytes) -> Iterator[tuple[bytes, Headers]]:
    length = BEFORE[frame]
    for number in (7, 8, 9, 2 ** (8 * length) - 1):
        yield b"\x00" + number.to_bytes(length) + datum, []
    yield datum, []
    yield b"\x00" + (7).to_bytes(length), []
    yield b"\x01" + (7).to_bytes(length) + datum, []
    yield datum, [(VALUE, header_value(7))]


def in_headers(datum: bytes) -> Iterator[tuple[bytes, Headers]]:
    number, guid = header_value(7), header_value(GUID)
    for one in (7, GUID, 8, 9, NOBODYS, 2**32 - 1):
        yield datum, [(VALUE, header_value(one))]
    for bad in (
        None,
        b"",
        b"\x00",
        number[:4],
        guid[:16],
        number + b"\x00",
        guid + b"\x00",
        b"\x02" + guid[1:],
    ):
        yield datum, [(VALUE, bad)]
        yield datum, [(VALUE, bad), (VALUE, guid)]
        yield datum, [(VALUE, number), (VALUE, bad)]
    yield datum, []
    yield datum, [(KEY, number)]
    yield b"\x00" + (7).to_bytes(4) + datum, []
    yield b"\x00" + (7).to_bytes(4) + datum, [(VALUE, number)]
    yield b"", [(VALUE, guid)]


def made() -> Iterator[tuple[dict[str, Any], dict[SchemaId, str], list[dict[str, Any]]]]:
    """The contract's own schema under two ids, another one, and one of no record's."""
    for seed in SEEDS:
        maker, other = AvroMaker(seed), AvroMaker(seed + 1)
        tree, another = maker.document(), other.document()
        frame = ("confluent", "apicurio", "confluent_header")[seed % 3]
        own = tree["value"]["schema"]
        schemas: dict[SchemaId, str] = {7: own, 8: another["value"]["schema"]}
        datum = _row(maker, tree)
        tree["value"] = {"format": "avro", "registry": "default", "frame": frame}
        if frame == "confluent_header":
            schemas[GUID] = own
            found = in_headers(datum)
        else:
            found = before_values(frame, datum)
        yield tree, schemas, [line_of(value, headers=headers) for value, headers in found]


def _row(maker: AvroMaker, tree: dict[str, Any]) -> bytes:
    """A datum that is a row by the document with its own schema, if there is one soon."""
    say = by_the_judge(parse_document(canonical_bytes(tree)))
    tried = [one for one in (maker.record(tree) for _ in range(200)) if one]
    lines = (parse_line(json.dumps(line_of(one)).encode()) for one in tried)
    rows = [one for one, line in zip(tried, lines, strict=True) if say(line)["verdict"] == "row"]
    return (rows or tried)[0].removeprefix(FRAME)


if __name__ == "__main__":
    for tree, schemas, records in made():
        text = canonical_bytes(tree)
        say = by_the_judge(parse_document(text), schemas)
        told = [[one, say(parse_line(json.dumps(one).encode()))] for one in records]
        named = {str(one): of for one, of in schemas.items()}
        line = {"document": text.decode(), "schemas": named, "records": told}
        sys.stdout.write(json.dumps(line, sort_keys=True) + "\n")
