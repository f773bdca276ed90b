"""What the settings file says, with its line."""

from __future__ import annotations

import tomllib
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from waybill_common.near_names import nearest
from waybill_common.settings.files import UnreadableFile, as_text, read_judged
from waybill_common.settings.found_file import why_not_trusted
from waybill_common.settings.given_registries import REGISTRIES
from waybill_common.settings.given_streams import STREAMS
from waybill_common.settings.given_value import STREAM, GivenValue
from waybill_common.settings.setting_names import CONFIG_VARIABLE, REMOVED, is_secret, known, named
from waybill_common.settings.tree import Settings
from waybill_common.toml_lines import line_of

DEFAULT_FILE = Path("waybill.toml")


def from_file(found: GivenValue, flags: Namespace, environ: Mapping[str, str]) -> None:
    path, said = _file(flags, environ)
    if path is None:
        if said is not None:
            found.refuse(f"{said} is empty; name a TOML file, or leave it out")
        elif DEFAULT_FILE.exists() or DEFAULT_FILE.is_symlink():
            path = DEFAULT_FILE
            if why := why_not_trusted(path):
                found.refuse(
                    f"{path} lies in the current folder, and {why}: whoever can may set whatever this program does; "
                    "correct that, or name the file by --config if you trust it"
                )
                return
    if path is None:
        return
    try:
        content, access = read_judged(path)
        text = as_text(content)
        tree = tomllib.loads(text)
    except UnreadableFile as error:
        found.refuse(f"the settings file {path}{f' (from {said})' if said else ''} can't be read: {error}")
        return
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "too deep, or a number too long"
        found.refuse(f"the settings file {path} is no TOML: {why}")
        return
    for section, values in tree.items():
        _put_section(found, section, values, text, path)
    secrets = [one for one in found.values if is_secret(known()[one])]
    for name in (*secrets, *found.registries.secrets()):
        told = f"{name} is a secret, and others can {{}} {path}, which holds it (mode {access.mode:04o}); chmod 600"
        if access.writable:
            found.refuse(told.format("write"), name)
        elif access.readable:
            found.exposed.append((name, f"{told.format('read')}; or set security.readable_files"))


def _file(flags: Namespace, environ: Mapping[str, str]) -> tuple[Path | None, str | None]:
    """The file that was asked for, and by what. No path where its name is empty."""
    if flags.config is not None:
        return (Path(flags.config) if flags.config else None), "--config"
    named = [name for name in environ if name.upper() == CONFIG_VARIABLE]
    if not named:
        return None, None
    name = CONFIG_VARIABLE if CONFIG_VARIABLE in named else named[0]
    return (Path(environ[name]) if environ[name] else None), name


def _put_section(found: GivenValue, section: str, values: Any, text: str, path: Path) -> None:
    sections = Settings.model_fields
    if section == STREAMS:
        _put_streams(found, values, text, path)
    elif section == REGISTRIES:
        _put_registries(found, values, text, path)
    elif section not in sections:
        hint = nearest(section, (*sections, STREAMS, REGISTRIES, *known()))
        found.refuse(
            f"{named(section)} (from {_at(path, text, section)}) is no section of the settings{hint}"
        )
    elif not isinstance(values, dict):
        found.refuse(f"{section} (from {_at(path, text, section)}) is no table; write [{section}]")
    else:
        for key, value in sorted(values.items(), key=lambda one: f"{section}.{one[0]}" != STREAM):
            name, origin = f"{section}.{key}", _at(path, text, section, key)
            if name == STREAM:
                found.choose(value, origin)
            elif name in known():
                found.put(name, value, origin)
            elif name in REMOVED:
                found.refuse(f"{name} (from {origin}) is no setting any more: {REMOVED[name]}")
            else:
                others = [one.partition(".")[2] for one in known() if one.startswith(f"{section}.")]
                hint = nearest(key, others) or nearest(name, known())
                found.refuse(f"{named(name)} (from {origin}) is no setting{hint}")


def _put_streams(found: GivenValue, streams: Any, text: str, path: Path) -> None:
    for stream, values in streams.items() if isinstance(streams, dict) else ():
        if not isinstance(values, dict):
            origin = _at(path, text, STREAMS, stream)
            found.refuse(f"{named(f'{STREAMS}.{stream}')} (from {origin}) is no table; write [streams.NAME]")
            continue
        for key, value in values.items():
            if problem := found.streams.put(stream, key, value, _at(path, text, f"{STREAMS}.{stream}", key)):
                found.refuse(problem)
    if not isinstance(streams, dict):
        found.refuse(f"streams (from {_at(path, text, STREAMS)}) is no table; write [streams.NAME]")


def _put_registries(found: GivenValue, registries: Any, text: str, path: Path) -> None:
    for name, values in registries.items() if isinstance(registries, dict) else ():
        if not isinstance(values, dict):
            origin = _at(path, text, REGISTRIES, name)
            found.refuse(
                f"{named(f'{REGISTRIES}.{name}')} (from {origin}) is no table; write [registries.NAME]"
            )
            continue
        for key, value in values.items():
            at = _at(path, text, f"{REGISTRIES}.{name}", key)
            if problem := found.registries.put(name, key, value, at):
                found.refuse(problem)
    if not isinstance(registries, dict):
        found.refuse(f"registries (from {_at(path, text, REGISTRIES)}) is no table; write [registries.NAME]")


def _at(path: Path, text: str, section: str, key: str | None = None) -> str:
    line = line_of(text, section, key)
    return f"{path}, line {line}" if line else str(path)
