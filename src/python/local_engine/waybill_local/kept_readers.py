"""A worker's consumers: one for each partition that it carries, left where the last split of it ended.

So the next split goes on without a jump, and what librdkafka has read ahead meanwhile, while objects were stored and
the commit was closed, is not read twice. Partitions beyond these go by two consumers more, which stay nowhere: one for
a split by itself, one for several.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from waybill_common.kafka import Value, librdkafka_config
from waybill_common.ledger import Split
from waybill_delivery.events import SplitReader, split_consumer
from waybill_delivery.splits import TaskContext
from waybill_local.affinity import MOST, is_needed

Connection = tuple[tuple[str, Value], ...]


@dataclass
class KeptReaders:
    """At most ``MOST``, the one that was used last at the end, with the commits in which they were used; and those that
    pass by.
    """

    _readers: list[SplitReader] = field(default_factory=list)
    _used: dict[SplitReader, int] = field(default_factory=dict)
    _passing: SplitReader | None = None
    _of_several: SplitReader | None = None
    _made_for: tuple[Connection, int] = ((), 0)

    def reader_for(self, context: TaskContext, splits: Sequence[Split], commit: int) -> SplitReader:
        """The one that the split goes on with; else one that has read ahead in vain, or that nobody needs where it
        stands, or one that passes by. ``commit`` is the how-many-th of all streams' it is.

        Several splits go on with none, and what was read ahead of their partitions is read in vain.
        """
        made_for = (tuple(librdkafka_config(context.kafka).items()), context.split_bytes)
        if made_for != self._made_for:
            self._close()
            self._made_for = made_for
        if len(splits) > 1:
            self._rest_in(context, {split.partition for split in splits})
            return self._for_several()
        reader = self._fitting(context, splits[0]) or self._stale(context, splits[0]) or self._another(commit)
        if reader is not self._passing:
            if reader in self._readers:
                self._readers.remove(reader)
            self._readers.append(reader)
            self._used[reader] = commit
        return reader

    def rest(self) -> None:
        """Nobody asked for anything in a while. A consumer at the end of its partition asks for more all the time."""
        for reader in self._readers:
            reader.rest()

    def _rest_in(self, context: TaskContext, partitions: Collection[int]) -> None:
        for one in self._readers:
            if one.topic == context.manifest.topic and one.stand and one.stand.partition in partitions:
                one.rest()

    def _fitting(self, context: TaskContext, split: Split) -> SplitReader | None:
        return next((one for one in self._readers if one.goes_on_with(context.manifest, split)), None)

    def _stale(self, context: TaskContext, split: Split) -> SplitReader | None:
        """It stands elsewhere in the same partition, or nowhere."""
        topic, partition = context.manifest.topic, split.partition
        return next(
            (
                one
                for one in self._readers
                if one.stand is None or (one.topic, one.stand.partition) == (topic, partition)
            ),
            None,
        )

    def _another(self, commit: int) -> SplitReader:
        connection, split_bytes = self._made_for
        if len(self._readers) < MOST:
            return split_consumer(dict(connection), split_bytes, stays=True)
        if not is_needed(self._used[self._readers[0]], commit):
            return self._readers[0]
        if self._passing is None:
            self._passing = split_consumer(dict(connection), split_bytes)
        return self._passing

    def _for_several(self) -> SplitReader:
        connection, split_bytes = self._made_for
        if self._of_several is None:
            self._of_several = split_consumer(dict(connection), split_bytes, of_several=True)
        return self._of_several

    def _close(self) -> None:
        for reader in (*self._readers, self._passing, self._of_several):
            if reader is not None:
                reader.close()
        self._readers, self._used, self._passing, self._of_several = [], {}, None, None
