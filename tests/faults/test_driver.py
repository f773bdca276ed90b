"""The cells of ``matrix`` that are about: driver."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from faults.matrix import DRIVER, ORIGIN, RIVALS, Cell, params


@pytest.mark.parametrize("cell", params(*DRIVER, *ORIGIN, *RIVALS))
def test_cell(cell: Cell, run_cell: Callable[[], None]) -> None:
    run_cell()
