"""A dataset of any contract's document: what the writer's side stores closes under the audit, and each single change
of it is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from unit.contracts.documents import document, field
from unit.ops.altered import cell, turned, twice, without
from unit.ops.documented import WINDOW, Dataset, Fields, letter
from unit.ops.orders import ORDER, ORDERS, order

from waybill_contracts.judging import KafkaInput
from waybill_ops.audit.findings import Code


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Two commits of ``ORDER``."""
    made = Dataset(tmp_path)
    made.commit(ORDER, ORDERS, [order("p1"), order("p2", amount=2)], window=WINDOW)
    made.commit(ORDER, [order("z")], window=WINDOW)
    return made


def objects(dataset: Dataset) -> list[Fields]:
    return [one for commit in dataset.commits for split in commit.splits for one in split["data"]]


def rich(dataset: Dataset) -> Fields:
    """The object with the rows a and b."""
    return next(one for one in objects(dataset) if one["rows"] == 2)


def letters(dataset: Dataset) -> Fields:
    found: Fields = dataset.commits[0].splits[0]["dead_letters"]
    return found


def test_rows_dead_letters_tombstones_and_skipped_records_in_folders_close(dataset: Dataset) -> None:
    assert [(one.code.value, one.where) for one in dataset.audit()] == []
    assert [one["partition"] for one in objects(dataset)] == [
        ["gift/à", "0001-01-02-00"], ["null", "0001-01-01-00"], ["sale", "0001-01-01-00"],
        ["sale", "2026-11-29-13"], ["x=y", "9999-12-31-23"], ["sale", "2026-11-29-13"], ["sale", "2026-11-29-13"],
    ]  # fmt: skip


COLUMNS = [*ORDER.columns, "kafka_timestamp", "kafka_key", "kafka_headers", "kafka_tombstone", "_extra"]
OTHER_CODE = {"order_id": {Code.ID_DIFFERS}}
PLACING = {"kind", "at"}


@pytest.mark.parametrize("column", COLUMNS)
def test_any_cell_that_differs_is_found(column: str, dataset: Dataset) -> None:
    dataset.rewrite(rich(dataset), cell(column, 0))
    found = dataset.codes()
    assert found >= OTHER_CODE.get(column, {Code.ROW_ALTERED})
    if column in PLACING:
        assert Code.ROW_MISPLACED in found or column == "at"


def _wrong_folder(dataset: Dataset) -> None:
    dataset.move(rich(dataset), "kind_value=sale/at_hour=2026-11-29-12")


def _other_key(dataset: Dataset) -> None:
    dataset.move(rich(dataset), "kind=sale/at_hour=2026-11-29-13")


def _split(dataset: Dataset) -> Fields:
    return dataset.commits[0].splits[0]


def _counted(**more: int) -> Callable[[Dataset], None]:
    def change(dataset: Dataset) -> None:
        split = _split(dataset)
        split.update({name: split[name] + count for name, count in more.items()})
        dataset.write()

    return change


def _receipt(
    entry: Callable[[Dataset], Fields], change: Callable[[Fields], object]
) -> Callable[[Dataset], None]:
    def changed(dataset: Dataset) -> None:
        change(entry(dataset))
        dataset.write()

    return changed


def _rewritten(
    entry: Callable[[Dataset], Fields], change: Callable[[pa.Table], pa.Table]
) -> Callable[[Dataset], None]:
    return lambda dataset: dataset.rewrite(entry(dataset), change)


def _told_dead(dataset: Dataset) -> None:
    """The row b as a dead letter."""
    split, one = _split(dataset), rich(dataset)
    dataset.rewrite(one, without(1))
    wrong = letter(0, 1, "bad_value", "/rate: bad_value", ORDERS[1])
    table = pa.Table.from_pylist([wrong], schema=dataset.table(letters(dataset)).schema)
    dataset.rewrite(letters(dataset), lambda old: pa.concat_tables([table, old]))
    split.update(rows=split["rows"] - 1, dead=split["dead"] + 1)
    split["reasons"]["bad_value"] += 1
    size = len(ORDERS[1].value or b"") + 1
    one["raw_bytes"] -= size
    letters(dataset)["raw_bytes"] += size
    dataset.write()


