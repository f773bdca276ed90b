"""Flags over variables over ``waybill.toml``; one message lists all that is wrong, with its origin."""

from __future__ import annotations

import datetime
from argparse import Namespace
from collections.abc import Mapping
from typing import Any, get_origin

from pydantic import ValidationError

from waybill_common.errors import SettingsRefused
from waybill_common.lake_url import may_hold_secret
from waybill_common.settings.describe import allowed
from waybill_common.settings.given_registries import REGISTRIES
from waybill_common.settings.given_value import GivenValue
from waybill_common.settings.key_files import judge_key_files
from waybill_common.settings.refused_values import refused_values
from waybill_common.settings.setting_names import is_secret, known, may_be_secret, named
from waybill_common.settings.sources import collect
from waybill_common.settings.stream_values import StreamSource, add_stream
from waybill_common.settings.tree import Settings

_SCALARS = (str, bool, int, float, datetime.date, datetime.time)
_LONGEST_SHOWN = 200


def load_settings(
    flags: Namespace, environ: Mapping[str, str], stream_source: StreamSource | None = None
) -> Settings:
    """The settings; raises ``SettingsRefused`` listing everything that is wrong, and where it came from.

    With ``stream_source`` they are of a stream that has a folder.
    """
    found = collect(flags, environ)
    facts = {} if stream_source is None else add_stream(found, stream_source)
    _refuse_at_sight(found)
    tree: dict[str, dict[str, Any]] = {"stream": {**facts}}
    for name, value in found.values.items():
        if name not in found.spoiled:
            section, _, field = name.partition(".")
            tree.setdefault(section, {})[field] = value
    if registries := found.registries.tree():
        tree.setdefault("registry", {})["others"] = registries
    settings = _validated(found, tree)
    for name, why in refused_values(settings):
        found.refuse(f"{name} (from {_origin(found, (name,))}): {why}", name)
    judge_key_files(found)
    if not settings.security.readable_files:
        for name, problem in found.exposed:
            found.refuse(problem, name)
    if found.problems:
        raise _refused(found.problems)
    return settings


def _validated(found: GivenValue, tree: dict[str, dict[str, Any]]) -> Settings:
    """With complaints about what is wrong, which is left out then, so that all the rest is looked at too."""
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            _add_complaint(found, one["loc"], one["msg"], one["type"])
            section, *field = map(str, one["loc"][:2])
            if field:
                tree.get(section, {}).pop(field[0], None)
            else:
                tree.pop(section, None)
    try:
        return Settings.model_validate(tree)
    except ValidationError:
        return Settings()


def _refuse_at_sight(found: GivenValue) -> None:
    """Refuse what pydantic would take: an empty text (a script's unset variable), and true for 1."""
    for name, value in found.values.items():
        if isinstance(value, str) and not value.strip():
            found.refuse(f"{_told(found, (name,))}: it is empty; leave it out for the default", name)
        elif isinstance(value, bool) and known()[name].annotation is not bool:
            found.refuse(f"{_told(found, (name,))}: true and false are no value of it{_words(name)}", name)


def _add_complaint(found: GivenValue, place: tuple[int | str, ...], message: str, kind: str) -> None:
    name = ".".join(str(part) for part in place[:2])
    if name == "registry.others":
        registry, field = (*map(str, place[2:4]), "", "")[:2]
        said, origin = f"{REGISTRIES}.{registry}.{field}", found.registries.origin(registry, field)
        found.refuse(f"{said.rstrip('.')} (from {origin}): {message.removeprefix('Value error, ')}")
        return
    if name in found.spoiled:
        return
    said = message.removeprefix("Value error, ")
    if name not in known():
        # Of a whole section: nobody else says which of its fields are meant.
        if not any(one.startswith(f"{name}.") for one in found.spoiled):
            found.refuse(f"{name}: {said}")
        return
    section = name.partition(".")[0]
    if kind == "value_error" and any(one.startswith(f"{section}.") for one in found.spoiled):
        return
    found.refuse(f"{_told(found, (name, *map(str, place[2:])))}: {said}{_words(name)}")


def _told(found: GivenValue, path: tuple[str, ...]) -> str:
    """Which setting, its value where that may be seen, and its origin."""
    return f"{'.'.join(map(named, path))}{_shown(found, path)} (from {_origin(found, path)})"


def _origin(found: GivenValue, path: tuple[str, ...]) -> str:
    return found.origins.get(path) or found.origins.get(path[:1]) or "default"


def _shown(found: GivenValue, path: tuple[str, ...]) -> str:
    name, value = path[0], found.values.get(path[0])
    info = known()[name]
    if name not in found.values:
        return ""
    if is_secret(info) or any(may_be_secret(part) for part in path):
        return " = a secret"
    for part in path[1:]:
        value = value.get(part) if isinstance(value, dict) else _item(value, part)
    # A table, or a value that should be one, may hold a password that nobody expects there.
    if not isinstance(value, _SCALARS) or get_origin(info.annotation) is dict:
        return ""
    if isinstance(value, str) and may_hold_secret(value):
        return " = a secret"
    return f" = {repr(value).partition('?')[0][:_LONGEST_SHOWN]}"


def _item(value: Any, part: str) -> Any:
    return value[int(part)] if isinstance(value, list) and part.isdecimal() else None


def _words(name: str) -> str:
    return f"; allowed: {allowed(known()[name])}"


def _refused(found: list[str]) -> SettingsRefused:
    # A name may have a line end in it.
    problems = [one.replace("\r", r"\r").replace("\n", r"\n") for one in found]
    listed = (
        f"{problems[0]}."
        if len(problems) == 1
        else f"{len(problems)} things are wrong with the settings:"
        + "".join(f"\n  - {one}" for one in problems)
    )
    return SettingsRefused(
        listed,
        allowed="what docs/settings.md lists for each field.",
        remedy="correct or remove it, and start again; nothing was touched.",
    )
