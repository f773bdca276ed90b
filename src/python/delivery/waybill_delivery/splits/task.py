"""One task: consume its splits, decode them, store their objects, report what stands."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial

import pyarrow.compute as pc
from confluent_kafka import Message

from waybill_common.contract import BoundContract, SchemaId
from waybill_common.kafka import first_offsets, topic_id
from waybill_common.ledger import (
    DATA,
    Layout,
    Layout3,
    LostRange,
    Manifest,
    Split,
    check_still_the_topic,
    data_key,
    data_loss,
    dead_letter_key,
    split_name,
)
from waybill_contracts.document import general_path, parse_document
from waybill_delivery.events import (
    AskingDecoder,
    Block,
    BlockDecoder,
    SplitReader,
    first_readable,
    read_splits,
)
from waybill_delivery.letter_groups import with_fields
from waybill_delivery.objects import (
    LETTERS,
    Folders,
    ObjectKind,
    ObjectPart,
    StoredPart,
    adopt,
    dead_letter_part,
    parts_by_folder,
    report,
    rows_of,
    spooled_dead_letters,
    spooled_parts,
    store_object,
)
from waybill_delivery.splits.carried_split import CarriedSplit
from waybill_delivery.splits.schemas_asked import SchemasAsked
from waybill_delivery.splits.spool import Spool
from waybill_delivery.splits.task_context import TaskContext

BLOCK = 20_000

HELD = 2
"""Times ``split_bytes`` that a task holds before it spools: the estimate of a split's size is seldom so wrong."""

_PIECES = 8
"""Blocks of large records that make up ``split_bytes``: decoding one takes several times its size."""


