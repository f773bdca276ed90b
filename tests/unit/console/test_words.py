"""Numbers, sizes and times as pages spell them."""

from __future__ import annotations

import pytest

from waybill_console import words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (59.6, "1 min"), (3600, "1 h"), (90_061, "1 d 1 h"), (86_460, "1 d")],
)
def test_a_duration_has_its_two_largest_units(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (2**63, "8192.0 PiB")]
)
def test_a_size_is_readable(number: int, said: str) -> None:
    assert words.size(number) == said


@pytest.mark.parametrize(("retention", "said"), [("604800000", "7 d"), ("-1", "for ever"), ("1", "0.0 s")])
def test_retention_is_a_duration(retention: str, said: str) -> None:
    assert words.kept_for(retention) == said


@pytest.mark.parametrize("millis", [-(2**63), -1, 0, 1_795_305_600_000, 253_402_300_800_000, 2**63 - 1])
def test_any_of_kafkas_timestamps_has_a_spelling(millis: int) -> None:
    assert str(words.instant_of(millis)).startswith("<")


def test_what_is_not_known_is_told_apart_from_nothing() -> None:
    assert words.count(0) == "0"
    for spell in (words.count, words.size, words.duration, words.kept_for, words.instant):
        assert "not known" in spell(None)


def test_a_name_stays_one_segment_of_a_path() -> None:
    assert words.segment("a/b?c#d%2f") == "a%2Fb%3Fc%23d%252f"
