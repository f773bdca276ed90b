"""A stream's own test: its samples through judge, fast paths and the auditor's judge, without Kafka.

``rows.jsonl`` holds values as they stand in the topic, one a line, each of which has to be a row. A line of
``records.jsonl`` is a record as ``waybill contract judge`` takes it, or with its value as ``text``, and what is
expected of it: ``"expect": "row"``, ``"skipped"`` or a reason; with ``values`` also what some columns of the row hold.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from waybill_contracts.by_hand import (
    NO_SCHEMAS,
    LineRefused,
    RecordByHand,
    by_the_auditor,
    by_the_fast_paths,
    by_the_judge,
    parse_line,
)
from waybill_contracts.document import ContractDocument
from waybill_contracts.schema_files import SchemaTexts

ROWS, RECORDS = "rows.jsonl", "records.jsonl"
_OWN = ("expect", "values", "text")


@dataclass(frozen=True)
class Sample:
    """``place`` is its file and line."""

    place: str
    record: RecordByHand
    expect: str
    values: dict[str, Any]


@dataclass(frozen=True)
class SampleOutcome:
    rows: int
    dead: int
    skipped: int
    failures: tuple[str, ...]


def read_rows(name: str, text: bytes) -> Iterator[Sample]:
    """Of ``rows.jsonl``. Each line is a value, whatever it holds."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            record = parse_line(json.dumps({"value": base64.b64encode(line).decode()}).encode())
            yield Sample(f"{name}, line {number}", record, "row", {})


def read_records(name: str, text: bytes) -> Iterator[Sample]:
    """Of ``records.jsonl``. Raises ``LineRefused`` with the place of a line that is none."""
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{name}, line {number}"
        if not line.strip():
            continue
        try:
            yield _sample(place, line)
        except LineRefused as refused:
            raise LineRefused(f"{place}: {refused}") from None


def _sample(place: str, line: bytes) -> Sample:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise LineRefused("it is no JSON") from None
    if not isinstance(said, dict) or not isinstance(said.get("expect"), str):
        raise LineRefused('it is no object with "expect": row, skipped or a reason')
    expect, values = said["expect"], said.get("values", {})
    if not isinstance(values, dict) or (values and expect != "row"):
        raise LineRefused("values is no object, or nothing is expected to be a row")
    given = {name: one for name, one in said.items() if name not in _OWN}
    if "text" in said:
        if "value" in said or not isinstance(said["text"], str):
            raise LineRefused("text is no text, or stands beside value")
        try:
            given["value"] = base64.b64encode(said["text"].encode()).decode()
        except UnicodeEncodeError:
            raise LineRefused(
                "text has half of a surrogate pair, which no UTF-8 spells; give value"
            ) from None
    return Sample(place, parse_line(json.dumps(given).encode()), expect, values)


def judged(
    document: ContractDocument, samples: Sequence[Sample], schemas: SchemaTexts = NO_SCHEMAS
) -> SampleOutcome:
    """What became of the samples, and each that did not go as expected, or that two judges do not judge alike.
    ``schemas`` are writers' by their ids, for a document that names a registry.
    """
    records = [one.record for one in samples]
    mine = [*map(by_the_judge(document, schemas), records)]
    ways: dict[str, Callable[[], Sequence[dict[str, Any]]]] = {
        "the fast paths say": lambda: [*by_the_fast_paths(document, schemas)(records)],
        "the auditor's judge says": lambda: [*map(by_the_auditor(document, schemas), records)],
    }
    failures = [
        f"{one.place}: {why}"
        for one, found in zip(samples, mine, strict=True)
        for why in _differences(one, found)
    ]
    for who, say in ways.items():
        failures += [
            f"{sample.place}: {who} {json.dumps(theirs)}, the judge {json.dumps(own)}"
            for sample, own, theirs in zip(samples, mine, say(), strict=True)
            if own != theirs
        ]
    kinds = [one["verdict"] for one in mine]
    return SampleOutcome(kinds.count("row"), kinds.count("dead"), kinds.count("skipped"), tuple(failures))


def _differences(sample: Sample, found: dict[str, Any]) -> Iterator[str]:
    said = found["reasons"][0][1] if found["verdict"] == "dead" else found["verdict"]
    if said != sample.expect and said.partition(" ")[0] != sample.expect:
        why = (
            ""
            if found["verdict"] != "dead"
            else f" ({', '.join(': '.join(one) for one in found['reasons'][:5])})"
        )
        yield f"it is {'dead, ' if why else ''}{said}{why}, {sample.expect} was expected"
        return
    for column, value in sample.values.items():
        if column not in found.get("values", {}):
            yield f"the contract has no column {column}"
        elif found["values"][column] != value:
            yield f"{column} is {json.dumps(found['values'][column])}, {json.dumps(value)} was expected"
