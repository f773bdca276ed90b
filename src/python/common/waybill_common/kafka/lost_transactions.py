"""How often a transaction may be lost before its run fails: the one bound of all that publish."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from waybill_common.errors import DeliveryFailed
from waybill_common.kafka.transactional import TransactionLost

ATTEMPTS = 3
"""Transactions in a row that may be lost."""

_PAUSE_SECONDS = 1.0


@dataclass
class LostTransactions:
    """Counts losses in a row. What was lost is never sent again from memory: Kafka is asked first what is committed.

    ``goes_on`` is what a new run does, for the error's remedy.
    """

    goes_on: str
    sleep: Callable[[float], None] = time.sleep
    in_a_row: int = 0

    def wait(self, found: str, error: TransactionLost, **what: int | str) -> None:
        """Before Kafka is asked. ``found`` is the error's beginning, such as "Page 4 could not be published", ``what``
        is logged. Raises ``DeliveryFailed``.
        """
        self.in_a_row += 1
        structlog.get_logger().warning("transaction lost", **what, why=str(error), losses=self.in_a_row)
        if self.in_a_row >= ATTEMPTS:
            raise DeliveryFailed(
                f"{found} in {ATTEMPTS} transactions; the last: {error}.",
                allowed="a transaction whose records and commit the brokers acknowledge within kafka.timeout.",
                remedy=f"check the brokers and the topic's limits; run again: {self.goes_on}.",
            ) from error
        self.sleep(_PAUSE_SECONDS)

    def over(self) -> None:
        """One was committed."""
        self.in_a_row = 0
