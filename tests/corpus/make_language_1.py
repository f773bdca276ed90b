"""Freeze language 1: documents and records of the tests' own makers, with what the judge says of them.

    PYTHONPATH=src/python/common:src/python/contracts:tests python tests/corpus/make_language_1.py > 1.jsonl

Each line is a document and its records. Lines are added at the file's end (``verdicts/1.jsonl.xz``), never altered.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from typing import Any

from unit.contracts.documents import field, list_of, map_of, raw, struct_of
from unit.contracts.generated import Maker
from unit.contracts.value_table import TABLE

from waybill_contracts.by_hand import by_the_judge, parse_line
from waybill_contracts.document import parse_document
from waybill_contracts.document.canonical_form import canonical_bytes

SEEDS = range(10_000, 10_250)
RECORDS = 8


def cells() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each row of the value table, at the top and nested."""
    for kind, said in TABLE:
        inner = list_of(2, map_of(3, 4, struct_of(field(5, "w", kind))))
        tree = raw(
            field(1, "v", kind),
            field(6, "n", inner),
            entries={"1": dict(said), "5": dict(said)} if said else {},
        )
        texts = [f'{{"v":{token},"n":[{{"k":{{"w":{token}}}}}]}}' for token in TABLE[kind, said]]
        yield tree, [record(text.encode()) for text in texts]


def made() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    for seed in SEEDS:
        maker = Maker(seed)
        tree = maker.document()
        yield tree, [record(maker.record(tree), **maker.around()) for _ in range(RECORDS)]


def record(value: bytes | None, **around: Any) -> dict[str, Any]:
    found = {"value": _b64(value), "key": _b64(around.get("key")), "timestamp": around.get("timestamp", -1)}
    return found | {"headers": [[_b64(name), _b64(one)] for name, one in around.get("headers", ())]}


def _b64(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


if __name__ == "__main__":
    for tree, records in (*cells(), *made()):
        text = canonical_bytes(tree)
        say = by_the_judge(parse_document(text))
        told = [[one, say(parse_line(json.dumps(one).encode()))] for one in records]
        sys.stdout.write(json.dumps({"document": text.decode(), "records": told}, sort_keys=True) + "\n")
