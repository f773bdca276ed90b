"""The ledger's end is found by names alone, with few questions."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waybill_common.errors import LakeRefused
from waybill_common.lake import Lake, open_lake
from waybill_common.settings import LakeSettings
from waybill_console.stream.ledger import Newest, StreamLedger
from waybill_console.stream.ledger_end import first_where, last_number

NUMBERS = st.integers(0, 10**9)


@given(NUMBERS, st.data())
def test_the_last_number_is_found_from_any_hint(last: int, data: st.DataObject) -> None:
    asked: list[int] = []

    def exists(number: int) -> bool:
        asked.append(number)
        return number <= last

    hint = data.draw(st.integers(0, last))
    assert last_number(hint, exists) == last
    assert len(asked) <= 2 * (last - hint + 1).bit_length() + 1


def test_a_hint_that_is_right_costs_one_question() -> None:
    asked: list[int] = []

    def exists(number: int) -> bool:
        asked.append(number)
        return number <= 100_000

    assert last_number(100_000, exists) == 100_000
    assert asked == [100_001]


@given(st.integers(0, 10**6), st.integers(1, 10**6 + 1))
def test_the_first_of_which_it_is_true_is_found(last: int, begin: int) -> None:
    found = first_where(last, lambda number: number >= begin)
    assert found == (begin if begin <= last else None)


def test_a_dataset_that_may_not_be_read_and_is_not_there_is_an_empty_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A store refuses also what is not there."""
    (tmp_path / "orders_redriven").mkdir()
    monkeypatch.setattr(Lake, "get", Mock(side_effect=LakeRefused("Denied.", allowed="a.", remedy="b.")))
    ledger = StreamLedger(open_lake(LakeSettings(url=str(tmp_path)), "orders_redriven"))
    assert ledger.newest() == Newest(None, None)
    monkeypatch.setattr(Lake, "keys", lambda *_: iter(["_waybill/00000000000000000001.manifest.json"]))
    with pytest.raises(LakeRefused):
        ledger.newest()
