"""What flags, variables and the file say, each with its origin, and what is wrong with it."""

from __future__ import annotations

import json
import re
import tomllib
from argparse import Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_origin

from waybill_common.settings import flags as settings_flags
from waybill_common.settings.files import UnreadableFile, as_text, has_bom, read_judged
from waybill_common.settings.found_file import why_not_trusted
from waybill_common.settings.given_streams import STREAMS, GivenStreams
from waybill_common.settings.secret_files import PRIVATE
from waybill_common.settings.setting_names import (
    CONFIG_VARIABLE,
    FILE_SUFFIX,
    FOLDER_VARIABLE,
    PREFIX,
    REMOVED,
    entry_of,
    flag_of,
    is_kubernetes,
    is_secret,
    is_table,
    known,
    known_variables,
    named,
    nearest,
    of_a_stream,
    variable_of,
)
from waybill_common.settings.tree import FIRST_STREAM, Settings
from waybill_common.toml_lines import line_of

DEFAULT_FILE = Path("waybill.toml")
STREAM = "stream.name"
_START = "stream.start"
_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z])/[A-Za-z0-9+]{5,}[A-Za-z0-9+/]{10,}={0,2}")
"""Base64 that begins with a slash."""


@dataclass
class GivenValue:
    """What was given so far. ``origins`` says where from, for a field or an entry of a table; ``spoiled`` are fields
    that have a complaint already, so that their absence causes no second one. ``exposed`` are complaints about files
    of secrets that others can read, which a setting takes back.
    """

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[tuple[str, ...], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)
    exposed: list[tuple[str, str]] = field(default_factory=list)
    streams: GivenStreams = field(default_factory=GivenStreams)

    def choose(self, stream: Any, origin: str) -> None:
        """What weaker sources say of another stream's topic and dataset stays theirs.

        Where they name no stream, a start can only be meant for this one: the first stream begins at 0. To pass over it
        would begin a dataset elsewhere for good.
        """
        if stream != self.values.get(STREAM, FIRST_STREAM):
            if STREAM not in self.values and _START in self.values:
                self.refuse(
                    f"{_START} (from {self.origins[_START,]}) is of the stream {FIRST_STREAM} there; write "
                    f"streams.{named(str(stream))}.start"
                )
            for name in [one for one in self.values if one.startswith("stream.")]:
                del self.values[name]
        self.put(STREAM, stream, origin)

    def put(self, name: str, value: Any, origin: str) -> None:
        """Replaces what a weaker source said; tables are merged."""
        before = self.values.get(name)
        if isinstance(value, dict):
            self.origins |= {(name, str(entry)): origin for entry in value}
            value = {**before, **value} if isinstance(before, dict) else value
        self.values[name], self.origins[name,] = value, origin

    def refuse(self, problem: str, name: str | None = None) -> None:
        self.problems.append(problem)
        if name is not None:
            self.spoiled.add(name)


def collect(flags: Namespace, environ: Mapping[str, str]) -> GivenValue:
    """The weakest source first."""
    found = GivenValue()
    _from_file(found, flags, environ)
    _from_environment(found, environ)
    _from_flags(found, flags)
    _of_the_stream(found)
    return found


def _of_the_stream(found: GivenValue) -> None:
    """What ``[streams.NAME]`` says of the stream that was chosen. Of two that are equally strong ``[stream]`` wins."""
    stream = found.values.get(STREAM, FIRST_STREAM)
    for key, (value, origin) in found.streams.of(str(stream)).items():
        name = f"stream.{key}"
        if name not in found.values or _strength(origin) > _strength(found.origins[name,]):
            found.put(name, value, origin)


def _strength(origin: str) -> int:
    return 2 if origin.startswith("flag ") else 1 if origin.startswith("variable ") else 0


def _from_flags(found: GivenValue, flags: Namespace) -> None:
    given = settings_flags.given(flags)
    by_name, by_setting = settings_flags.chosen_stream(flags), given.pop(STREAM, None)
    if None not in (by_name, by_setting) and by_name != by_setting:
        found.refuse(f"--stream is {by_name}, {flag_of(STREAM)} is {by_setting}; leave one out", STREAM)
    elif by_name is not None:
        found.choose(by_name, "flag --stream")
    elif by_setting is not None:
        found.choose(by_setting, f"flag {flag_of(STREAM)}")
    for name, text in given.items():
        _put_text(found, name, text, f"flag {flag_of(name)}")
    for flag in getattr(flags, settings_flags.UNKNOWN, ()):
        found.refuse(_unknown_flag(flag))


def _unknown_flag(flag: str) -> str:
    name = flag.removeprefix("--").replace("-", "_")
    if name in REMOVED:
        return f"{flag} is no flag any more: {REMOVED[name]}"
    if name not in known():
        return f"{flag} is no flag{nearest(flag, (flag_of(one) for one in known()))}"
    if is_secret(known()[name]):
        variable = variable_of(name)
        return f"{flag} is no flag, since others can read those; set {variable} or {variable}{FILE_SUFFIX}"
    return f"{flag} is no flag of this command, which does not use {name}"


