"""Pictures are valid, show every run, and keep what a contender looks like."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from waybill_bench.chart import WIDTH, Chart

SVG = "{http://www.w3.org/2000/svg}"
CHART = Chart(
    "rows & columns",
    {
        "350 B": {"waybill": [200.0, 220.0, 210.0], "spark-file": [100.0, 90.0, 110.0]},
        "1.2 KB": {"waybill": [50.0], "other": [0.0]},
    },
)


def parsed(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg())  # noqa: S314  # we wrote it


def test_there_is_a_bar_for_each_contender_and_a_dot_for_each_run() -> None:
    picture = parsed(CHART)
    assert len(picture.findall(f"{SVG}rect")) == 4
    assert len(picture.findall(f"{SVG}circle")) == 8


def test_bars_are_as_long_as_their_medians() -> None:
    lengths = [float(bar.get("width", "")) for bar in parsed(CHART).findall(f"{SVG}rect")]
    assert lengths == pytest.approx([lengths[0], lengths[0] * 100 / 210, lengths[0] * 50 / 210, 0], abs=0.1)


def test_a_contender_has_one_colour_and_no_other_has_it() -> None:
    colours = [bar.get("fill") for bar in parsed(CHART).findall(f"{SVG}rect")]
    assert colours[0] == colours[2]
    assert len(set(colours)) == 3


def test_nothing_is_drawn_outside_the_picture() -> None:
    picture = parsed(CHART)
    height = float(picture.get("height", ""))
    for one in picture.iter():
        assert 0 <= float(one.get("x", one.get("cx", "0"))) <= WIDTH - 60
        assert 0 <= float(one.get("y", one.get("cy", "0"))) <= height


def test_the_same_runs_give_the_same_bytes() -> None:
    assert CHART.svg() == Chart(CHART.title, dict(CHART.groups)).svg()
