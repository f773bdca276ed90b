"""The reader of pages sees what is missing, doubled, and not covered by a cursor."""

from __future__ import annotations

import json

from faults.audit import Logged, Pages, judge_pages


def user(page: int, index: int) -> Logged:
    return Logged(b"id", b"{}", {"source": f"http://api/?results=2&seed=abc&page={page}#{index}".encode()})


def cursor(page: int, events: int) -> Logged:
    value = {"page": page, "results": 2, "events": events, "dead_letters": 0}
    return Logged(b"key", json.dumps(value).encode(), {})


CURSORS = [cursor(1, 2), cursor(2, 4)]
ALL = [user(page, index) for page in (1, 2) for index in (0, 1)]


def found(events: list[Logged], cursors: list[Logged] = CURSORS) -> Pages:
    return judge_pages(events, [], cursors)


def test_whole_pages_are_right() -> None:
    assert found(ALL) == Pages(pages=2, events=4, lost=(), doubled=(), wrong=())


def test_a_user_that_is_not_there_is_lost() -> None:
    assert found(ALL[1:]).lost == ((1, 0),)


def test_a_user_that_is_there_twice_is_doubled() -> None:
    assert found([*ALL, user(2, 1)]).doubled == ((2, 1),)


def test_a_page_without_its_cursor_is_wrong() -> None:
    assert "user (3, 0) is behind the last cursor" in found([*ALL, user(3, 0)]).wrong


def test_cursors_that_skip_a_page_are_wrong() -> None:
    assert "the cursors are [1, 3]" in found(ALL, [cursor(1, 2), cursor(3, 4)]).wrong


def test_a_page_whose_cursor_was_compacted_away_is_still_judged() -> None:
    assert found(ALL, CURSORS[1:]) == found(ALL)
    assert found(ALL[1:], CURSORS[1:]).lost == ((1, 0),)


def test_a_dead_letter_takes_the_place_of_an_event() -> None:
    told = cursor(2, 3)
    told = Logged(told.key, (told.value or b"").replace(b'"dead_letters": 0', b'"dead_letters": 1'), {})
    assert judge_pages(ALL[:3], [user(2, 1)], [cursor(1, 2), told]).wrong == ()