def deliver_splits(
    context: TaskContext, splits: Sequence[Split], reader: SplitReader, decoder: BlockDecoder
) -> list[CarriedSplit | SchemasAsked]:
    """Deliver splits of as many partitions and report them as stored, in their order. Safe to run any number of times,
    also at the same time.

    Nothing is stored unless the topic was the manifest's before the read and after its last record, and nothing of a
    split with records of schemas that are not bound yet.
    """
    manifest, kafka = context.manifest, context.kafka
    partitions = [split.partition for split in splits]
    check_still_the_topic(manifest, topic_id(kafka, manifest.topic))
    lows = first_offsets(kafka, manifest.topic, partitions)
    starts = {
        split: first_readable(manifest.topic, split, lows[split.partition], accept_loss=context.accept_loss)
        for split in splits
    }
    with ExitStack() as stack:
        held = HELD * context.split_bytes // len(splits)
        blocks = {split: stack.enter_context(Spool(held, _doing(manifest, split))) for split in splits}
        with collector_resting():
            records = read_splits(reader, kafka, manifest, starts, BLOCK, context.split_bytes // _PIECES)
            for split, some in records:
                blocks[split].extend(transform_streaming_data([some], split.partition, decoder))
        lows = first_offsets(kafka, manifest.topic, partitions)
        # The last thing that Kafka is asked: it vouches for all that was read.
        check_still_the_topic(manifest, topic_id(kafka, manifest.topic))
        return [
            SchemasAsked(split, ids)
            if (ids := _asked(decoder, split))
            else store_split(
                context,
                split,
                blocks[split],
                end_of_loss(context, split, blocks[split], lows[split.partition]),
            )
            for split in splits
        ]


def _asked(decoder: BlockDecoder, split: Split) -> tuple[SchemaId, ...]:
    return decoder.asked(split.partition) if isinstance(decoder, AskingDecoder) else ()


def _doing(manifest: Manifest, split: Split) -> str:
    return f"Carrying {manifest.topic} partition {split.partition}, offsets {split.start} to {split.end - 1}"


def store_split(context: TaskContext, split: Split, blocks: Sequence[Block], gone: int) -> CarriedSplit:
    """Store the split's objects and report what stands. Offsets below ``gone`` may have been lost to retention."""
    manifest, lake = context.manifest, context.lake
    names = (manifest.topic, split.partition, split.start, split.end)
    lost_range = range(split.start, gone)
    places = _places(context.contract, _window(manifest))
    data = [
        store_object(
            lake, data_key(*names, folder), part, manifest.layout, places.kind, split, lost_range=lost_range
        )
        for folder, part in _parts(blocks, places, manifest.layout)
    ]
    dead_letters = _dead_letters(split.partition, blocks, manifest)
    dead = (
        store_object(
            lake,
            dead_letter_key(*names),
            dead_letters,
            manifest.layout,
            LETTERS,
            split,
            lost_range=lost_range,
        )
        if dead_letters.table.num_rows
        else None
    )
    if gone > split.start:
        data += _left_by_others(context, split, places.kind, {one.key for one in data})
        dead = dead or adopt(lake, dead_letter_key(*names), LETTERS, split)
    raw_bytes = sum(one.raw_bytes for one in (*data, *([dead] if dead else ())))
    skipped, skipped_bytes = _skipped(blocks)
    said = report(
        split,
        data,
        dead,
        lost_range=lost_range,
        skipped=skipped,
        raw_bytes=raw_bytes + skipped_bytes,
        format=manifest.format,
    )
    return CarriedSplit(said, with_fields(dead.letters if dead else (), places.general))


@dataclass(frozen=True)
class _Places:
    """What a contract's document says of its rows as objects, and ``general`` of a record's paths."""

    kind: ObjectKind
    folders: Folders
    general: Callable[[str], str]


@lru_cache(maxsize=64)
def _places(contract: BoundContract, window: tuple[str, str] | None) -> _Places:
    document = parse_document(contract.document)
    return _Places(rows_of(document), Folders(document, window), partial(general_path, document))


def _window(manifest: Manifest) -> tuple[str, str] | None:
    return manifest.layout.window if isinstance(manifest.layout, Layout3) else None


def _skipped(blocks: Sequence[Block]) -> tuple[list[int], int]:
    """The offsets, and the bytes of keys and values."""
    offsets, size = list[int](), 0
    for block in blocks:
        offsets += block.skipped
        size += block.skipped_bytes
    return offsets, size


def _parts(blocks: Sequence[Block], places: _Places, layout: Layout) -> Iterable[tuple[str, ObjectPart]]:
    if isinstance(blocks, Spool) and blocks.is_on_disk:
        return spooled_parts(blocks, places.folders, places.kind, layout)
    return parts_by_folder(blocks, places.folders).items()


def _dead_letters(partition: int, blocks: Sequence[Block], manifest: Manifest) -> ObjectPart:
    if isinstance(blocks, Spool) and blocks.is_on_disk:
        return spooled_dead_letters(partition, blocks, manifest.format, manifest.layout)
    return dead_letter_part(partition, blocks, manifest.format)


def transform_streaming_data(
    blocks: Iterable[list[Message]], partition: int, decoder: BlockDecoder
) -> Iterator[Block]:
    """Raw records to typed rows and dead letters, block by block."""
    for records in blocks:
        yield decoder.decode(partition, records)


@contextmanager
def collector_resting() -> Iterator[None]:
    """Messages come by the ten thousand and hold no cycles: to look for some takes an eighth of a split's CPU time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def end_of_loss(context: TaskContext, split: Split, blocks: Sequence[Block], low: int) -> int:
    """The end of what retention took from this split; its start where nothing is missing.

    An offset without a record is a transaction marker, unless the log start has passed it: then nobody can tell.
    """
    edge = min(low, split.end)
    if edge <= split.start:
        return split.start
    seen = sum(
        (pc.sum(pc.less(block.rows["kafka_offset"], edge)).as_py() or 0)
        + sum(dead_letter.record.offset < edge for dead_letter in block.dead)
        + sum(offset < edge for offset in block.skipped)
        for block in blocks
    )
    if seen == edge - split.start:
        return split.start
    if not context.accept_loss:
        lost_range = LostRange(partition=split.partition, start=split.start, end=edge)
        raise data_loss(context.manifest.topic, (lost_range,))
    return edge


def _left_by_others(
    context: TaskContext, split: Split, kind: ObjectKind, known: set[str]
) -> list[StoredPart]:
    """Objects of this split that somebody stored before retention took the records; they stand, so they count."""
    lake = context.lake
    name = split_name(context.manifest.topic, split.partition, split.start, split.end)
    found = [key for key in lake.keys(DATA) if key.endswith(f"/{name}") and key not in known]
    adopted = (adopt(lake, key, kind, split) for key in sorted(found))
    return [one for one in adopted if one is not None]
