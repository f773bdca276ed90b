"""Random faults under load; half a minute of it, or ``make soak MINUTES=…``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from faults.conftest import SEED
from faults.matrix import Cell
from faults.promises import Promise
from faults.rig import Rig
from faults.second_stream import SecondStream
from faults.soak import Soak, line

MINUTES = float(os.environ.get("WAYBILL_TEST_SOAK_MINUTES", "0.5"))
CELL = Cell("soak", "all", "any", "random", Promise.ONCE, lambda _: "")


@pytest.mark.parametrize("cell", [CELL], ids=["soak"])
def test_random_faults_lose_and_double_nothing(
    rig: Rig, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\nsoak: {MINUTES:g} minutes, seed {SEED}", flush=True)
    result = Soak(rig, SecondStream(rig, tmp_path), MINUTES * 60).run()
    request.node.user_properties.append(("soak", line(result, SEED)))
    with capsys.disabled():
        print(f"\n{line(result, SEED)}", flush=True)
    for told in result["streams"].values():
        assert (told["lost"], told["doubled"], told["wrong"]) == (0, 0, [])
        assert told["events"] == told["rows"] + told["dead_letters"] > 0
