"""What can be done to a lake, and what an audit has to say about it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from integration.audit.forger import Forger, Row


@dataclass(frozen=True)
class Case:
    """``tamper`` returns what the audit has to name; ``code`` is verify's finding, None where nothing is wrong."""

    name: str
    code: str | None
    tamper: Callable[[Forger], str]


def _object_deleted(forger: Forger) -> str:
    path = forger.data()[1]
    path.unlink()
    return forger.key(path)


def _object_deleted_and_resealed(forger: Forger) -> str:
    _object_deleted(forger)
    forger.reseal()
    return "partition 0 offset"


def _object_copied(forger: Forger) -> str:
    path = forger.data()[0]
    return forger.key(forger.copy(path, path.name.replace("-0-", "-1-")))


def _object_copied_out_of_the_format(forger: Forger) -> str:
    return forger.key(
        forger.copy(forger.data()[0], "copy-0-00000000000000000000-00000000000000000099.parquet")
    )


def _row_altered(forger: Forger) -> str:
    path = forger.data()[2]
    forger.rewrite(path, lambda rows: [{**rows[0], "city": "Elsewhere"}, *rows[1:]])
    return forger.key(path)


def _row_altered_and_resealed(forger: Forger) -> str:
    key = _row_altered(forger)
    forger.reseal()
    return key


def _latitude_altered_and_resealed(forger: Forger) -> str:
    path = forger.data()[0]
    forger.rewrite(path, lambda rows: [*rows[:-1], {**rows[-1], "latitude": rows[-1]["latitude"] + 1e-9}])
    forger.reseal()
    return forger.key(path)


def _receipt_deleted(number: int) -> Callable[[Forger], str]:
    def tamper(forger: Forger) -> str:
        path = forger.entry(number or forger.last, "receipt")
        path.unlink()
        return path.name

    return tamper


def _manifest_deleted(forger: Forger) -> str:
    path = forger.entry(2, "manifest")
    path.unlink()
    return path.name


def _row_dropped_and_resealed(forger: Forger) -> str:
    path = forger.data()[3]
    gone: list[Row] = []

    def change(rows: list[Row]) -> list[Row]:
        gone.append(rows[0])
        return rows[1:]

    forger.rewrite(path, change)
    forger.reseal()
    return f"partition {gone[0]['kafka_partition']} offset {gone[0]['kafka_offset']}"


def _foreign_object(forger: Forger) -> str:
    topic = forger.data()[0].name.rsplit("-", 3)[0]
    path = forger.copy(forger.data()[0], f"{topic}-0-00000000000000000900-00000000000000000999.parquet")
    forger.rewrite(path, lambda rows: [{**row, "kafka_offset": 900 + n} for n, row in enumerate(rows)])
    return forger.key(path)


def _foreign_row_and_resealed(forger: Forger) -> str:
    """A row at an offset that is a transaction marker in Kafka: the one coordinate that is free in its range."""
    path = next(path for path in reversed(forger.data()) if "-1-" in path.name)
    end = int(path.stem.rsplit("-", 1)[1])
    forger.rewrite(path, lambda rows: [*rows, {**rows[-1], "kafka_offset": end - 1}])
    forger.reseal()
    return forger.key(path)


def _swap(rows: list[Row]) -> list[Row]:
    first, second = rows[0], rows[1]
    place = {name: value for name, value in first.items() if name.startswith("kafka_")}
    other = {name: value for name, value in second.items() if name.startswith("kafka_")}
    return [{**second, **place}, {**first, **other}, *rows[2:]]


def _contents_swapped(forger: Forger) -> str:
    path = forger.data()[0]
    forger.rewrite(path, _swap)
    return forger.key(path)


def _contents_swapped_and_resealed(forger: Forger) -> str:
    key = _contents_swapped(forger)
    forger.reseal()
    return key


def _dead_letter_altered(forger: Forger) -> str:
    path = forger.dead()[0]
    forger.rewrite(path, lambda rows: [{**rows[0], "value": b"harmless"}, *rows[1:]])
    return forger.key(path)


def _dead_letter_altered_and_resealed(forger: Forger) -> str:
    key = _dead_letter_altered(forger)
    forger.reseal()
    return key


def _dead_letters_deleted_and_resealed(forger: Forger) -> str:
    forger.dead()[0].unlink()
    forger.reseal()
    return "offset"


def _receipt_edited(forger: Forger) -> str:
    forger.edit(forger.entry(2, "receipt"), lambda fields: fields.update(rows=fields["rows"] + 1))
    return "00000000000000000002.receipt.json"


def _manifest_edited(forger: Forger) -> str:
    forger.edit(forger.entry(2, "manifest"), lambda fields: fields.update(release="9.9.9"))
    return "00000000000000000002"


def _receipt_not_json(forger: Forger) -> str:
    path = forger.entry(2, "receipt")
    path.write_text(path.read_text()[:100])
    return path.name


