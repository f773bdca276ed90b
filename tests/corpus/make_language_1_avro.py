"""Freeze what language 1 says of Avro, as ``make_language_1`` does of JSON.

    PYTHONPATH=src/python/common:src/python/contracts:tests python tests/corpus/make_language_1_avro.py > 1_avro.jsonl

Lines are added at the end of ``verdicts/1_avro.jsonl.xz``, never altered.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from corpus.make_language_1 import record as line_of
from unit.contracts.avro_bytes import array, encoded, mapped, optional, record
from unit.contracts.avro_generated import AvroMaker
from unit.contracts.avro_table import TABLE
from unit.contracts.documents import field, list_of, map_of, meaning, raw

from waybill_contracts.by_hand import by_the_judge, parse_line
from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes

SEEDS = range(20_000, 20_150)
RECORDS = 6


def cells() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each row of the table."""
    for kind, column, said, values in TABLE:
        schema = record("r", ("v", kind))
        tree = raw(
            field(1, "v", column),
            entries={"1": said} if said else {},
            value={"format": "avro", "schema": json.dumps(schema)},
        )
        yield tree, [line_of(encoded(schema, {"v": value})) for value, _ in values]


def made() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    for seed in SEEDS:
        maker = AvroMaker(seed)
        tree = maker.document()
        yield tree, [line_of(maker.record(tree), **maker.around()) for _ in range(RECORDS)]


def nulls_in_texts() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """A text of JSON that says null, where a value is required and where none is."""
    schema = record(
        "r", ("v", "string"), ("u", optional("string")), ("l", array("string")), ("m", mapped("string"))
    )
    good: dict[str, Any] = {"v": "1", "u": (1, "[2]"), "l": ['"a"'], "m": [("k", "{}")]}
    nulls: list[dict[str, Any]] = [
        {"v": "null"},
        {"u": (1, " null\n")},
        {"l": ["1", "null"]},
        {"m": [("k", "null ")]},
    ]
    for required in (True, False):
        tree = raw(
            field(1, "v", "string", required=required),
            field(2, "u", "string", required=required),
            field(3, "l", list_of(4, "string", required=required)),
            field(5, "m", map_of(6, 7, "string", required=required)),
            entries={at: meaning("json", wire="string") for at in ("1", "2", "4", "7")},
            value={"format": "avro", "schema": json.dumps(schema)},
        )
        yield tree, [line_of(encoded(schema, good | one)) for one in ({}, *nulls)]


if __name__ == "__main__":
    for tree, records in (*cells(), *made(), *nulls_in_texts()):
        text = canonical_bytes(tree)
        say = by_the_judge(parse_document(text))
        told = [[one, say(parse_line(json.dumps(one).encode()))] for one in records]
        sys.stdout.write(json.dumps({"document": text.decode(), "records": told}, sort_keys=True) + "\n")
