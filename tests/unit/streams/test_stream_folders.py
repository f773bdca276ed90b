"""What a stream's folder says is read whole or refused, with the place, what is allowed there, and the remedy."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from stream_folders import write_folder

from waybill_common.errors import SettingsRefused
from waybill_streams.stream_folder import StreamFolder, load_folder

WHOLE = """\
topic = "shop.orders"
dataset = "sales"
start = "latest"

[delivery]
window_past = 30
trigger = "10 seconds"
"""


def loaded(folder: Path, toml: str, name: str = "orders") -> StreamFolder:
    return load_folder(write_folder(folder, name, toml))


def test_a_topic_is_enough(tmp_path: Path) -> None:
    found = loaded(tmp_path, 'topic = "shop.orders"\n')
    assert (found.name, found.topic, found.dataset, found.start) == (
        "orders",
        "shop.orders",
        "orders",
        None,
    )
    assert (found.is_filled, found.contract, found.samples, dict(found.delivery)) == (False, None, (), {})


def test_all_that_it_may_say_is_read_with_its_line(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE)
    assert (found.topic, found.dataset, found.start) == ("shop.orders", "sales", "latest")
    assert found.delivery == {"window_past": 30, "trigger": "10 seconds"}
    assert found.said_at("delivery.window_past") == f"{tmp_path}/orders/stream.toml, line 6"


def test_a_source_of_ours_is_named(tmp_path: Path) -> None:
    found = loaded(tmp_path, 'topic = "t"\n[source]\ntype = "some_api"\n')
    assert (found.is_filled, found.source) == (True, "some_api")


def test_its_document_and_samples_are_found(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "orders", contract=b'{"stream":"orders"}', rows="{}\n", records="")
    found = load_folder(folder)
    assert found.contract == b'{"stream":"orders"}'
    assert [one.name for one in found.samples] == ["records.jsonl", "rows.jsonl"]


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ('"earliest"', "earliest"),
        ('"2026-11-29T13:00:00Z"', datetime(2026, 11, 29, 13, tzinfo=UTC)),
        ("2026-11-29T13:00:00Z", datetime(2026, 11, 29, 13, tzinfo=UTC)),
        ("{0 = 117, 12 = 0}", {0: 117, 12: 0}),
    ],
    ids=["a word", "text", "TOML's own instant", "offsets"],
)
def test_it_may_begin_anywhere(said: str, start: object, tmp_path: Path) -> None:
    assert loaded(tmp_path, f'topic = "t"\nstart = {said}\n').start == start


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("", "topic is not there"),
        ('[source]\ntype = "a"\ntopic = "t"\n', "topic is not there"),
        ('topic = ""\n', "line 1: topic = '' is no such name"),
        ('topic = ".."\n', "line 1: topic"),
        ("topic = 7\n", "line 1: topic is no text"),
        ('topic = "t"\ntopics = "u"\n', "line 2: topics is no key of it; did you mean topic"),
        ('topic = "t"\n\ndatset = "u"\n', "line 3: datset is no key of it; did you mean dataset"),
        ('topic = "t"\ndataset = "a__b"\n', "line 2: dataset = 'a__b'"),
        ('topic = "t"\ndataset = "orders_redriven"\n', "line 2: dataset"),
        ('topic = "t"\ndataset = "../x"\n', "line 2: dataset"),
        ('topic = "t"\nstart = "first"\n', "line 2: start = 'first'"),
        ('topic = "t"\nstart = 2026-11-29T13:00:00\n', "an instant such as"),
        ('topic = "t"\nstart = 2026-11-29\n', "line 2: start"),
        ('topic = "t"\nstart = {}\n', "or a table of each"),
        ('topic = "t"\nstart = {a = 1}\n', "a partition is a number"),
        ('topic = "t"\nstart = {0 = -1}\n', "the offset of partition 0"),
        ('topic = "t"\nstart = {0 = true}\n', "offset of partition 0"),
        ('topic = "t"\nstart = "latest"\n[source]\ntype = "a"\n', "line 2: start stands beside"),
        ('topic = "t"\nsource = "a"\n', "source is no table"),
        ('topic = "t"\n[source]\n', "source.type is not there"),
        ('topic = "t"\n[source]\ntype = "a"\nurl = "u"\n', "line 4: source.url is no key"),
        ('topic = "t"\ndelivery = 1\n', "delivery is no table"),
        ('topic = "t\n', "is no TOML"),
        (f'topic = "t"\nx = {"[" * 3000}\n', "is no TOML"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_what_it_may_not_say_is_refused_with_its_line(toml: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused) as raised:
        loaded(tmp_path, toml)
    assert words in raised.value.found + raised.value.allowed
    assert str(tmp_path / "orders" / "stream.toml") in raised.value.found
    assert raised.value.allowed
    assert raised.value.remedy


@pytest.mark.parametrize(
    "name",
    ["Orders", "1st", "a__b", "a_", "orders_redriven", "a" * 49, "a-b", "ä"],
    ids=lambda name: name[:12],
)
def test_a_folder_with_another_name_than_a_stream_may_have_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="no stream's name"):
        loaded(tmp_path, 'topic = "t"\n', name)


def test_another_streams_document_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "sales", contract=b'{"stream":"orders"}')
    with pytest.raises(
        SettingsRefused, match="a contract of stream 'orders', its folder is called sales"
    ) as raised:
        load_folder(folder)
    assert "`waybill contract init … --stream sales`" in raised.value.remedy


def test_a_file_that_is_none_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=r"has no stream\.toml"):
        load_folder(tmp_path / "orders")
    (tmp_path / "orders" / "stream.toml").mkdir(parents=True)
    with pytest.raises(SettingsRefused, match="can't be read: is a directory"):
        load_folder(tmp_path / "orders")
    with pytest.raises(SettingsRefused, match="larger than"):
        loaded(tmp_path, "#" * (1 << 20) + "\n", "sales")


def test_samples_that_nobody_may_look_at_are_refused_with_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As anything else of a folder is: whoever looks for other streams goes on."""
    folder = write_folder(tmp_path, "orders", rows="{}\n")

    def denied(_: Path) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(
        SettingsRefused, match=r"orders/samples can't be read: permission denied\. Allowed: a folder"
    ):
        load_folder(folder)


