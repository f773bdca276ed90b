"""What delivery refuses, each with its own error, nothing lost and nothing half-written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from changed_topics import add_partitions
from confluent_kafka import TopicPartition
from integration.delivery.conftest import Stream

from waybill_common.errors import DataLoss, LakeRefused, LedgerCorrupt, TopicRefused
from waybill_common.kafka import TopicState, librdkafka_config
from waybill_common.kafka.clients import open_admin
from waybill_common.ledger import SplitReport


def expire(stream: Stream, offset: int, partition: int = 0) -> None:
    """Retention: the log starts at ``offset`` from now on."""
    admin = open_admin(librdkafka_config(stream.kafka))
    wanted = TopicPartition(stream.topic, partition, offset)
    for future in admin.delete_records([wanted]).values():
        future.result(timeout=30)


def stored(stream: Stream) -> dict[str, bytes]:
    root = Path(stream.lake.local_root or "")
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_recreated_topic_is_refused(stream: Stream) -> None:
    stream.names(5)
    stream.driver().reach(stream.ends())
    stream.make_anew()
    stream.names(50)
    before = stored(stream)
    with pytest.raises(TopicRefused, match="deleted and recreated"):
        stream.driver().reach(stream.ends())
    assert stored(stream) == before


def test_another_topic_of_the_same_lake_is_refused(stream: Stream) -> None:
    stream.names(5)
    stream.driver().reach(stream.ends())
    other = stream.on_other_topic(f"{stream.topic}.other").create()
    with pytest.raises(LakeRefused, match=r"belongs to stream names and topic names_topic\."):
        other.driver().reach(other.ends())


def test_retention_past_the_frontier_names_the_missing_offsets(stream: Stream) -> None:
    stream.names(10)
    stream.driver().reach(stream.ends())
    stream.names(10, first=100)
    expire(stream, 15)
    before = stored(stream)
    with pytest.raises(DataLoss, match=r"partition 0: 11 to 14 \(4 offsets\)"):
        stream.driver().reach(stream.ends())
    assert stored(stream) == before


def test_an_accepted_loss_is_recorded_in_the_receipt(stream: Stream) -> None:
    stream.names(10)
    stream.driver().reach(stream.ends())
    stream.names(10, first=100)
    expire(stream, 15)
    driver = stream.driver(accept_loss=True)
    driver.reach(stream.ends())
    [receipt] = driver.receipts
    assert [hole.model_dump() for hole in receipt.holes] == [{"partition": 0, "start": 11, "end": 15}]
    assert (receipt.rows, receipt.empty, receipt.lost) == (6, 1, 4)


@pytest.mark.parametrize("accept_loss", [False, True], ids=["refused", "accepted"])
def test_retention_that_overtakes_an_open_manifest(stream: Stream, *, accept_loss: bool) -> None:
    stream.names(10)
    halted = stream.driver()
    halted.carry = interrupted
    with pytest.raises(KeyboardInterrupt):
        halted.reach(stream.ends())
    expire(stream, 4)
    driver = stream.driver(accept_loss=accept_loss)
    if not accept_loss:
        with pytest.raises(DataLoss, match="partition 0: 0 to 3"):
            driver.recover()
        return
    driver.recover()
    [receipt] = driver.receipts
    assert (receipt.rows, receipt.lost, receipt.empty) == (6, 4, 1)


def interrupted(*_: object) -> list[SplitReport]:
    raise KeyboardInterrupt


def test_a_partition_added_later_starts_at_zero(new_stream: Callable[..., Stream]) -> None:
    stream = new_stream(partitions=1)
    stream.names(5)
    stream.driver().reach(stream.ends())
    admin = open_admin(librdkafka_config(stream.kafka))
    add_partitions(admin, stream.topic, 2)
    stream.partitions = 2
    stream.names(7, first=50, partition=1)
    driver = stream.driver()
    driver.reach(stream.ends())
    assert (driver.receipts[0].rows, driver.receipts[0].frontier) == (7, {0: 6, 1: 8})


DAMAGE: dict[str, tuple[int, str, bytes | None, str]] = {
    "a receipt that is no JSON": (2, "receipt", b"{", "2.receipt.json can't be used"),
    "a receipt of another number": (
        2,
        "receipt",
        b"other number",
        "2.receipt.json can't be used: it says number 9",
    ),
    "a manifest behind nothing": (4, "manifest", b"{}", "no _waybill/0*3.receipt.json"),
    "a receipt that skips a number": (4, "receipt", b"{}", "no _waybill/0*3.manifest.json"),
    "a deleted receipt": (1, "receipt", None, "no _waybill/0*1.receipt.json"),
    "an open manifest that is no JSON": (3, "manifest", b"\xff", "3.manifest.json can't be used"),
}


@pytest.mark.parametrize(("number", "kind", "body", "complaint"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_ledger_is_refused(
    stream: Stream, number: int, kind: str, body: bytes | None, complaint: str
) -> None:
    for first in (0, 100):
        stream.names(5, first=first)
        stream.driver().reach(stream.ends())
    ledger = Path(stream.lake.local_root or "") / "_waybill"
    (ledger / "latest.json").unlink()
    entry = ledger / f"{number:020d}.{kind}.json"
    if body is None:
        entry.unlink()
    elif body == b"other number":
        entry.write_text(json.dumps({**json.loads(entry.read_bytes()), "number": 9}))
    else:
        entry.write_bytes(body)
    before = stored(stream)
    with pytest.raises(LedgerCorrupt, match=complaint):
        stream.driver()
    assert stored(stream) == before


def test_a_latest_that_names_nothing_is_only_a_hint(stream: Stream) -> None:
    stream.names(5)
    stream.driver().reach(stream.ends())
    hint = Path(stream.lake.local_root or "") / "_waybill" / "latest.json"
    for text in ('{"number": 77}', '{"number": 0}', "nonsense"):
        hint.write_text(text)
        assert stream.driver().position.number == 1


def test_a_folder_with_data_and_no_ledger_is_refused(stream: Stream) -> None:
    folder = Path(stream.lake.local_root or "") / "data"
    folder.mkdir(parents=True)
    (folder / "somebody.parquet").write_bytes(b"x")
    with pytest.raises(LakeRefused, match="no ledger"):
        stream.driver()


def test_a_log_end_that_is_low_for_a_moment_after_a_restart_is_no_refusal(stream: Stream) -> None:
    stream.names(5)
    stream.driver().reach(stream.ends())
    stream.names(3, first=10)
    driver = stream.driver()
    real, looks = driver.topic, iter(range(100))

    def restarted() -> TopicState:
        state = real()
        return replace(state, log_ends=dict.fromkeys(state.log_ends, 0)) if next(looks) < 2 else state

    driver.topic, driver.sleep = restarted, lambda _: None
    driver.reach(stream.ends())
    assert driver.receipts[0].rows == 3
