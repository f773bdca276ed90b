"""A contract that is a document alone, delivered: objects, counts, folders, and what an open commit is bound to."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from unit.contract.messages import message
from unit.contracts.documents import ORDERS, field, raw
from unit.delivery.datasets import TODAY, Delivered, Killed, offsets_of
from unit.delivery.orders import bound, order, orders

from waybill_common.contract import BoundContract
from waybill_common.errors import ContractRefused, ContractUnknown, LedgerCorrupt
from waybill_common.ledger.keys import document_key
from waybill_common.ledger.manifest import Layout3, Manifest3
from waybill_common.settings import StreamSettings
from waybill_contracts.stream_contract import contracts_of
from waybill_streams.finding import StreamFolders

NOW = TODAY * 86_400_000
PLAIN = orders(partition_by=[])
BY_DAY = orders()


@pytest.fixture
def dataset(tmp_path: Path) -> Delivered:
    return Delivered(tmp_path)


def add(dataset: Delivered, *values: bytes | None, key: bytes = b"k", gap: int = 0) -> None:
    """``gap`` offsets without a record before them."""
    first = (dataset.records[-1].offset() or 0) + 1 if dataset.records else 0
    dataset.records += [message(first + gap + at, NOW, value, key) for at, value in enumerate(values)]


def add_orders(dataset: Delivered, count: int, **members: Any) -> None:
    add(dataset, *(order(at, **members) for at in range(count)))


def test_rows_and_dead_letters_lie_where_the_contract_says_and_the_receipt_counts_them(
    dataset: Delivered,
) -> None:
    add(dataset, order(0), b"{", order(1, total={"amount": "1.105"}), None, order(2))
    add(dataset, order(3, day=TODAY + 1), order(4, note=[1.10]), gap=2)
    receipt = dataset.run(BY_DAY)
    assert (receipt.rows, receipt.dead, receipt.skipped, receipt.empty, receipt.lost) == (4, 3, 0, 2, 0)
    assert dataset.dead() == [
        (1, "not_json", ": not_json"),
        (2, "inexact", "/total/amount: inexact"),
        (3, "null_value", ": null_value"),
    ]
    assert receipt.reasons == {"inexact": 1, "not_json": 1, "null_value": 1}
    assert [*{*dataset.folders()}] != []
    assert dataset.folders() == ["created_at_day=2024-10-04", "created_at_day=2024-10-05"]
    rows = dataset.all_rows()
    assert offsets_of(rows) == [0, 4, 7, 8]
    assert [row["_extra"] for row in rows] == [None, None, None, '{"/note":[1.1]}']
    [split] = receipt.splits
    assert [one.partition for one in split.data] == [("2024-10-04",), ("2024-10-05",)]
    assert split.raw_bytes == sum(len(one.value() or b"") + 1 for one in dataset.records)
    assert receipt.contract.document == BY_DAY.document_sha256
    assert dataset.lake.get(document_key(BY_DAY.document_sha256)) == BY_DAY.document


def test_without_folders_rows_lie_below_data_itself(dataset: Delivered) -> None:
    add_orders(dataset, 3)
    receipt = dataset.run(PLAIN)
    assert dataset.folders() == [""]
    assert receipt.splits[0].data[0].partition == ()
    assert receipt.layout.window is None


def test_where_no_record_is_a_row_there_is_no_data_object(dataset: Delivered) -> None:
    add(dataset, b"{", b"[]")
    receipt = dataset.run(PLAIN)
    assert (receipt.rows, receipt.dead) == (0, 2)
    assert dataset.folders() == []


def test_skipped_records_are_counted_with_their_bytes_and_not_stored(dataset: Delivered) -> None:
    asked = orders(select={"field": "kind", "in": ["order"]})
    add_orders(dataset, 3, kind="order")
    add_orders(dataset, 4, kind="else")
    add(dataset, b"{", None, gap=1)
    receipt = dataset.run(asked)
    assert (receipt.rows, receipt.dead, receipt.skipped, receipt.empty, receipt.lost) == (3, 1, 5, 1, 0)
    [split] = receipt.splits
    assert split.raw_bytes == sum(len(one.value() or b"") + 1 for one in dataset.records)
    assert offsets_of(dataset.all_rows()) == [0, 1, 2]


def test_a_record_that_was_read_and_skipped_is_not_lost_where_retention_took_others(tmp_path: Path) -> None:
    """Of ten offsets nobody read the first two; the next three were read before they went."""
    asked = orders(select={"field": "kind", "in": ["order"]})
    dataset = Delivered(tmp_path, accept_loss=True, later_start=5)
    add_orders(dataset, 4, kind="else")
    add_orders(dataset, 6, kind="order")
    dataset.records = dataset.records[2:]
    receipt = dataset.run(asked)
    assert (receipt.rows, receipt.skipped, receipt.lost, receipt.empty) == (6, 2, 2, 0)
    assert [(one.start, one.end) for one in receipt.holes] == [(0, 2)]


def test_tombstones_are_rows_and_counted_by_themselves(dataset: Delivered) -> None:
    kept = orders(tombstones="row")
    add(dataset, order(0), None, order(1), None)
    receipt = dataset.run(kept)
    assert (receipt.rows, receipt.tombstones, receipt.dead) == (4, 2, 0)
    assert dataset.folders() == ["created_at_day=0001-01-01", "created_at_day=2024-10-04"]
    [absent, there] = receipt.splits[0].data
    assert absent.time is None
    assert there.time is not None
    assert there.time.min == TODAY * 86_400_000_000


@pytest.mark.parametrize(
    ("kind", "time", "values", "told"),
    [
        (
            "timestamptz",
            "at",
            ['"2026-11-29T13:00:00Z"', "null", '"1969-12-31T23:59:59.5Z"'],
            (-500_000, 1_795_957_200_000_000),
        ),
        ("timestamp", "at", ['"1970-01-01T00:00:01"', "null"], (1_000_000, 1_000_000)),
        ("date", "at", ['"1970-01-02"', '"1969-12-31"', "null"], (-86_400_000_000, 86_400_000_000)),
        ("timestamptz", "at", ["null"], None),
        ("timestamptz", "kafka_timestamp", ["null"], (NOW * 1000, NOW * 1000)),
        ("timestamptz", None, ['"2026-11-29T13:00:00Z"'], None),
    ],
    ids=["with zone", "without", "days", "none of the rows", "Kafka's", "no time"],
)
def test_an_object_says_from_when_to_when_its_rows_are(
    kind: str, time: str | None, values: list[str], told: tuple[int, int] | None, dataset: Delivered
) -> None:
    contract = bound(raw(field(1, "at", kind), time=time))
    add(dataset, *(f'{{"at":{one}}}'.encode() for one in values))
    with pytest.raises(Killed):
        dataset.run(contract, killed=True)
    [one] = dataset.run(contract).splits[0].data
    assert (one.time and (one.time.min, one.time.max)) == told


def test_decimals_are_stored_as_integers(dataset: Delivered) -> None:
    add_orders(dataset, 2)
    dataset.run(PLAIN)
    [key] = dataset.objects()
    file = pq.ParquetFile(Path(str(dataset.lake.local_root)) / key)
    assert file.schema.column(1).physical_type == "INT64"
    assert file.schema_arrow.metadata[b"waybill.contract"] == PLAIN.fingerprint.encode()


def test_the_window_is_in_the_manifest_and_bounds_the_folders(dataset: Delivered) -> None:
    add(dataset, *(order(0, day=TODAY + days) for days in (-9, -8, -2, 2, 3, 9)))
    receipt = dataset.run(BY_DAY, wanted=2)
    first, last = "2024-10-02", "2024-10-06"
    [manifest] = dataset.manifests
    assert isinstance(manifest.layout, Layout3)
    assert manifest.layout.window == receipt.layout.window == (first, last)
    assert dataset.folders() == [
        *("created_at_day=0001-01-02", f"created_at_day={first}"),
        *(f"created_at_day={last}", "created_at_day=9999-12-31"),
    ]
    add_orders(dataset, 1)
    dataset.day -= 100  # a clock that was set back
    assert dataset.run(BY_DAY, wanted=9).layout.window == (first, last)
    add_orders(dataset, 1)
    dataset.day += 101
    assert dataset.run(BY_DAY, wanted=1).layout.window == ("2024-10-04", "2024-10-07")


def test_values_with_marks_of_paths_are_escaped_in_keys_and_plain_in_receipts(dataset: Delivered) -> None:
    kinds = ["a/b=c", "50%", "é"]
    contract = bound(
        raw(
            field(1, "kind", "string"),
            entries={"1": {"rules": {"enum": kinds}}},
            partition_by=["identity(kind)", "hour(kafka_timestamp)"],
        )
    )
    add(dataset, *(f'{{"kind":"{one}"}}'.encode() for one in kinds), b"{}")
    receipt = dataset.run(contract)
    hour = "kafka_timestamp_hour=2024-10-04-00"
    assert dataset.folders() == [
        f"kind_value={one}/{hour}" for one in sorted(["a%2Fb%3Dc", "50%25", "é", "null"])
    ]
    told = {one.partition for one in receipt.splits[0].data}
    assert told == {(one, "2024-10-04-00") for one in [*kinds, "null"]}


@pytest.mark.parametrize(
    "contract", [PLAIN, BY_DAY, orders(tombstones="row")], ids=["plain", "days", "tombstones"]
)
def test_a_split_on_disk_becomes_the_same_objects(contract: BoundContract, tmp_path: Path) -> None:
    found = []
    for spools in (False, True):
        dataset = Delivered(tmp_path / str(spools), spools=spools)
        for at in range(40):
            add(dataset, order(at, day=TODAY + at % 3), b"{" if at % 5 else None, gap=at % 2)
        receipt = dataset.run(contract)
        bodies = {key: dataset.lake.get(key) or b"" for key in dataset.objects()}
        found.append(
            (receipt.splits, {key: hashlib.sha256(body).hexdigest() for key, body in bodies.items()})
        )
    assert found[0] == found[1]


def test_who_comes_after_a_kill_takes_what_stands(dataset: Delivered) -> None:
    add(dataset, order(0), None, b"{", order(1, day=None))
    kept = orders(tombstones="row")
    with pytest.raises(Killed):
        dataset.run(kept, killed=True)
    before = dataset.objects()
    receipt = dataset.run(kept)
    assert dataset.objects() == before
    assert (receipt.rows, receipt.tombstones, receipt.dead) == (2, 1, 2)


MORE = {"id": 4, "name": "note", "type": "string", "required": False}
SECOND = orders(
    version=4, schema={**ORDERS["schema"], "fields": [*ORDERS["schema"]["fields"], MORE]}, extra="keep"
)


def test_an_open_commit_is_finished_under_its_own_document_which_lies_in_the_dataset(
    dataset: Delivered,
) -> None:
    add_orders(dataset, 2, note="x")
    with pytest.raises(Killed):
        dataset.run(BY_DAY, killed=True)
    for key in dataset.objects():  # it was killed before the first of them
        (Path(str(dataset.lake.local_root)) / key).unlink()
    add_orders(dataset, 2, note="x")
    dataset.run(SECOND)  # knows the newer one alone
    assert [one.contract.version for one in dataset.manifests] == [3, 3, 4]
    rows = dataset.all_rows()
    assert [row["_extra"] for row in rows] == ['{"/note":"x"}'] * 2 + [None] * 2
    assert [row.get("note") for row in rows] == [None, None, "x", "x"]


def test_what_may_not_follow_is_refused_before_a_manifest(dataset: Delivered) -> None:
    add_orders(dataset, 1)
    dataset.run(SECOND)
    add_orders(dataset, 1)
    for contract in (BY_DAY, orders(version=5), orders(version=4)):
        with pytest.raises(ContractRefused):
            dataset.run(contract)
    assert len(dataset.manifests) == 1


def test_a_document_that_is_another_streams_finishes_no_commit(dataset: Delivered) -> None:
    add_orders(dataset, 1)
    with pytest.raises(Killed):
        dataset.run(BY_DAY, killed=True)
    other = orders(stream="others")
    dataset.lake.put_new(document_key(other.document_sha256), other.document)
    path = Path(str(dataset.lake.local_root)) / "_waybill" / f"{1:020d}.manifest.json"
    path.write_text(path.read_text().replace(BY_DAY.document_sha256, other.document_sha256))
    with pytest.raises(LedgerCorrupt, match="version 3 of stream others"):
        dataset.run(BY_DAY)


def test_a_window_that_this_release_does_not_know_is_left_to_a_later_one(dataset: Delivered) -> None:
    add_orders(dataset, 1)
    with pytest.raises(Killed):
        dataset.run(BY_DAY, killed=True)
    path = Path(str(dataset.lake.local_root)) / "_waybill" / f"{1:020d}.manifest.json"
    manifest = Manifest3.model_validate_json(path.read_bytes())
    for window in (None, ("2024-10", "2024-11")):
        layout = manifest.layout.model_copy(update={"window": window})
        path.write_bytes(manifest.model_copy(update={"layout": layout}).to_json())
        with pytest.raises(ContractUnknown, match="another window"):
            dataset.run(BY_DAY)


def example(stream: str) -> tuple[BoundContract, list[bytes]]:
    """The contract of a stream that Waybill brings along, and its samples that are rows."""
    folder = StreamFolders().find(stream)
    [rows] = [one for one in folder.samples if one.name == "rows.jsonl"]
    contract = contracts_of(StreamSettings(name=stream, contract=folder.contract)).current
    return contract, rows.read_bytes().splitlines()


def test_the_example_of_orders_is_delivered_as_its_folder_says(dataset: Delivered) -> None:
    dataset.day = 20_422  # 2025-11-30
    contract, (first, second, third) = example("orders")
    add(dataset, first, second, third, None, third.replace(b'"1E+2"', b'"1.005"'), key=b"o")
    receipt = dataset.run(contract)
    assert (receipt.rows, receipt.dead) == (4, 1)
    assert dataset.folders() == [
        "placed_at_day=0001-01-01",
        "placed_at_day=2025-11-29",
        "placed_at_day=2025-11-30",
    ]
    by_number = {row["order_id"]: row for row in dataset.all_rows()}
    assert by_number["o-1"]["items"] == [
        {"sku": "A-7", "count": 2, "price": Decimal("12.50"), "discount": Decimal("0.1000")}
    ]
    assert by_number["o-2"]["delivered_on"] == date(2025, 11, 30)
    assert by_number["o-2"]["_extra"] == '{"/order/gift":true,"/source":"web"}'
    assert (by_number["o-3"]["total"], by_number["o-3"]["customer"]) == (Decimal("100.00"), None)
    assert (by_number[None]["kafka_tombstone"], by_number[None]["kafka_key"]) == (True, "o")
    assert dataset.dead() == [(4, "inexact", "/order/total/amount: inexact")]


def test_the_example_of_quakes_is_delivered_with_its_lists_and_nulls(dataset: Delivered) -> None:
    contract, features = example("quakes")
    later = (
        features[0]
        .replace(b'"updated":1512342889220', b'"updated":1512350000000')
        .replace(b'"felt":null', b'"felt":12')
    )
    add(dataset, *features, later, None, features[0].replace(b"[-122.1271667,", b'["west",'))
    receipt = dataset.run(contract)
    assert (receipt.rows, receipt.dead) == (9, 2)
    assert dataset.folders() == ["time_day=2017-12-03"]
    rows = dataset.all_rows()
    assert sorted(one["felt"] for one in rows if one["quake_id"] == "nc72934355" and one["felt"]) == [12]
    [far] = [one for one in rows if one["quake_id"] == "us1000bknk"]
    assert far["geometry"] == {"type": "Point", "coordinates": [127.6764, 4.6172, 114.05]}
    assert (far["nst"], far["alert"], far["mag"]) == (None, None, 4.7)
    assert far["time"] == datetime(2017, 12, 3, 22, 26, 37, 990_000, tzinfo=UTC)
    assert dataset.dead() == [
        (9, "null_value", ": null_value"),
        (10, "wrong_type", "/geometry/coordinates/0: wrong_type"),
    ]
