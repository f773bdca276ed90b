"""The loop that carries changes out, each at most once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Protocol

from waybill_common.kafka import LostTransactions, TransactionLost
from waybill_ops.dead_letters import RecordCoordinates, Statuses
from waybill_ops.redrive.change import Change, chunks, is_done


class RedriveSession(Protocol):
    """Older redrives are fenced, and ``statuses`` were read after that: nobody else can add to them."""

    @property
    def statuses(self) -> Statuses: ...

    def commit(self, number: int, chunk: tuple[Change, ...]) -> None:
        """One transaction. Raises ``TransactionLost``, after which nobody here knows whether it is committed."""

    def await_readable(self) -> None:
        """On return readers see what was sent, but where somebody else's transaction stands before it."""

    def close(self) -> None: ...


def carry_out(
    changes: Callable[[Statuses], Iterable[Change]],
    open_session: Callable[[], RedriveSession],
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Commit what ``changes`` makes of the statuses; how many there were in this run's transactions.

    ``changes`` asks for nothing that is done already. So after a lost transaction it is called again, with the statuses
    as Kafka tells them then: nothing is sent from memory. Raises ``DeliveryFailed``, ``ProducerFenced``, and whatever
    opening a session raises.
    """
    losses = LostTransactions("what is committed is not sent again", sleep)
    done: set[RecordCoordinates] = set()
    doubtful: tuple[Change, ...] = ()
    number = 0
    while True:
        with closing(open_session()) as session:
            stand = {
                one.coordinates for one in doubtful if is_done(one, session.statuses.get(one.coordinates))
            }
            done |= stand
            if doubtful and len(stand) == len(doubtful):
                losses.over()  # only its answer was lost
            try:
                for chunk in chunks(changes(session.statuses)):
                    number, doubtful = number + 1, chunk
                    session.commit(number, chunk)
                    done |= {change.coordinates for change in chunk}
                    doubtful = ()
                    losses.over()
                if done:
                    session.await_readable()
                return len(done)
            except TransactionLost as error:
                lost = error
        losses.wait(f"Chunk {number} could not be committed", lost, chunk=number)
