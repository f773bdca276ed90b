"""A stream is found by its name: in the folder that is given, among what is installed, among Waybill's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from stream_folders import write_folder

from waybill_common.errors import SettingsRefused
from waybill_streams import folder_rights
from waybill_streams.clashes import check_apart
from waybill_streams.finding import StreamFolders, given_folder

SOURCE = 'topic = "t"\n[source]\ntype = "a"\n'


def test_those_that_waybill_brings_along_are_there() -> None:
    assert {"names", "orders", "orders_avro", "quakes"} <= set(StreamFolders().places)
    assert StreamFolders().find("names").topic == "names_topic"


def test_a_wheels_are_found_beside_them(tmp_path: Path) -> None:
    """A wheel without ``waybill_streams/__init__.py``; nothing of it is imported."""
    folder = write_folder(tmp_path / "waybill_streams", "invoices", 'topic = "billing"\n')
    (folder / "__init__.py").write_text("raise RuntimeError")
    found = StreamFolders(path=[str(tmp_path)])
    assert found.find("invoices").topic == "billing"
    assert list(found.places) == ["invoices"]


def test_one_that_is_given_stands_before_an_installed_one(tmp_path: Path) -> None:
    write_folder(tmp_path, "names", 'topic = "mine"\n')
    found = StreamFolders(tmp_path)
    assert found.find("names").topic == "mine"
    assert found.find("orders").topic == "shop.orders"


def test_what_has_no_stream_toml_is_no_stream(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "README").write_text("")
    assert list(StreamFolders(tmp_path, path=[]).places) == []


def test_a_stream_toml_that_is_a_link_to_nowhere_is_a_broken_stream(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "stream.toml").symlink_to(tmp_path / "gone")
    folders = StreamFolders(tmp_path, path=())
    assert list(folders.own) == ["orders"]
    with pytest.raises(SettingsRefused, match=r"has no stream\.toml"):
        folders.find("orders")


def test_a_name_that_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsRefused, match="did you mean orders") as raised:
        StreamFolders().find("ordres")
    assert "names" in raised.value.allowed
    assert "--streams" in raised.value.remedy


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "is empty"),
        ("none", "no such file"),
        ("file", "not a directory"),
        ("orders", "a stream's own folder"),
    ],
)
def test_a_folder_of_folders_that_is_none_is_refused(
    said: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path, "orders")
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsRefused, match=words):
        given_folder(said, "--streams")


@pytest.mark.parametrize("what", [".", "stream.toml", "samples", "samples/rows.jsonl", ".."], ids=str)
def test_what_everybody_may_write_is_refused(what: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "streams", "orders", rows="{}")
    (tmp_path / "streams").chmod(0o755)
    (folder / what).chmod((folder / what).stat().st_mode | 0o002)
    with pytest.raises(SettingsRefused, match="can be written by everybody"):
        StreamFolders(tmp_path / "streams").find("orders")


def test_a_link_to_what_everybody_may_write_is_refused(tmp_path: Path) -> None:
    elsewhere = write_folder(tmp_path / "elsewhere", "orders")
    elsewhere.chmod(0o777)
    (tmp_path / "streams").mkdir(mode=0o755)
    (tmp_path / "streams" / "orders").symlink_to(elsewhere)
    with pytest.raises(SettingsRefused, match="can be written by everybody"):
        StreamFolders(tmp_path / "streams").find("orders")


def test_what_a_link_in_it_leads_to_counts(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "streams", "orders")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (elsewhere / "rows.jsonl").write_text("{}")
    (elsewhere / "rows.jsonl").chmod(0o666)
    (folder / "samples").symlink_to(elsewhere)
    (folder / "nowhere").symlink_to(tmp_path / "none")
    (folder / "itself").symlink_to(folder)
    (tmp_path / "streams").chmod(0o755)
    with pytest.raises(SettingsRefused, match="can be written by everybody"):
        StreamFolders(tmp_path / "streams").find("orders")
    (elsewhere / "rows.jsonl").chmod(0o644)
    assert [one.name for one in StreamFolders(tmp_path / "streams").find("orders").samples] == ["rows.jsonl"]


def test_a_mount_that_is_read_only_may_have_any_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path, "orders").chmod(0o777)
    monkeypatch.setattr(folder_rights, "_is_read_only", lambda _path: True)
    assert StreamFolders(tmp_path).find("orders").topic == "t"


def test_another_users_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(tmp_path, "orders")
    me = os.geteuid()
    if me == 0:
        os.chown(folder / "stream.toml", 4321, 0)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    with pytest.raises(SettingsRefused, match="belongs to user"):
        StreamFolders(tmp_path).find("orders")


def test_a_group_that_may_write_is_one_warning(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "orders", rows="{}")
    for one in (folder, folder / "stream.toml"):
        one.chmod(one.stat().st_mode | 0o020)
    found = StreamFolders(tmp_path)
    assert found.find("orders").topic == "t"
    [warning] = found.warnings
    assert f"{folder} can be written by group" in warning


def test_folders_above_the_given_one_are_the_users_own_business(tmp_path: Path) -> None:
    write_folder(tmp_path / "streams", "orders")
    (tmp_path / "streams").chmod(0o755)
    tmp_path.chmod(0o777)
    assert StreamFolders(tmp_path / "streams").find("orders").topic == "t"


@pytest.mark.parametrize(
    ("first", "second", "datasets", "words"),
    [
        ('topic = "t"\ndataset = "x"\n', 'topic = "u"\ndataset = "x"\n', {}, "have one dataset, x"),
        ('topic = "t"\n', 'topic = "u"\ndataset = "one"\n', {}, "have one dataset, one"),
        ('topic = "t"\n', 'topic = "u"\n', {"two": "one"}, "have one dataset, one"),
        (SOURCE, SOURCE, {}, "a source that fills the topic t"),
    ],
    ids=["both said", "one said", "by a setting", "two sources"],
)
def test_what_two_streams_may_not_share_is_refused(
    first: str, second: str, datasets: dict[str, str], words: str, tmp_path: Path
) -> None:
    write_folder(tmp_path, "one", first)
    write_folder(tmp_path, "two", second)
    folders = StreamFolders(tmp_path)
    for name in ("one", "two"):
        with pytest.raises(SettingsRefused, match=words):
            check_apart(folders.find(name), folders.readable, {}, datasets)


@pytest.mark.parametrize("topic", ["two.redriven", "two.redrives"])
def test_a_source_does_not_fill_what_redrives_of_another_stream_fill(topic: str, tmp_path: Path) -> None:
    write_folder(tmp_path, "one", SOURCE.replace('"t"', f'"{topic}"'))
    write_folder(tmp_path, "two", 'topic = "t"\n')
    folders = StreamFolders(tmp_path)
    for name in ("one", "two"):
        with pytest.raises(SettingsRefused, match="which redrives of stream two fill"):
            check_apart(folders.find(name), folders.readable, {}, {})
    write_folder(tmp_path, "one", f'topic = "{topic}"\n')
    folders = StreamFolders(tmp_path)
    for name in ("one", "two"):
        check_apart(folders.find(name), folders.readable, {}, {})
    with pytest.raises(SettingsRefused, match="which its own redrives fill"):
        check_apart(folders.find("two"), folders.readable, {"two": topic}, {})


def test_several_streams_may_read_one_topic_and_a_source_may_fill_it(tmp_path: Path) -> None:
    for name, toml in (("one", SOURCE), ("two", 'topic = "t"\n'), ("three", 'topic = "t"\n')):
        write_folder(tmp_path, name, toml)
    folders = StreamFolders(tmp_path)
    for name in ("one", "two", "three"):
        check_apart(folders.find(name), folders.readable, {}, {})


def test_a_broken_folder_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    write_folder(tmp_path, "broken", "topic = ")
    write_folder(tmp_path, "Broken")
    write_folder(tmp_path, "orders")
    folders = StreamFolders(tmp_path, path=[])
    assert [one.name for one in folders.readable] == ["orders"]
    check_apart(folders.find("orders"), folders.readable, {}, {})
