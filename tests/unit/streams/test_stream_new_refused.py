"""``waybill stream new``: what it does not do leaves everything as it was."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from unit.streams.new_topics import Topics
from unit.streams.new_topics import topics as topics

from waybill_contracts.new_stream import made_stream
from waybill_ops.cli import main


def _occupied(topics: Topics) -> None:
    (topics.home / "sales").mkdir(parents=True)
    (topics.home / "sales" / "mine").write_text("x")


def _file(topics: Topics) -> None:
    topics.home.mkdir()
    (topics.home / "sales").write_text("x")


def _open_to_all(topics: Topics) -> None:
    topics.home.mkdir()
    topics.home.chmod(0o777)


def _empty(topics: Topics) -> None:
    topics.values["sales"] = []


def _compacted(topics: Topics) -> None:
    topics.compacted.add("sales")


def _nothing(_: Topics) -> None: ...


@pytest.mark.parametrize(
    ("before", "words", "code", "told"),
    [
        (_occupied, ["sales"], 2, "There is a stream sales already"),
        (_file, ["sales"], 2, "There is a stream sales already"),
        (_nothing, ["orders", "--topic=sales"], 2, "There is a stream orders already"),
        (_open_to_all, ["sales"], 2, "can be written by everybody"),
        (_empty, ["sales"], 22, "has no record"),
        (_compacted, ["sales"], 22, "compact"),
        (_nothing, ["sale"], 22, "Topic sale does not exist"),
        (_nothing, ["Sales"], 2, "'Sales' is no name of a stream"),
        (_nothing, ["x_redriven", "--topic=sales"], 2, "is no name of a stream"),
        (_nothing, ["s", "--topic=a/b"], 2, "'a/b' is no name of a topic"),
        (_nothing, ["--topic=123"], 2, "gives no name for a stream"),
        (_nothing, ["offsets", "--topic=__consumer_offsets"], 22, "internal"),
        (_nothing, ["s", "--topic=sales.cursor"], 22, "Waybill's own"),
        (_nothing, ["s", "--topic=sales.redriven"], 22, "Waybill's own"),
        (_nothing, [], 2, "Neither a NAME"),
        (_nothing, ["s", "--topics=*"], 2, "and --topics"),
        (_nothing, ["s", "--contract=c.json", "--format=text"], 2, "--format says nothing"),
        (_nothing, ["sales", "--time=who"], 2, "who is no column with times"),
        (_nothing, ["--topics=*", "--id=id"], 2, "--id was given, and --topics"),
        (_nothing, ["--topics=team.*"], 22, "No topic matches 'team.*'"),
    ],
)
def test_what_can_not_be_done_leaves_everything_as_it_was(
    before: Callable[[Topics], None],
    words: list[str],
    code: int,
    told: str,
    topics: Topics,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before(topics)
    was = topics.made()
    assert topics.new(*words) == code
    assert told in capsys.readouterr().err
    assert topics.made() == was


def test_the_folder_has_to_be_said(topics: Topics, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stream", "new", "sales"]) == 2
    assert "--streams" in capsys.readouterr().err


def test_a_folder_that_fails_its_test_does_not_appear(
    topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_stream, "first_samples", lambda *_: b'{"expect": "row", "text": "{"}\n')
    assert topics.new("sales") == 62
    assert topics.made() == set()


def test_a_folder_that_somebody_makes_meanwhile_stays_as_it_is(
    topics: Topics, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def samples(*_: object) -> bytes:
        (topics.home / "sales").mkdir(parents=True)
        (topics.home / "sales" / "mine").write_text("x")
        return b'{"expect": "not_json", "text": "{"}\n'

    monkeypatch.setattr(made_stream, "first_samples", samples)
    assert topics.new("sales") == 2
    assert "There is a stream sales already" in capsys.readouterr().err
    assert [one.name for one in (topics.home / "sales").iterdir()] == ["mine"]
    assert topics.made() == {"sales"}


def test_others_can_not_write_to_a_folder_whatever_the_umask(topics: Topics) -> None:
    before = os.umask(0)
    try:
        assert topics.new("sales") == 0
    finally:
        os.umask(before)
    assert not [one for one in (topics.home, *topics.home.rglob("*")) if one.stat().st_mode & 0o022]
    assert topics.test("sales") == 0


def test_two_that_share_a_dataset_are_refused(topics: Topics, capsys: pytest.CaptureFixture[str]) -> None:
    assert topics.new("others", "--topic=sales") == 0
    toml = topics.home / "others" / "stream.toml"
    toml.write_text(f'{toml.read_text()}dataset = "sales"\n')
    assert topics.new("sales") == 2
    assert "have one dataset, sales" in capsys.readouterr().err
    assert topics.made() == {"others"}