def _row_moved_and_resealed(forger: Forger) -> str:
    """A row of one object stored in another one, under a name that does not promise it."""
    first, second = forger.data()[:2]
    moved: list[Row] = []

    def take(rows: list[Row]) -> list[Row]:
        moved.append(rows[-1])
        return rows[:-1]

    forger.rewrite(first, take)
    forger.rewrite(second, lambda rows: [*rows, *moved])
    forger.reseal()
    return forger.key(second)


def _object_not_parquet(forger: Forger) -> str:
    path = forger.data()[0]
    path.write_bytes(b"not Parquet")
    return forger.key(path)


def _hint_deleted(forger: Forger) -> str:
    (forger.stream / "_waybill/latest.json").unlink()
    return ""


def _document(change: Callable[[Path], object]) -> Callable[[Forger], str]:
    def tamper(forger: Forger) -> str:
        [path] = (forger.stream / "_waybill/contracts").iterdir()
        change(path)
        return f"contracts/{path.name}"

    return tamper


def _temporary_file(forger: Forger) -> str:
    path = forger.data()[0]
    path.with_name(f"{path.name}#1").write_bytes(b"left by a killed writer")
    return ""


def _receipt_changed(change: Callable[[Row], object]) -> Callable[[Forger], str]:
    """An edit of the last receipt: no entry follows it, so that every checksum stays right."""

    def tamper(forger: Forger) -> str:
        path = forger.entry(forger.last, "receipt")
        forger.edit(path, change)
        return path.name

    return tamper


def _object_entry_changed(change: Callable[[Row], object]) -> Callable[[Forger], str]:
    def tamper(forger: Forger) -> str:
        path = forger.entry(forger.last, "receipt")
        forger.edit(path, lambda fields: change(_last_object(fields)))
        return str(_last_object(json.loads(path.read_bytes()))["key"])

    return tamper


def _last_object(receipt: Row) -> Row:
    found: Row = next(split for split in receipt["splits"] if split["data"])["data"][-1]
    return found


def _origin_changed(forger: Forger) -> str:
    path = forger.entry(2, "manifest")
    forger.edit(path, lambda fields: fields["origin"].update({"0": 1}))
    forger.reseal()
    return path.name


def _raw_bytes_changed(forger: Forger) -> str:
    """In the object and in its split alike, so that only Kafka can tell."""
    path = forger.entry(forger.last, "receipt")
    found: list[str] = []

    def change(fields: Row) -> None:
        split = next(split for split in fields["splits"] if split["data"])
        split["raw_bytes"] += 1
        split["data"][-1]["raw_bytes"] += 1
        found.append(split["data"][-1]["key"])

    forger.edit(path, change)
    return found[0]


def _went_back(forger: Forger) -> str:
    """The last commit as one of format 1, with everything else right."""
    manifest, receipt = (forger.entry(forger.last, kind) for kind in ("manifest", "receipt"))
    forger.edit(manifest, _as_format_1)
    forger.edit(receipt, _as_format_1)
    forger.edit(
        receipt, lambda fields: fields.update(manifest_sha256=sha256(manifest.read_bytes()).hexdigest())
    )
    return manifest.name


_NEW = [
    "origin",
    "schemas",
    "schemas_sha256",
    "accept_dead",
    "recent",
    "skipped",
    "tombstones",
    "raw_bytes",
    "partition_by",
    "window",
    "document",
    "offsets",
    "time",
]


def _as_format_1(fields: Row) -> None:
    fields["format"] = 1
    if fields["kind"] == "receipt":
        del fields["contract"], fields["layout"]
        for split in fields["splits"]:
            for one in [*split["data"], split["dead_letters"]]:
                if one:
                    del one["partition"]
    pending: list[Any] = [fields]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            for name in _NEW:
                one.pop(name, None)
            pending += one.values()
        elif isinstance(one, list):
            pending += one


def _letter_changed(change: Callable[[Row], Row]) -> Callable[[Forger], str]:
    def tamper(forger: Forger) -> str:
        path = forger.dead()[0]
        forger.rewrite(path, lambda rows: [change(rows[0]), *rows[1:]])
        forger.reseal()
        return forger.key(path)

    return tamper


def _row_timestamp_gone(forger: Forger) -> str:
    path = forger.data()[0]
    forger.rewrite(path, lambda rows: [{**rows[0], "kafka_timestamp": None}, *rows[1:]])
    forger.reseal()
    return forger.key(path)


def _judged_twice(forger: Forger) -> str:
    """Another attempt held a dead letter for a row of another day: both stand."""
    dead = forger.dead()[0]
    [letter] = pq.ParquetFile(dead).read().to_pylist()[:1]
    name = next(path for path in forger.data() if path.name == dead.name)
    path = name.parent.with_name("date=2030-01-01") / dead.name
    path.parent.mkdir()
    shutil.copy(name, path)
    moved = {"kafka_offset": letter["kafka_offset"], "produced_at": datetime(2030, 1, 1, tzinfo=UTC)}
    forger.rewrite(path, lambda rows: [{**rows[0], **moved}])
    return forger.key(path)


