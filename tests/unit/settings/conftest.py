"""Loading settings as a program does that uses all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from waybill_common.cli import Parser
from waybill_common.errors import SettingsRefused
from waybill_common.settings import Settings, add_settings_flags, load_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Each test begins in an empty folder, so that no stray waybill.toml is read. What it writes is its own."""
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o077)
    yield tmp_path
    os.umask(before)


def load(flags: Sequence[str] = (), variables: Mapping[str, str] | None = None) -> Settings:
    return load_settings(_parser().parse_args(flags), variables or {})


@cache
def _parser() -> Parser:
    parser = Parser()
    add_settings_flags(parser, *Settings.model_fields)
    return parser


def refusal(flags: Sequence[str] = (), variables: Mapping[str, str] | None = None) -> SettingsRefused:
    with pytest.raises(SettingsRefused) as raised:
        load(flags, variables)
    return raised.value