def _told_a_row(dataset: Dataset) -> None:
    """The dead letter of a name that is too long, as a row beside a and b."""
    split, one = _split(dataset), rich(dataset)
    row = cell("order_id", 0, "long")
    dataset.rewrite(letters(dataset), without(0))
    dataset.rewrite(
        one, lambda old: pa.concat_tables([old, cell("kafka_offset", 0, 3)(row(old.slice(0, 1)))])
    )
    split.update(rows=split["rows"] + 1, dead=split["dead"] - 1)
    del split["reasons"]["bad_value"]
    dataset.write()


def _stored_though_skipped(dataset: Dataset) -> None:
    split, one = _split(dataset), rich(dataset)
    row = cell("kafka_offset", 0, 4)
    dataset.rewrite(one, lambda old: pa.concat_tables([old, row(old.slice(0, 1))]))
    split.update(rows=split["rows"] + 1, skipped=split["skipped"] - 1)
    dataset.write()


def _skipped_though_asked_for(dataset: Dataset) -> None:
    split = _split(dataset)
    dataset.rewrite(rich(dataset), without(1))
    split.update(rows=split["rows"] - 1, skipped=split["skipped"] + 1)
    dataset.write()


def _both(dataset: Dataset) -> None:
    """Another attempt held row b for a dead letter: both stand."""
    wrong = letter(0, 1, "bad_value", "/rate: bad_value", ORDERS[1])
    table = pa.Table.from_pylist([wrong], schema=dataset.table(letters(dataset)).schema)
    dataset.rewrite(letters(dataset), lambda old: pa.concat_tables([table, old]))
    split = _split(dataset)
    split.update(dead=split["dead"] + 1, empty=split["empty"] - 1)
    split["reasons"]["bad_value"] += 1
    dataset.write()


def _document(change: Callable[[Path], object]) -> Callable[[Dataset], None]:
    def changed(dataset: Dataset) -> None:
        change(dataset.root / f"_waybill/contracts/{ORDER.sha256}.json")

    return changed


def _as(column: str, kind: pa.DataType) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(column)
        return table.set_column(at, column, table.column(at).cast(kind))

    return change


def _manifest(change: Callable[[Fields], object]) -> Callable[[Dataset], None]:
    """An edit of the first manifest, everything behind it sealed anew."""

    def changed(dataset: Dataset) -> None:
        dataset.edit = change
        dataset.write()

    return changed