def _from_environment(found: GivenValue, environ: Mapping[str, str]) -> None:
    for variable, name, text in sorted(_variables(environ), key=lambda one: one[1] != STREAM):
        if name is None:
            _refuse_variable(found, variable, text)
        elif name == STREAM:
            found.choose(text, f"variable {variable}")
        elif isinstance(name, tuple):
            found.put(name[0], {name[1]: text}, f"variable {variable}")
        elif variable.upper() == variable_of(name):
            _put_text(found, name, text, f"variable {variable}")
        elif variable_of(name) in map(str.upper, environ):
            found.refuse(f"{variable} and {variable_of(name)} are both set; remove one", name)
        else:
            _put_file(found, name, text, variable)


def _refuse_variable(found: GivenValue, variable: str, text: str) -> None:
    """Unless it is of ``[streams.NAME]``."""
    upper = variable.upper()
    gone = next((why for name, why in REMOVED.items() if variable_of(name) == upper), None)
    of_stream = of_a_stream(upper)
    if gone is not None:
        found.refuse(f"{variable} is no variable of ours any more: {gone}")
    elif of_stream is not None:
        stream, field_ = of_stream
        if problem := found.streams.put(stream, field_, text, f"variable {variable}"):
            found.refuse(problem)
    else:
        hint = nearest(upper, (*known_variables(), CONFIG_VARIABLE, FOLDER_VARIABLE)) or "; remove it"
        found.refuse(f"{variable} is no variable of ours{hint}")


def _variables(environ: Mapping[str, str]) -> Iterable[tuple[str, str | tuple[str, str] | None, str]]:
    """Those of ours: the name as it stands, what it sets (an entry of a table is a pair), its text."""
    for variable, text in environ.items():
        upper = variable.upper()
        if not upper.startswith(PREFIX) or is_kubernetes(variable, text):
            continue
        if upper in (CONFIG_VARIABLE, FOLDER_VARIABLE):
            continue
        if variable != upper and upper in environ:
            continue  # the same in capitals beats it
        yield variable, known_variables().get(upper) or entry_of(upper), text


def _put_text(found: GivenValue, name: str, text: str, origin: str) -> None:
    """Lists and tables are JSON there; where a text may stand as well, what begins as a table does."""
    annotation = known()[name].annotation
    if not (is_table(annotation, text) or get_origin(annotation) is tuple) or not text.strip():
        found.put(name, text, origin)
        return
    try:
        found.put(name, json.loads(text, object_pairs_hook=_table), origin)
    except _Twice as error:
        found.refuse(f"{name} (from {origin}) names {named(str(error))!r} twice; remove one", name)
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, json.JSONDecodeError) else "too deep, or a number too long"
        shown = "" if get_origin(known()[name].annotation) is dict else f" = {text!r}"
        hint = "; lists and tables are JSON, which shells need single quotes around"
        found.refuse(f"{name}{shown} (from {origin}) is no JSON: {why}{hint}", name)


class _Twice(Exception):
    """A name that stands twice in one table."""


def _table(entries: list[tuple[str, Any]]) -> dict[str, Any]:
    """TOML refuses a repeated name itself."""
    table: dict[str, Any] = {}
    for name, value in entries:
        if name in table:
            raise _Twice(name)
        table[name] = value
    return table


def _put_file(found: GivenValue, name: str, text: str, variable: str) -> None:
    """A secret's file. The text is no path where somebody has put the secret itself there: it is shown if it looks
    like one."""
    where = text if text.startswith(("/", "./", "../")) and not _RANDOM.fullmatch(text) else "a file"
    try:
        content, access = read_judged(Path(text)) if text else (b"", PRIVATE)
        secret = as_text(content)
    except UnreadableFile as error:
        found.refuse(f"{variable} names {where}, which can't be read: {error}", name)
        return
    bare = secret.strip("\r\n")
    if not bare.strip():
        found.refuse(f"{variable} names {where if text else 'nothing'}, which is empty", name)
    elif "\x00" in bare:
        found.refuse(f"{variable} names {where}, which has a NUL in it, as no text has", name)
    elif has_bom(content):
        found.refuse(f"{variable} names {where}, which begins with a byte order mark; save it without", name)
    elif access.writable:
        found.refuse(
            f"{variable} names {where}, which others can write (mode {access.mode:04o}); make it its owner's alone "
            "(chmod 600), and the secret in it a new one",
            name,
        )
    elif get_origin(known()[name].annotation) is dict:
        _put_text(found, name, bare, f"variable {variable}")
    elif bare != bare.strip():
        # 0.1.0 cut blanks off; as part of the secret they would make it another one, silently.
        found.refuse(f"{variable} names {where}, which begins or ends with blanks; remove them", name)
    else:
        found.put(name, bare, f"variable {variable}")
    if access.readable and name not in found.spoiled:
        remedy = "chmod 600, or put it below /run/secrets, on tmpfs or on a read-only mount"
        told = f"{variable} names {where}, which others can read (mode {access.mode:04o}); {remedy}"
        found.exposed.append((name, f"{told}; or set security.readable_files"))


def _from_file(found: GivenValue, flags: Namespace, environ: Mapping[str, str]) -> None:
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
    for name in [one for one in found.values if is_secret(known()[one])]:
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
    elif section not in sections:
        hint = nearest(section, (*sections, STREAMS, *known()))
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


def _at(path: Path, text: str, section: str, key: str | None = None) -> str:
    line = line_of(text, section, key)
    return f"{path}, line {line}" if line else str(path)