CASES = (
    Case("nothing", None, lambda _: ""),
    Case("hint_deleted", None, _hint_deleted),
    Case("temporary_file", None, _temporary_file),
    Case("object_deleted", "object_missing", _object_deleted),
    Case("object_deleted_resealed", "missing", _object_deleted_and_resealed),
    Case("object_copied", "doubled", _object_copied),
    Case("object_copied_to_another_topic's_name", "object_orphaned", _object_copied_out_of_the_format),
    Case("row_altered", "object_altered", _row_altered),
    Case("row_altered_resealed", "row_altered", _row_altered_and_resealed),
    Case("latitude_altered_resealed", "row_altered", _latitude_altered_and_resealed),
    Case("first_receipt_deleted", "ledger_gap", _receipt_deleted(1)),
    Case("middle_receipt_deleted", "ledger_gap", _receipt_deleted(2)),
    Case("last_receipt_deleted", "ledger_gap", _receipt_deleted(0)),
    Case("manifest_deleted", "ledger_gap", _manifest_deleted),
    Case("record_without_a_row", "missing", _row_dropped_and_resealed),
    Case(
        "contract_edited",
        "contract_altered",
        _document(lambda path: path.write_bytes(path.read_bytes().replace(b"512", b"513"))),
    ),
    Case("contract_deleted", "contract_altered", _document(Path.unlink)),
    Case("foreign_object", "object_orphaned", _foreign_object),
    Case("foreign_row_resealed", "foreign", _foreign_row_and_resealed),
    Case("contents_swapped", "object_altered", _contents_swapped),
    Case("contents_swapped_resealed", "id_differs", _contents_swapped_and_resealed),
    Case("dead_letter_altered", "object_altered", _dead_letter_altered),
    Case("dead_letter_altered_resealed", "dead_letter_altered", _dead_letter_altered_and_resealed),
    Case("dead_letters_deleted_resealed", "missing", _dead_letters_deleted_and_resealed),
    Case("receipt_edited", "commit_inconsistent", _receipt_edited),
    Case("manifest_edited", "chain_broken", _manifest_edited),
    Case("receipt_not_json", "entry_unreadable", _receipt_not_json),
    Case("row_moved_resealed", "row_misplaced", _row_moved_and_resealed),
    Case("object_not_parquet", "object_unreadable", _object_not_parquet),
    Case("judged_twice", "doubled", _judged_twice),
    Case("format_went_back", "format_went_back", _went_back),
    Case("origin_changed", "chain_broken", _origin_changed),
    Case("recent_changed", "commit_inconsistent", _receipt_changed(lambda f: f["recent"].update(records=99))),
    Case(
        "contract_changed", "commit_inconsistent", _receipt_changed(lambda f: f["contract"].update(version=2))
    ),
    Case("accepted", "commit_inconsistent", _receipt_changed(lambda f: f.update(accept_dead=True))),
    Case("skipped", "commit_inconsistent", _receipt_changed(lambda f: f.update(skipped=1))),
    Case("tombstones", "commit_inconsistent", _receipt_changed(lambda f: f.update(tombstones=1))),
    Case(
        "split_raw_bytes",
        "commit_inconsistent",
        _receipt_changed(lambda f: f["splits"][0].update(raw_bytes=1)),
    ),
    Case(
        "object_partition",
        "commit_inconsistent",
        _receipt_changed(lambda f: _last_object(f).update(partition=["x"])),
    ),
    Case(
        "object_offsets",
        "object_altered",
        _object_entry_changed(lambda o: o["offsets"].update(last=o["offsets"]["last"] + 1)),
    ),
    Case(
        "object_time",
        "object_altered",
        _object_entry_changed(lambda o: o["time"].update(max=o["time"]["max"] + 1)),
    ),
    Case("object_raw_bytes", "object_altered", _raw_bytes_changed),
    Case("row_timestamp", "row_altered", _row_timestamp_gone),
    Case(
        "letter_timestamp",
        "dead_letter_altered",
        _letter_changed(lambda row: {**row, "kafka_timestamp": None, "kafka_timestamp_ms": 2**62}),
    ),
    Case(
        "letter_reason",
        "dead_letter_altered",
        _letter_changed(lambda row: {**row, "reason": "bad_timestamp"}),
    ),
    Case("letter_headers", "dead_letter_altered", _letter_changed(lambda row: {**row, "headers": []})),
    Case(
        "letter_names",
        "dead_letter_altered",
        _letter_changed(lambda row: {**row, "header_names": [b"h\xff"]}),
    ),
)
