"""A split that is larger than its budget: the same objects, byte for byte, from a file that nobody else can read."""

from __future__ import annotations

import errno
import os
import pickle
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from confluent_kafka import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_events import EVENT
from unit.ledger.entries import manifest1, manifest3

from waybill_common.errors import EnvironmentMissing
from waybill_common.lake import open_lake
from waybill_common.ledger import Manifest, Split, SplitReport
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_contracts.document import parse_document
from waybill_delivery.events import Block, decoder_of
from waybill_delivery.objects import Folders, row_groups, rows_of, spooled_parts, unnamed_file, unnamed_files
from waybill_delivery.objects import spooled as objects_of_files
from waybill_delivery.splits.spool import Spool
from waybill_delivery.splits.task import store_split
from waybill_delivery.splits.task_context import TaskContext
from waybill_streams.names import NAMES

STAMP = 1_795_917_241_691
DECODERS = {1: decoder_of(NAMES, 1), 3: decoder_of(NAMES, 3)}


def row(offset: int, day: int) -> Message:
    event = EVENT.model_copy(
        update={"email": f"{offset}@example.com", "produced_at": EVENT.produced_at + timedelta(days=day)}
    )
    return Message(
        topic="names_topic", offset=offset, key=b"k", value=NAMES.encode(event), timestamp=(1, STAMP + offset)
    )


def letter(offset: int, size: int, headers: int = 1) -> Message:
    return Message(
        topic="names_topic",
        offset=offset,
        value=b"\xff" * size,
        headers=[(f"h{n}", b"v" * size) for n in range(headers)] or None,
        timestamp=(1, STAMP),
    )


KINDS = st.tuples(st.just("row"), st.integers(0, 2)) | st.tuples(st.just("dead"), st.integers(0, 3000))
BLOCKS = st.lists(st.lists(KINDS, max_size=12), min_size=1, max_size=6)


def decoded(blocks: Sequence[Sequence[tuple[str, int]]], format: int) -> list[Block]:  # noqa: A002
    found, offset = [], 0
    for block in blocks:
        made = []
        for kind, what in block:
            made.append(row(offset, what) if kind == "row" else letter(offset, what, headers=what % 3))
            offset += 1
        found.append(DECODERS[format].decode(0, made))
    return found


def stored(folder: Path, manifest: Manifest, blocks: Sequence[Block]) -> SplitReport:
    lake = open_lake(LakeSettings(url=str(folder)), "names")
    context = TaskContext(manifest, NAMES, KafkaSettings(), lake, accept_loss=False)
    return store_split(context, Split(partition=0, start=0, end=1000), blocks, 0).report


def objects(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


def spooled(blocks: Sequence[Block], most: int = 0) -> Spool:
    spool = Spool(most, "a test")
    spool.extend(blocks)
    return spool


@pytest.mark.parametrize("format", [1, 3])
@settings(max_examples=25)
@given(
    blocks=BLOCKS,
    group_rows=st.sampled_from([3, 7, 100_000]),
    group_bytes=st.sampled_from([1000, 2**25]),
    held=st.sampled_from([0, 5000, 2**25]),
)
def test_a_split_that_is_spooled_has_the_same_objects_and_report_as_one_in_memory(
    format: int,  # noqa: A002
    blocks: list[list[tuple[str, int]]],
    group_rows: int,
    group_bytes: int,
    held: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    one, other = tmp_path_factory.mktemp("memory"), tmp_path_factory.mktemp("disk")
    manifest = (manifest1 if format == 1 else manifest3)()
    layout = manifest.layout.model_copy(update={"row_group_rows": group_rows})
    manifest = manifest.model_copy(update={"layout": layout})
    found = decoded(blocks, format)
    with pytest.MonkeyPatch.context() as patch, spooled(found) as spool:
        patch.setattr(row_groups, "_BYTES", group_bytes)
        patch.setattr(objects_of_files, "_HELD", held)
        assert stored(one, manifest, found) == stored(other, manifest, spool)
    assert objects(one) == objects(other)


def test_a_split_within_its_budget_stays_in_memory_and_one_beyond_is_read_again_as_it_was() -> None:
    blocks = decoded([[("row", 0)] * 5, [("dead", 900)], [("row", 1), ("dead", 0)]], 3)
    with spooled(blocks, most=10**6) as spool:
        assert not spool.is_on_disk
        assert list(spool) == blocks
    for most in (0, 1500, 2500):
        with spooled(blocks, most=most) as spool:
            assert spool.is_on_disk
            assert list(spool) == blocks == list(spool[:])
            assert len(spool) == 3


class Counted(Sequence[Block]):
    """Counts how often a block is asked for."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks, self.asked = blocks, 0

    def __len__(self) -> int:
        return len(self.blocks)

    def __getitem__(self, index: Any) -> Any:
        self.asked += index < len(self.blocks)
        return self.blocks[index]


def test_a_split_of_many_days_is_read_again_for_as_many_bytes_as_are_held_not_for_each_day() -> None:
    blocks = Counted(decoded([[("row", day) for day in range(100)] for _ in range(3)], 3))
    document = parse_document(NAMES.document)
    found = dict(spooled_parts(blocks, Folders(document, None), rows_of(document), manifest3().layout))
    assert [len(part.table) for part in found.values()] == [3] * 100
    assert blocks.asked == 2 * len(blocks)


def test_nobody_else_finds_or_opens_what_is_spooled() -> None:
    with unnamed_file() as file:
        status = os.fstat(file.fileno())
    assert (status.st_nlink, status.st_mode & 0o777) == (0, 0o600)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG], ids=errno.errorcode.get)
def test_a_full_disk_is_told_with_its_folder_and_the_way_out(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(pickle, "dump", full)
    monkeypatch.setattr("tempfile.tempdir", "/the/folder")
    blocks = decoded([[("dead", 900)]], 3)
    monkeypatch.setattr("waybill_delivery.splits.spool.unnamed_file", lambda: open(os.devnull, "w+b"))  # noqa: PTH123, SIM115
    with (
        pytest.raises(
            EnvironmentMissing,
            match=r"a test: /the/folder has no room .* in TMPDIR, or raise",
        ),
        Spool(10, "a test") as spool,
    ):
        spool.extend(blocks)


def test_a_disk_that_fills_while_an_object_is_made_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file's error comes back through Arrow."""
    monkeypatch.setattr(
        "waybill_delivery.objects.spooled.unnamed_file",
        lambda: open("/dev/full", "wb", buffering=0),  # noqa: PTH123, SIM115
    )
    with (
        pytest.raises(EnvironmentMissing, match="No space left on device"),
        spooled(decoded([[("row", 0)], [("dead", 900)]], 3)) as spool,
    ):
        stored(tmp_path, manifest3(), spool)


def test_a_temporary_folder_that_takes_no_files_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(EnvironmentMissing, match="TMPDIR"):
        spooled(decoded([[("dead", 900)]], 3))


def test_a_large_object_that_stands_is_compared_without_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = decoded([[("row", 0), ("row", 1), ("dead", 900)]], 3)
    first = stored(tmp_path, manifest3(), blocks)
    monkeypatch.setattr(unnamed_files, "_HELD", 10)
    assert stored(tmp_path, manifest3(), blocks) == first
