"""Pictures are sound SVG, and show the little beside the large."""

from __future__ import annotations

from xml.etree import ElementTree

from waybill_console.pictures import Bar, commits_picture

NAMESPACE = "{http://www.w3.org/2000/svg}"


def drawn(bars: list[Bar]) -> ElementTree.Element:
    text = str(commits_picture(bars)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ElementTree.fromstring(text)  # noqa: S314  # made here


def test_each_commit_has_a_bar_that_says_what_it_is() -> None:
    found = drawn([Bar(number, 10 * number, 0, 0) for number in range(1, 201)])
    titles = [one.text for one in found.iter(f"{NAMESPACE}title")]
    assert len(titles) == 200
    assert titles[-1] == "commit 200: 2,000 rows, 0 dead letters, 0 lost"
    assert found.get("aria-label", "").startswith("Commits 1 to 200: 201,000 rows")


def test_one_dead_letter_among_a_million_rows_is_seen() -> None:
    found = drawn([Bar(1, 1_000_000, 1, 0)])
    [dead] = [one for one in found.iter(f"{NAMESPACE}rect") if one.get("class") == "dead"]
    assert float(dead.get("height", "0")) >= 2


def test_commits_without_a_record_draw_nothing_and_no_commit_no_picture() -> None:
    assert list(drawn([Bar(1, 0, 0, 0)]).iter(f"{NAMESPACE}rect")) == []
    assert str(commits_picture([])) == ""