@pytest.mark.parametrize("name", ["stream.toml", "contract.json"])
def test_a_pipe_in_a_files_place_is_refused_and_not_waited_for(name: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "orders")
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    with pytest.raises(SettingsRefused, match=rf"{name} is no regular file"):
        load_folder(folder)


@pytest.mark.parametrize(
    "line", ["x = " + "9" * 5000, "x = " + "[" * 50_000, "# " + chr(0)], ids=["long number", "deep", "NUL"]
)
def test_what_no_reader_of_toml_takes_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="is no TOML"):
        loaded(tmp_path, f'topic = "t"\n{line}\n')


@pytest.mark.parametrize("line", [" ", "[", "[ ", "a "], ids=repr)
def test_a_long_line_is_no_long_wait(line: str, tmp_path: Path) -> None:
    """Minutes, where a line is searched again from each of its characters."""
    text = f'topic = "t"\ntext = """\n{line * 20_000}\n"""\n'
    with pytest.raises(SettingsRefused, match="line 2: text is no key"):
        loaded(tmp_path, text)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('"2026-02-30T00:00:00Z"', "it is no instant: no such day or time"),
        ('"1969-12-31T00:00:00Z"', "it is before 1970"),
        ("{a = 1}", "a partition is a number"),
    ],
    ids=["no day", "before any record", "no partition"],
)
def test_why_a_start_is_none_is_no_word_on_what_is_allowed(said: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=why) as refused:
        loaded(tmp_path, f'topic = "t"\nstart = {said}\n')
    assert refused.value.allowed.startswith("'earliest', 'latest', an instant")
