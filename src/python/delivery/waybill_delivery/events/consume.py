"""The consumer of splits: what it holds and fetches ahead, and where it is left between two splits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waybill_common.kafka import RANGE_READER, Reader, Stand, Value, open_reader
from waybill_common.ledger import LostRange, Manifest, Split, data_loss
from waybill_common.settings import SPLIT_BYTES

AHEAD = 20_000
"""Records that librdkafka fetches ahead, unless their values are more than it may hold; it counts nothing else."""

_AHEAD_IN_VAIN, _AHEAD_OF_EACH = 4_000, 1_000
"""The same where the consumer does not stay at a split's end: all that was fetched beyond it is dropped. Of each of
several partitions less is enough.
"""

_FETCHED, _FETCHED_OF_EACH = 2**20, 2**18
"""Bytes that a fetch brings of a partition, compressed: of each of several less, for what goes beyond its end."""


@dataclass(eq=False)
class SplitReader:
    """A consumer of splits. With ``stays`` it is left where a split ended and goes on fetching from there: raw records
    of offsets that no manifest may have named yet. They are used only for the topic ``topic_id``, which was asked for
    before the first of them was fetched, and only for a split that begins where the consumer stands.
    """

    consumer: Reader
    stays: bool = False
    topic: str = ""
    topic_id: str = ""
    stand: Stand | None = None

    def goes_on_with(self, manifest: Manifest, split: Split) -> bool:
        """Whether what it has read ahead is of this manifest's topic and begins where the split does."""
        is_same = (self.topic, self.topic_id) == (manifest.topic, manifest.topic_id)
        return is_same and self.stand is not None and self.stand.goes_on_at(split.partition, split.start)

    def rest(self) -> None:
        """Fetch no more, and drop what was read ahead."""
        self.consumer.unassign()
        self.stand = None

    def close(self) -> None:
        self.consumer.close()


def split_consumer(
    connection: Mapping[str, Value],
    split_bytes: int = SPLIT_BYTES,
    *,
    stays: bool = False,
    of_several: bool = False,
) -> SplitReader:
    """A consumer for ``read_splits``; what it has fetched ahead is about a quarter of ``split_bytes``. It may be made
    for several splits at once.

    One fetch more may be on its way; it brings at least one batch of records, whatever its size.
    """
    held = split_bytes // 4
    ahead = AHEAD if stays else _AHEAD_OF_EACH if of_several else _AHEAD_IN_VAIN
    return SplitReader(
        open_reader(
            {
                **connection,
                **RANGE_READER,
                "group.id": "waybill-split",
                "fetch.wait.max.ms": 50,
                # librdkafka reads ahead of the split's end too; with its own 100,000 its threads cost twice as much.
                "queued.min.messages": ahead,
                # Once it has read that far, it waits so long before the next fetch: with its own 1,000 a task mostly
                # waits.
                "fetch.queue.backoff.ms": 5,
                "queued.max.messages.kbytes": held // 1024,
                "fetch.message.max.bytes": min(_FETCHED_OF_EACH if of_several else _FETCHED, held // 4),
                # Not reserved, but the longest answer that is believed: a record may be larger than its 100 MB.
                "receive.message.max.bytes": 2**31 - 1,
            }
        ),
        stays=stays,
    )


def first_readable(topic: str, split: Split, low: int, *, accept_loss: bool) -> int:
    """Where reading ``split`` begins while the log does at ``low``: its start, or after what retention took if loss is
    accepted.
    """
    if low > split.start and not accept_loss:
        lost_range = LostRange(partition=split.partition, start=split.start, end=min(low, split.end))
        raise data_loss(topic, (lost_range,))
    return min(max(low, split.start), split.end)
