"""Kafka's timestamps: 64 bits of milliseconds, of which a column holds some as instants.

The lake's format decides which ones, never a library: a record that one release stored as a row must not become
another release's dead letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc
from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from waybill_common.contract.arrow import INSTANT

_STAMP = itemgetter(1)

NONE = -1
"""What Kafka writes where a record has no timestamp."""


@dataclass(frozen=True)
class Calendar:
    """The milliseconds from ``first`` to ``last`` are instants; ``none`` of them stands for no timestamp at all."""

    first: int
    last: int
    none: int | None

    def micros(self, milliseconds: int) -> int | None:
        """The column's value, or None where it holds none."""
        if milliseconds == self.none or not self.first <= milliseconds <= self.last:
            return None
        return milliseconds * 1000

    def milliseconds_of(self, messages: Sequence[Message]) -> pa.Int64Array:
        """The timestamps as Kafka has them; ``none`` for a record from before Kafka had timestamps."""
        found = pa.array(list(map(_STAMP, map(Message.timestamp, messages))), pa.int64())
        if self.none is not None and pc.any(pc.equal(found, 0)).as_py():
            told = (message.timestamp() for message in messages)
            found = pa.array([self.none if kind == TIMESTAMP_NOT_AVAILABLE else ms for kind, ms in told])
        return found

    def column(self, milliseconds: pa.Int64Array) -> tuple[pa.Array, pa.BooleanArray | None]:
        """The instants of a block's records, and which of them are none of the calendar's, if any."""
        bounds = pc.min_max(milliseconds).as_py()
        least, most = bounds["min"], bounds["max"]
        if least is not None and (least < self.first or most > self.last or least <= NONE):
            outside = pc.or_(pc.less(milliseconds, self.first), pc.greater(milliseconds, self.last))
            none = outside if self.none is None else pc.or_(outside, pc.equal(milliseconds, self.none))
            milliseconds = pc.if_else(none, None, milliseconds)
        else:
            outside = None
        return milliseconds.cast(pa.timestamp("ms", tz="UTC")).cast(INSTANT), outside


YEARS = Calendar(-62_135_596_800_000, 253_402_300_799_999, NONE)
"""Format 3: the years 1 to 9999, which every reader knows."""

INT64 = Calendar(-(2**63 // 1000), 2**63 // 1000, None)
"""Formats 1 and 2: what fits a column of microseconds, -1 included. Other ones no release before 0.2.0 could store."""


def calendar_of(format: int) -> Calendar:  # noqa: A002  # the ledger's word for it
    """The calendar of a lake format."""
    return YEARS if format >= 3 else INT64
