"""Of topics and prefixes, ``waybill prove`` removes only those that it has made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from waybill_common.errors import LakeRefused, TopicRefused
from waybill_common.kafka import Topic, making_topics
from waybill_common.lake import Lake
from waybill_common.settings import LakeSettings, Settings
from waybill_ops.prove.scratch import Scratch

NAME = "waybill-prove-0123456789ab"


def topic(name: str, uuid: str = "id-1") -> Topic:
    return Topic(name, uuid, 3, "delete", -1, -1)


def made(tmp_path: Path) -> Scratch:
    prefix = Lake(LakeSettings(url=str(tmp_path)), NAME)
    prefix.put_new("owner", b"token")
    prefix.put_new("names/data/date=2026-01-01/a.parquet", b"")
    return Scratch(NAME, "token", Settings(), topic(NAME), prefix)


@pytest.fixture
def deleted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of topics that were deleted, on a cluster whose topics all have the id ``id-1``."""
    names: list[str] = []

    class Admin:
        def delete_topics(self, topics: list[str], **_seconds: float) -> dict[str, object]:
            names.extend(topics)
            return {}

    def ask(_settings: object, question: Callable[[Admin, float], object], _doing: str) -> None:
        question(Admin(), 1.0)

    monkeypatch.setattr(making_topics, "ask", ask)
    monkeypatch.setattr(making_topics, "topic_id", lambda _, name: None if name in names else "id-1")
    return names


def test_only_the_scratch_places_are_removed(tmp_path: Path, deleted: list[str]) -> None:
    neighbour = Lake(LakeSettings(url=str(tmp_path)), "names")
    neighbour.put_new("data/a.parquet", b"")
    made(tmp_path).remove()
    assert [*tmp_path.iterdir()] == [tmp_path / "names"]
    assert [*neighbour.keys("")] == ["data/a.parquet"]
    assert deleted == [NAME]


def test_a_prefix_without_this_runs_mark_is_left_alone(tmp_path: Path, deleted: list[str]) -> None:
    with pytest.raises(LakeRefused, match="does not hold this run's mark"):
        replace(made(tmp_path), token="another").remove()
    assert len([*made(tmp_path).prefix.keys("")]) == 2
    assert deleted == []


def test_a_topic_that_was_made_again_by_somebody_else_is_left_alone(
    tmp_path: Path, deleted: list[str]
) -> None:
    with pytest.raises(TopicRefused, match="is not the one that this run made"):
        replace(made(tmp_path), topic=topic(NAME, "id-0")).remove()
    assert deleted == []


@pytest.mark.parametrize("name", ["names", "waybill-prove-", "waybill-prove-0123456789ab/../names"])
def test_no_other_name_can_be_a_scratch_place(name: str) -> None:
    with pytest.raises(ValueError, match="no scratch places"):
        Scratch(name, "token", Settings(), topic(name), Lake(LakeSettings(url="/lake"), name))
