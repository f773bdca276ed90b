"""The cells of ``matrix`` that are about drivers, with the local engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from faults.matrix import LOCAL, Cell, params


@pytest.mark.parametrize("cell", params(*LOCAL))
def test_cell(cell: Cell, run_cell: Callable[[], None]) -> None:
    run_cell()
