from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.producer.users import NOW, make_query

from waybill_common.errors import CursorRefused
from waybill_producer.cursor.model import Cursor, decode_cursor
from waybill_producer.cursor.resuming import (
    CursorTopicState,
    PagePosition,
    PageRefusal,
    find_position,
    refuse_page,
    seed_material,
)

EMPTY = CursorTopicState("names_topic", "id-1", has_records=False)
FILLED = CursorTopicState("names_topic", "id-1", has_records=True)


def make_cursor(**changes: Any) -> Cursor:
    fields: dict[str, Any] = {
        "stream": "names",
        "topic_id": "id-1",
        "seed": "abc",
        "page": 7,
        "results": 2,
        "nat": [],
        "inc": list(make_query().included),
        "version": "1.4",
        "events": 13,
        "dead_letters": 1,
        "fingerprint": "f7",
        "produced_at": NOW,
    }
    return Cursor.model_validate(fields | changes)


def stored(*cursors: Cursor) -> dict[str, Cursor]:
    return {cursor.key: cursor for cursor in cursors}


@pytest.mark.parametrize(
    ("topic", "cursors", "query", "position"),
    [
        (EMPTY, stored(), make_query(), PagePosition(1)),
        (FILLED, stored(make_cursor()), make_query(), PagePosition(8, "f7", 13, 1)),
        (FILLED, stored(make_cursor()), make_query(seed="new", results=9), PagePosition(1)),
        (
            FILLED,
            stored(make_cursor(), make_cursor(seed="new", page=1)),
            make_query(),
            PagePosition(8, "f7", 13, 1),
        ),
        (FILLED, stored(make_cursor()), make_query(seed=None), PagePosition(1)),
        (
            FILLED,
            stored(make_cursor(seed=None)),
            make_query(seed=None, results=9),
            PagePosition(8, "f7", 13, 1),
        ),
        (
            EMPTY,
            stored(make_cursor(page=1, events=0, dead_letters=2)),
            make_query(),
            PagePosition(2, "f7", 0, 2),
        ),
    ],
    ids=["first", "resume", "new_seed", "former_seed", "no_seed", "no_seed_other_size", "only_dead_letters"],
)
def test_a_stream_goes_on_where_it_stands(
    topic: CursorTopicState, cursors: dict[str, Cursor], query: Any, position: PagePosition
) -> None:
    assert find_position(query, topic, cursors) == position


@pytest.mark.parametrize(
    ("topic", "cursors", "query", "named"),
    [
        (FILLED, stored(), make_query(), "no cursor"),
        (FILLED, stored(make_cursor(topic_id="id-0", seed="old")), make_query(), "no cursor"),
        (EMPTY, stored(make_cursor(topic_id="id-0")), make_query(), "id-0"),
        (FILLED, stored(make_cursor()), make_query(results=3), "results was 2 and is 3"),
        (FILLED, stored(make_cursor()), make_query(nationalities=("GB",)), "nat was [] and is ['GB']"),
        (FILLED, stored(make_cursor(nat=["GB", "US"])), make_query(nationalities=("US", "GB")), "nat was"),
        (FILLED, stored(make_cursor()), make_query(included=("name",)), "inc was"),
        (FILLED, stored(make_cursor(version="1.3")), make_query(), "version was '1.3' and is '1.4'"),
    ],
    ids=["lost", "lost_other_topic", "recreated", "results", "nat", "nat_order", "inc", "version"],
)
def test_a_cursor_that_does_not_fit_is_refused(
    topic: CursorTopicState, cursors: dict[str, Cursor], query: Any, named: str
) -> None:
    found = find_position(query, topic, cursors)
    assert isinstance(found, PageRefusal)
    assert named in found.found
    assert found.remedy


@pytest.mark.parametrize(
    ("seed", "page", "other", "other_page", "refused"),
    [
        ("run1", 2, "run", 12, True),
        ("run1", 2, "run", 11, False),
        ("run12", 1, "run1", 2, True),
        ("run12", 1, "run1", 1, False),
        ("run", 12, "run1", 2, True),
        ("run", 1, "run1", 9, False),
        ("run01", 1, "run", 9999, False),
        ("run10", 1, "run1", 9999, False),
        ("other", 5, "run", 9999, False),
        ("abc", 10_001, "run", 1, True),
        ("abc", 10_000, "run", 1, False),
    ],
)
def test_a_page_another_seed_has_published_is_refused(
    seed: str, page: int, other: str, other_page: int, refused: bool
) -> None:
    cursors = stored(make_cursor(seed=other, page=other_page))
    found = refuse_page(make_query(seed=seed), page, FILLED, cursors)
    assert (found is not None) == refused


@given(
    st.text("a1203", min_size=1, max_size=3),
    st.integers(1, 40),
    st.text("a1203", min_size=1, max_size=3),
    st.integers(1, 400),
)
def test_refused_exactly_when_the_apis_material_repeats(seed: str, page: int, other: str, last: int) -> None:
    if seed == other:
        return
    published = {seed_material(other, number) for number in range(1, last + 1)}
    found = refuse_page(make_query(seed=seed), page, FILLED, stored(make_cursor(seed=other, page=last)))
    assert (found is not None) == (seed_material(seed, page) in published)


def test_a_cursor_survives_the_topic() -> None:
    cursor = make_cursor()
    assert decode_cursor(cursor.encode(), "here") == cursor


@pytest.mark.parametrize(
    "value",
    [b"", b"{}", b"null", make_cursor().encode().replace(b'"format":1', b'"format":2')],
    ids=["empty", "object", "null", "newer"],
)
def test_what_is_no_cursor_is_refused_with_its_place(value: bytes) -> None:
    with pytest.raises(CursorRefused) as caught:
        decode_cursor(value, "names_topic.cursor-0 offset 5")
    assert "names_topic.cursor-0 offset 5" in caught.value.found
