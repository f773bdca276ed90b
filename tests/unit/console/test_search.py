"""What the search field understands."""

from __future__ import annotations

import pytest

from waybill_console.search import CommitNumber, EventId, MessagePlace, Nothing, Wanted, parse_search

EVENT = "a5d7487b-e0b1-4275-9d9a-923f00a8c57f"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Nothing()),
        ("  ", Nothing()),
        ("names_topic-0-1200", MessagePlace("names_topic", 0, 1200)),
        (" names_topic/2/0 ", MessagePlace("names_topic", 2, 0)),
        ("names_topic:2:7", MessagePlace("names_topic", 2, 7)),
        ("a-b-3-4", MessagePlace("a-b", 3, 4)),
        ("..-0-1", MessagePlace("..", 0, 1)),
        ("0:1200", MessagePlace("stream.topic", 0, 1200)),
        ("1-5", MessagePlace("stream.topic", 1, 5)),
        ("17", CommitNumber(17)),
        ("#17", CommitNumber(17)),
        ("0", EventId("0")),
        (EVENT, EventId(EVENT)),
        ("a5d7487b-e0b1-4275-9234-923000000000", EventId("a5d7487b-e0b1-4275-9234-923000000000")),
        ("names_topic-9999999999-1", EventId("names_topic-9999999999-1")),
        ("names_topic-1-9999999999999999999", EventId("names_topic-1-9999999999999999999")),
        ("<script>", EventId("<script>")),
        ("1" * 400, EventId("1" * 300)),
        ("٣", EventId("٣")),
    ],
)
def test_a_text_means_one_thing(text: str, wanted: Wanted) -> None:
    assert parse_search(text, "stream.topic") == wanted
