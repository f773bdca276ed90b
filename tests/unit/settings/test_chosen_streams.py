"""A command over several streams: the settings of each, and of the run."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import pytest

from waybill_common.errors import SettingsRefused
from waybill_common.settings import DELIVERING_HERE, Settings, add_settings_flags, as_words
from waybill_streams.chosen_streams import ChosenStreams, several_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, more in {"a": "", "b": '[delivery]\ntrigger = "7 seconds"\n', "c": ""}.items():
        made = tmp_path / "streams" / name
        made.mkdir(parents=True)
        (made / "stream.toml").write_text(f'topic = "{name}_topic"\n{more}')
    return tmp_path / "streams"


def chosen(folder: Path, *flags: str, **variables: str) -> ChosenStreams | None:
    parser = ArgumentParser()
    add_settings_flags(parser, *DELIVERING_HERE, several=True)
    return several_of(parser.parse_args([f"--streams={folder}", *flags]), variables, "test")


def settings_of_each(found: ChosenStreams | None) -> dict[str, Settings]:
    assert found is not None
    return {name: one for name, one in found.streams.items() if isinstance(one, Settings)}


def test_each_stream_has_what_its_folder_and_its_section_say(folder: Path) -> None:
    variables = {"WAYBILL_STREAMS__C__TOPIC": "another", "WAYBILL_LAKE__URL": "/lake"}
    found = settings_of_each(chosen(folder, "--all", **variables))
    assert {name: one.stream.topic for name, one in found.items()} == {
        "a": "a_topic", "b": "b_topic", "c": "another",
    }  # fmt: skip
    assert [one.delivery.trigger for one in found.values()] == ["available-now", "7 seconds", "available-now"]
    assert {one.lake.url for one in found.values()} == {"/lake"}
    assert [one.stream.name for one in found.values()] == ["a", "b", "c"]


def test_flags_hold_for_each_and_for_the_run(folder: Path) -> None:
    found = chosen(folder, "--all", "--delivery.trigger=1 seconds", "--delivery.workers=3")
    assert {one.delivery.trigger for one in settings_of_each(found).values()} == {"1 seconds"}
    assert found is not None
    assert found.run.delivery.workers == 3


def test_all_are_those_of_the_users_folder_and_names_may_be_of_any(folder: Path) -> None:
    assert [*settings_of_each(chosen(folder, "--all"))] == ["a", "b", "c"]
    assert [*settings_of_each(chosen(folder, "--stream=names", "--stream=a"))] == ["a", "names"]


def test_what_is_wrong_with_one_folder_is_that_streams_own(folder: Path) -> None:
    (folder / "b" / "stream.toml").write_text("topic = 5")
    found = chosen(folder, "--all")
    assert found is not None
    assert [name for name, one in found.streams.items() if isinstance(one, SettingsRefused)] == ["b"]


def test_what_is_wrong_with_the_settings_of_all_ends_the_run(folder: Path) -> None:
    with pytest.raises(SettingsRefused, match=r"log\.level"):
        chosen(folder, "--all", WAYBILL_LOG__LEVEL="loud")


@pytest.mark.parametrize("flags", [[], ["--stream=a"]], ids=["none", "one by its name"])
def test_one_stream_is_left_to_those_who_know_no_other(flags: list[str], folder: Path) -> None:
    assert chosen(folder, *flags) is None


def test_a_child_is_told_the_same(folder: Path) -> None:
    parser = ArgumentParser()
    add_settings_flags(parser, *DELIVERING_HERE, several=True)
    words = ["--stream=a", "--stream=b*", "--shard=1/2", f"--streams={folder}", "--lake.url=/lake"]
    flags = parser.parse_args(words)
    again = parser.parse_args(as_words(flags))
    assert vars(again) == vars(flags)


def test_a_command_of_one_stream_is_not_given_two(capsys: pytest.CaptureFixture[str]) -> None:
    parser = ArgumentParser()
    add_settings_flags(parser, "stream")
    assert "--stream=a" in as_words(parser.parse_args(["--stream=a", "--stream=a"]))
    with pytest.raises(SystemExit):
        parser.parse_args(["--stream=a", "--stream=b"])
    assert "given for two streams" in capsys.readouterr().err
