"""The cells of ``matrix`` that are about: producer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from faults.matrix import API, BROKERS, PRODUCER, PRODUCERS, Cell, params


@pytest.mark.parametrize("cell", params(*PRODUCER, *PRODUCERS, *BROKERS, *API))
def test_cell(cell: Cell, run_cell: Callable[[], None]) -> None:
    run_cell()
