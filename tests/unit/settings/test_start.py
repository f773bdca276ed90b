"""``stream.start``: its forms, from wherever it comes, and what is none."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from waybill_common.errors import SettingsRefused
from waybill_common.settings import add_settings_flags, as_variables, load_settings
from waybill_common.stream_start import Start, parse_start

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def load(
    *flags: str, env: dict[str, str] | None = None, file: str = "", folder: Path | None = None
) -> Start | None:
    parser = ArgumentParser()
    add_settings_flags(parser, "stream")
    if folder is not None:
        (folder / "waybill.toml").write_text(file)
        flags = (f"--config={folder / 'waybill.toml'}", *flags)
    return load_settings(parser.parse_args(flags), env or {}).stream.start


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("earliest", "earliest"),
        ("latest", "latest"),
        ("2026-11-01T12:00:00Z", NOON),
        ("2026-11-01t13:00:00.000000+01:00", NOON),
        ('{"0": 5, "12": 0}', {0: 5, 12: 0}),
    ],
)
def test_a_flag_and_a_variable_say_it(text: str, start: Start) -> None:
    assert load(f"--stream.start={text}") == start
    assert load(env={"WAYBILL_STREAM__START": text}) == start


@pytest.mark.parametrize(
    ("lines", "start"),
    [
        ('[stream]\nstart = "latest"\n', "latest"),
        ("[stream]\nstart = 2026-11-01T13:00:00+01:00\n", NOON),
        ('[stream]\nstart = "2026-11-01T12:00:00Z"\n', NOON),
        ("[stream.start]\n0 = 5\n1 = 7\n", {0: 5, 1: 7}),
    ],
)
def test_a_file_says_it(lines: str, start: Start, tmp_path: Path) -> None:
    assert load(file=lines, folder=tmp_path) == start


def test_nothing_said_is_none() -> None:
    assert load() is None


@pytest.mark.parametrize(
    "said",
    [
        "newest",
        "LATEST",
        "2026-11-01",
        "2026-11-01T12:00:00",
        "20261101T120000Z",
        "2026-02-30T12:00:00Z",
        "2026-11-01T24:00:00Z",
        "2026-11-01T12:00:00,5Z",
        "1969-12-31T23:59:59Z",
        datetime(2026, 11, 1),  # noqa: DTZ001  # the case
        7,
        [0, 5],
        {},
        {"00": 5},
        {"-1": 5},
        {"0": -1},
        {"0": True},
        {"0": 1.0},
        {"0": "5"},
        {"0": 2**63},
    ],
    ids=str,
)
def test_what_is_no_start_is_refused(said: Any) -> None:
    with pytest.raises(ValueError, match=r"it is|partition"):
        parse_start(said)


def test_a_refusal_names_the_setting_its_value_and_what_is_allowed() -> None:
    with pytest.raises(
        SettingsRefused, match=r"stream\.start = 'newest' \(from flag --stream\.start\).*'latest'"
    ):
        load("--stream.start=newest")
    with pytest.raises(SettingsRefused, match=r"stream\.start.*no JSON"):
        load("--stream.start={")
    with pytest.raises(SettingsRefused, match=r"names '0' twice"):
        load('--stream.start={"0": 1, "0": 2}')


def test_tables_are_merged_for_a_child_as_they_are_here() -> None:
    parser = ArgumentParser()
    add_settings_flags(parser, "stream")
    environ = {"WAYBILL_STREAM__START": '{"0": 1, "1": 2}'}
    for flag in ('{"0": 5}', "latest"):
        flags = parser.parse_args([f"--stream.start={flag}"])
        told = as_variables(flags, environ)
        assert load(env=told) == load_settings(flags, environ).stream.start
