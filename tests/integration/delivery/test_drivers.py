"""Several drivers on one stream, on real Kafka and a real folder."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from integration.delivery.conftest import Stream
from integration.delivery.test_deliver import rows
from integration.delivery.test_refusals import expire

from waybill_common.errors import ContractUnknown, DriverFenced, ObjectConflict
from waybill_common.ledger import SplitReport
from waybill_common.ledger.keys import manifest_key
from waybill_common.ledger.manifest import ContractRef3, Manifest3
from waybill_delivery.loop import DeliveryLoop


class Stopped(BaseException):
    """Stands in for a kill: nothing of the driver runs on."""


def killed(*_: object) -> list[SplitReport]:
    raise Stopped


def killed_after(driver: DeliveryLoop) -> None:
    carry = driver.carry

    def once(*arguments: object) -> list[SplitReport]:
        carry(*arguments)  # type: ignore[arg-type]  # passed on as they came
        raise Stopped

    driver.carry = once


@pytest.mark.parametrize("after_data", [False, True], ids=["after manifest", "after data"])
def test_an_open_manifest_is_finished_first(stream: Stream, *, after_data: bool) -> None:
    stream.names(30)
    first = stream.driver(rows_per_object=10)
    if after_data:
        killed_after(first)
    else:
        first.carry = killed
    with pytest.raises(Stopped):
        first.reach(stream.ends())
    stream.names(5, first=100)
    second = stream.driver(rows_per_object=7)
    second.reach(stream.ends())
    assert [receipt.number for receipt in second.receipts] == [1, 2]
    assert [split.end for split in second.receipts[0].splits] == [7, 15, 23, 31]
    assert [offset for _, offset, _ in rows(stream)] == [*range(30), *range(31, 36)]


def test_the_driver_that_lost_its_commit_is_fenced(stream: Stream) -> None:
    stream.names(30)
    first = stream.driver()
    carry = first.carry

    def overtaken(*arguments: object) -> list[SplitReport]:
        reports = carry(*arguments)  # type: ignore[arg-type]  # passed on as they came
        stream.driver().reach(stream.ends())
        return reports

    first.carry = overtaken
    with pytest.raises(DriverFenced, match="Commit 1 was opened by this run"):
        first.reach(stream.ends())
    assert len(rows(stream)) == 30


def test_drivers_started_together_deliver_each_record_once(new_stream: Callable[..., Stream]) -> None:
    stream = new_stream(partitions=3)
    for partition in range(3):
        stream.names(400, first=1000 * partition, partition=partition)

    def drive(index: int) -> str:
        try:
            stream.driver(rows_per_object=50 + index).reach(stream.ends())
        except DriverFenced:
            return "fenced"
        return "done"

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(drive, range(4)))
    stream.driver().reach(stream.ends())
    assert "done" in ends
    assert len({row[:2] for row in rows(stream)}) == len(rows(stream)) == 1200


def test_a_manifest_of_an_unknown_contract_without_a_document_is_left_to_its_own_release(
    stream: Stream,
) -> None:
    stream.names(5)
    first = stream.driver()
    first.carry = killed
    with pytest.raises(Stopped):
        first.reach(stream.ends())
    path = Path(stream.lake.local_root or "") / manifest_key(1)
    manifest = Manifest3.model_validate_json(path.read_bytes())
    later = ContractRef3(version=7, fingerprint="sha256:" + "f" * 64, document=None)
    path.write_bytes(manifest.model_copy(update={"contract": later, "release": "9.9.9"}).to_json())
    with pytest.raises(ContractUnknown, match=r"contract version 7.*with Waybill 9\.9\.9"):
        stream.driver().reach(stream.ends())
    assert not (Path(stream.lake.local_root or "") / "data").exists()


def test_an_object_of_other_records_in_the_way_is_never_overwritten(stream: Stream) -> None:
    stream.names(5)
    first = stream.driver()
    killed_after(first)
    with pytest.raises(Stopped):
        first.reach(stream.ends())
    [path] = Path(stream.lake.local_root or "").rglob("*.parquet")
    path.write_bytes(b"not ours")
    with pytest.raises(ObjectConflict, match=path.name):
        stream.driver().reach(stream.ends())
    assert path.read_bytes() == b"not ours"


def test_a_driver_that_slept_through_retention_is_fenced_and_claims_no_loss(stream: Stream) -> None:
    stream.names(10)
    first = stream.driver()
    carry = first.carry

    def slept(*arguments: object) -> list[SplitReport]:
        stream.driver().reach(stream.ends())
        expire(stream, 8)
        return carry(*arguments)  # type: ignore[arg-type]  # passed on as they came

    first.carry = slept
    with pytest.raises(DriverFenced):
        first.reach(stream.ends())
    assert len(rows(stream)) == 10


def test_a_driver_behind_the_ledger_takes_no_offsets_for_lost_that_arrived(stream: Stream) -> None:
    stream.names(10)
    behind = stream.driver()
    stream.driver().reach(stream.ends())
    expire(stream, 8)
    behind.reach(stream.ends())
    assert behind.receipts == []


def test_what_is_stored_before_retention_took_it_counts_as_arrived(stream: Stream) -> None:
    stream.names(10)
    first = stream.driver(rows_per_object=6)
    killed_after(first)
    with pytest.raises(Stopped):
        first.reach(stream.ends())
    expire(stream, 8)
    driver = stream.driver(accept_loss=True)
    driver.recover()
    [receipt] = driver.receipts
    assert (receipt.rows, receipt.lost, receipt.holes) == (10, 0, ())
