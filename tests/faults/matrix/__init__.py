"""The matrix: component, moment, fault. Each module declares the cells of one component beside what they play."""

from __future__ import annotations

from typing import Any

import pytest
from faults.engines import Driver
from faults.matrix.ahead import AHEAD
from faults.matrix.api import API
from faults.matrix.brokers import BROKERS
from faults.matrix.cell import Cell, delivered_by
from faults.matrix.driver import DRIVER
from faults.matrix.kafka import KAFKA
from faults.matrix.local import ENGINES
from faults.matrix.origin import ORIGIN
from faults.matrix.producer import PRODUCER
from faults.matrix.producers import PRODUCERS
from faults.matrix.readers import READERS
from faults.matrix.records import RECORDS
from faults.matrix.rivals import RIVALS
from faults.matrix.spark import SPARK
from faults.matrix.store import STORE
from faults.matrix.topic import TOPIC

DELIVERING = (*DRIVER, *ORIGIN, *RIVALS, *STORE, *KAFKA, *TOPIC, *RECORDS)
"""The cells that are about drivers, whichever engine's they are."""

LOCAL = (
    *delivered_by(
        Driver.LOCAL,
        *DELIVERING,
        quick=frozenset(
            {
                "driver-killed-before-receipt",
                "rival-mid-run",
                "store-object-503",
                "kafka-fetch-reset",
                "kafka-retention-refused",
                "record-out-of-range",
            }
        ),
    ),
    *delivered_by(
        Driver.BOTH,
        *DRIVER,
        *RIVALS,
        *TOPIC,
        quick=frozenset({"driver-killed-mid-object", "rival-two-started"}),
    ),
    *AHEAD,
    *ENGINES,
)
"""Each of them once more with the local engine, and with both by turns where there are several runs; and what only that
engine does."""

CELLS = (
    *PRODUCER,
    *PRODUCERS,
    *BROKERS,
    *API,
    *DRIVER,
    *ORIGIN,
    *RIVALS,
    *LOCAL,
    *STORE,
    *KAFKA,
    *TOPIC,
    *READERS,
    *RECORDS,
    *SPARK,
)


def params(*cells: Cell) -> list[Any]:
    """For pytest: the ids, and the mark of those that are no part of the quick subset."""
    return [
        pytest.param(cell, id=cell.id, marks=() if cell.quick else pytest.mark.not_quick) for cell in cells
    ]


__all__ = [
    "API",
    "BROKERS",
    "CELLS",
    "DELIVERING",
    "DRIVER",
    "KAFKA",
    "LOCAL",
    "ORIGIN",
    "PRODUCER",
    "PRODUCERS",
    "READERS",
    "RECORDS",
    "RIVALS",
    "SPARK",
    "STORE",
    "TOPIC",
    "Cell",
    "params",
]
