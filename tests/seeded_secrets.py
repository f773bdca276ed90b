"""A secret of its own in each setting that holds one, found in the tree, and a search for where they are not to be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_origin
from urllib.parse import quote

from waybill_common.settings.setting_names import is_secret, known, variable_of

_COMPANIONS = ("username", "access_key_id")
"""Without which a section's secret is refused."""

_PROPERTIES = ("sasl.password", "ssl.key.password", "ssl.keystore.password", "sasl.oauthbearer.client.secret")


def seeds() -> dict[str, str]:
    """By setting, and by property for a table of them."""
    names = [
        name
        for setting, info in known().items()
        if is_secret(info)
        for name in (
            [f"{setting}:{one}" for one in _PROPERTIES] if get_origin(info.annotation) is dict else [setting]
        )
    ]
    return {name: f"Seed{number:02}-{name[::-1]}/Q7z+w9K4j2-of-a-test" for number, name in enumerate(names)}


def settings_with(found: Mapping[str, str]) -> dict[str, str]:
    """Each secret setting's text, and what has to stand beside it, by setting."""
    texts: dict[str, str] = {}
    tables: dict[str, dict[str, str]] = {}
    for name, seed in found.items():
        setting, table, entry = name.partition(":")
        if table:
            tables.setdefault(setting, {})[entry] = seed
        else:
            texts[setting] = seed
        section = setting.partition(".")[0]
        texts |= {f"{section}.{one}": "someone" for one in _COMPANIONS if f"{section}.{one}" in known()}
    return texts | {setting: json.dumps(table) for setting, table in tables.items()}


def as_values(found: Mapping[str, str]) -> dict[str, str]:
    return {variable_of(setting): text for setting, text in settings_with(found).items()}


def as_files(found: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The same as ``…_FILE``."""
    folder.mkdir(mode=0o700)
    variables = {}
    for setting, text in settings_with(found).items():
        if is_secret(known()[setting]):
            path = folder / setting
            path.write_text(f"{text}\n")
            path.chmod(0o600)
            variables[f"{variable_of(setting)}_FILE"] = str(path)
        else:
            variables[variable_of(setting)] = text
    return variables


def told_in(content: bytes, found: Mapping[str, str], but: Iterable[str] = ()) -> list[str]:
    """Whose secrets stand in a text, in any spelling; those that ``but`` begins with may."""
    return [
        name
        for name, seed in found.items()
        if not name.startswith(tuple(but)) and any(spelling in content for spelling in _spellings(seed))
    ]


def told_below(folder: Path, found: Mapping[str, str]) -> list[tuple[str, str]]:
    """Files and secrets in them."""
    return [
        (str(path.relative_to(folder)), name)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
        for name in told_in(path.read_bytes(), found)
    ]


def _spellings(seed: str) -> set[bytes]:
    words = (seed, json.dumps(seed)[1:-1], quote(seed), quote(seed, safe=""), seed.replace("/", r"\/"))
    return {word.encode() for word in words} | {seed.encode("utf-16-le")}