CHANGES: dict[str, tuple[Callable[[Dataset], None], Code]] = {
    "wrong_folder": (_wrong_folder, Code.ROW_MISPLACED),
    "other_folder_key": (_other_key, Code.ROW_MISPLACED),
    "told_dead": (_told_dead, Code.MISJUDGED),
    "told_a_row": (_told_a_row, Code.MISJUDGED),
    "stored_though_skipped": (_stored_though_skipped, Code.MISJUDGED),
    "skipped_though_asked_for": (_skipped_though_asked_for, Code.MISSING),
    "row_and_dead_letter": (_both, Code.DOUBLED),
    "row_twice": (_rewritten(rich, twice(0)), Code.DOUBLED),
    "row_gone": (_rewritten(rich, without(0)), Code.MISSING),
    "rows_turned": (_rewritten(rich, turned), Code.ROW_MISPLACED),
    "letters_turned": (_rewritten(letters, turned), Code.ROW_MISPLACED),
    "skipped": (_counted(skipped=1, empty=-1), Code.COMMIT_INCONSISTENT),
    "tombstones": (_counted(tombstones=1), Code.COMMIT_INCONSISTENT),
    "no_tombstones": (_counted(tombstones=-1), Code.COMMIT_INCONSISTENT),
    "split_raw_bytes": (_counted(raw_bytes=1), Code.COMMIT_INCONSISTENT),
    "object_raw_bytes": (_receipt(rich, lambda o: o.update(raw_bytes=o["raw_bytes"] - 1)), Code.OBJECT_ALTERED),
    "object_time": (_receipt(rich, lambda o: o["time"].update(max=o["time"]["max"] + 1)), Code.OBJECT_ALTERED),
    "object_no_time": (_receipt(rich, lambda o: o.update(time=None)), Code.OBJECT_ALTERED),
    "object_offsets": (_receipt(rich, lambda o: o["offsets"].update(last=2)), Code.OBJECT_ALTERED),
    "object_partition": (
        _receipt(rich, lambda o: o.update(partition=["sale", "2026-11-29-14"])), Code.COMMIT_INCONSISTENT),
    "letters_time": (_receipt(letters, lambda o: o.update(time={"min": 0, "max": 0})), Code.COMMIT_INCONSISTENT),
    "reasons": (_receipt(_split, lambda s: s.update(reasons={"bad_value": 2})), Code.OBJECT_ALTERED),
    "letter_reason": (_rewritten(letters, cell("reason", 0, "wrong_type")), Code.DEAD_LETTER_ALTERED),
    "letter_detail": (_rewritten(letters, cell("detail", 0, "/order_id: bad_value")), Code.DEAD_LETTER_ALTERED),
    "letter_value": (_rewritten(letters, cell("value", 0)), Code.DEAD_LETTER_ALTERED),
    "letter_key": (_rewritten(letters, cell("key", 0)), Code.DEAD_LETTER_ALTERED),
    "letter_headers": (_rewritten(letters, cell("headers", 0, [])), Code.DEAD_LETTER_ALTERED),
    "column_gone": (_rewritten(rich, lambda old: old.drop_columns("rate")), Code.OBJECT_UNREADABLE),
    "column_more": (_rewritten(rich, lambda old: old.append_column("x", old["rate"])), Code.OBJECT_UNREADABLE),
    "column_narrower": (_rewritten(rich, _as("rate", pa.float32())), Code.OBJECT_UNREADABLE),
    "column_wider": (_rewritten(rich, _as("amount", pa.decimal128(20, 2))), Code.OBJECT_UNREADABLE),
    "columns_in_another_order": (
        _rewritten(rich, lambda old: old.select([*old.column_names[1:], "order_id"])), Code.OBJECT_UNREADABLE),
    "document_gone": (_document(Path.unlink), Code.CONTRACT_ALTERED),
    "document_edited": (_document(lambda path: path.write_bytes(path.read_bytes() + b" ")), Code.CONTRACT_ALTERED),
    "manifest_partitions": (
        _manifest(lambda f: f["layout"].update(partition_by=["hour(at)"])), Code.COMMIT_INCONSISTENT),
    "manifest_no_window": (_manifest(lambda f: f["layout"].update(window=None)), Code.COMMIT_INCONSISTENT),
    "manifest_window": (
        _manifest(lambda f: f["layout"].update(window=["2027-01-01", "2027-07-01"])), Code.ROW_MISPLACED),
    "manifest_no_days": (
        _manifest(lambda f: f["layout"].update(window=["2027-01-32", "2027-07-01"])), Code.ENTRY_UNREADABLE),
    "manifest_version": (_manifest(lambda f: f["contract"].update(version=9)), Code.COMMIT_INCONSISTENT),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_is_found_though_every_checksum_was_recomputed(what: str, dataset: Dataset) -> None:
    change, code = CHANGES[what]
    change(dataset)
    assert code in dataset.codes()


def test_what_kafka_no_longer_has_is_not_compared(dataset: Dataset) -> None:
    dataset.rewrite(rich(dataset), cell("amount", 0))
    assert [one for one in dataset.audit(log_start=3) if one.code.fails] == []


def test_a_commit_without_a_receipt_is_in_flight(dataset: Dataset) -> None:
    (dataset.root / f"_waybill/{2:020d}.receipt.json").unlink()
    assert dataset.codes() == set()


def test_an_object_of_no_receipt_is_read_by_the_contract_of_its_split(dataset: Dataset) -> None:
    key = Path(rich(dataset)["key"])
    copy = dataset.root / key.parent / key.name.replace("-0-", "-1-")
    copy.write_bytes((dataset.root / key).read_bytes())
    assert dataset.codes() == {Code.OBJECT_ORPHANED, Code.ROW_MISPLACED, Code.DOUBLED}


def test_the_frame_that_a_dead_letter_looks_like_is_audited_with_its_headers(tmp_path: Path) -> None:
    of = document(field(1, "v", "long"), value={"format": "json", "frame": "confluent"})
    by_header = ((b"__value_schema_id", b"\x01" * 17),)
    dataset = Dataset(tmp_path)
    dataset.commit(of, [KafkaInput(b'{"v":1}', None, by_header, 0), KafkaInput(b'{"v":1}', None, (), 0)])
    assert [one for one in dataset.audit() if one.code.fails] == []
    dataset.rewrite(letters(dataset), cell("detail", 0, ": bad_frame"))
    assert Code.DEAD_LETTER_ALTERED in dataset.codes()
