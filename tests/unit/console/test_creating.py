"""What a form for a topic means."""

from __future__ import annotations

import pytest

from waybill_console.cluster.creating import TopicWish, wish_of

FORM = {"name": "names_topic", "partitions": "3", "replication": "3", "retention": "", "min_insync": "2"}


def test_a_form_is_a_wish() -> None:
    assert wish_of(FORM) == TopicWish("names_topic", 3, 3, {"min.insync.replicas": "2"})
    kept = wish_of({**FORM, "min_insync": "", "retention": "-1", "name": " ..a "})
    assert kept == TopicWish("..a", 3, 3, {"retention.ms": "-1"})


@pytest.mark.parametrize(
    ("field", "text"),
    [("partitions", "0"), ("partitions", "10001"), ("replication", ""), ("replication", "-3"), ("partitions", "٣"),
     ("min_insync", "1.5"), ("retention", "7 days"), ("name", " ")],
)  # fmt: skip
def test_what_is_wrong_is_told_by_field(field: str, text: str) -> None:
    wrong = wish_of({**FORM, field: text})
    assert isinstance(wrong, dict)
    assert set(wrong) == {field}


def test_a_name_is_the_brokers_to_judge() -> None:
    assert isinstance(wish_of({**FORM, "name": "<script>"}), TopicWish)
