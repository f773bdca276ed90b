"""Temporary files of killed writers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from waybill_common.lake import open_lake
from waybill_common.ledger.keys import data_key, dead_letter_key
from waybill_common.ledger.position import NOTHING
from waybill_common.settings import LakeSettings
from waybill_delivery.leftovers import remove_leftovers

DATE = "date=2026-11-22"


@pytest.mark.parametrize(
    ("key", "removed"),
    [
        pytest.param(data_key("t-1", 0, 0, 10, DATE) + "#1", True, id="of a finished manifest"),
        pytest.param(
            dead_letter_key("t-1", 0, 0, 10) + "#12", True, id="dead letters of a finished manifest"
        ),
        pytest.param(data_key("t-1", 0, 10, 20, DATE) + "#1", False, id="of the open manifest"),
        pytest.param(data_key("t-1", 0, 0, 10, DATE), False, id="a finished object"),
        pytest.param("data/notes#1", False, id="somebody else's file"),
    ],
)
def test_only_temporary_files_of_finished_manifests_are_removed(
    tmp_path: Path, key: str, *, removed: bool
) -> None:
    path = tmp_path / "names" / key
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    lake = open_lake(LakeSettings(url=str(tmp_path)), "names")
    assert remove_leftovers(lake, replace(NOTHING, number=1, frontier={0: 10})) == int(removed)
    assert path.exists() is not removed
