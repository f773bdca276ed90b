"""Texts as values: JSON where a setting is a list or table, and files of secrets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_origin

from waybill_common.settings.files import UnreadableFile, as_text, has_bom, read_judged
from waybill_common.settings.given_value import FromVariable, GivenValue
from waybill_common.settings.secret_files import PRIVATE
from waybill_common.settings.setting_names import is_table, known, named

_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z])/[A-Za-z0-9+]{5,}[A-Za-z0-9+/]{10,}={0,2}")
"""Base64 that begins with a slash."""


def put_text(found: GivenValue, name: str, text: str, origin: str) -> None:
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


def put_file(found: GivenValue, name: str, text: str, variable: str) -> None:
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
        put_text(found, name, bare, FromVariable(f"variable {variable}"))
    elif bare != bare.strip():
        # 0.1.0 cut blanks off; as part of the secret they would make it another one, silently.
        found.refuse(f"{variable} names {where}, which begins or ends with blanks; remove them", name)
    else:
        found.put(name, bare, FromVariable(f"variable {variable}"))
    if access.readable and name not in found.spoiled:
        remedy = "chmod 600, or put it below /run/secrets, on tmpfs or on a read-only mount"
        told = f"{variable} names {where}, which others can read (mode {access.mode:04o}); {remedy}"
        found.exposed.append((name, f"{told}; or set security.readable_files"))
