"""What a stream.toml says. Its keys are closed: one that nobody knows is refused with the nearest one."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from waybill_common.errors import SettingsRefused
from waybill_common.stream_names import why_no_stream, why_no_topic
from waybill_common.stream_start import START_FORMS, Start, parse_start
from waybill_common.toml_lines import line_of

KEYS = ("topic", "dataset", "start", "source", "delivery")
_SOURCE = re.compile("[a-z][a-z0-9_]{0,47}")


@dataclass(frozen=True)
class StreamToml:
    """``lines`` of its keys, those of ``delivery`` by their dotted names."""

    topic: str
    dataset: str | None
    start: Start | None
    source: str | None
    delivery: Mapping[str, Any]
    lines: Mapping[str, int]


def read_stream_toml(text: str, file: str) -> StreamToml:
    """Raises ``SettingsRefused``, and tomllib's error where it is no TOML."""
    said = tomllib.loads(text)
    page = _Page(file, text, said)
    page.closed("", said, KEYS)
    topic = page.text("topic", why_no_topic)
    if topic is None:
        page.refuse(
            "topic", "is not there", "the name of the stream's topic", 'write topic = "…" above any [table]'
        )
    source = _source(page)
    if source is not None and "start" in said:
        page.refuse(
            "start",
            "stands beside [source]: what a source of ours fills begins at 0",
            "one of the two",
            "leave start out",
        )
    delivery = page.table("delivery")
    return StreamToml(
        topic=topic,
        dataset=page.text("dataset", why_no_stream),
        start=_start(page),
        source=source,
        delivery=delivery,
        lines=page.lines((*KEYS, *(f"delivery.{key}" for key in delivery))),
    )


def _source(page: _Page) -> str | None:
    if "source" not in page.said:
        return None
    table = page.table("source")
    page.closed("source.", table, ("type",))
    found = table.get("type")
    if not isinstance(found, str) or not _SOURCE.fullmatch(found):
        allowed = 'type = "…", the kind of source that the producer has'
        page.refuse(
            "source.type", f"is {found!r}" if "type" in table else "is not there", allowed, "say it there"
        )
    return found


def _start(page: _Page) -> Start | None:
    said = page.said.get("start")
    try:
        return None if said is None else parse_start(said)
    except ValueError as why:
        shown = f"= {said!r}"[:100] if isinstance(said, str) else "can't be that"
        is_of_none = str(why) == f"it is {START_FORMS}"
        page.refuse("start", shown if is_of_none else f"{shown}: {why}", START_FORMS, "correct it")


@dataclass(frozen=True)
class _Page:
    file: str
    source: str
    said: Mapping[str, Any]

    def text(self, key: str, complaint: Callable[[str], str | None]) -> str | None:
        value = self.said.get(key)
        if key not in self.said:
            return None
        if not isinstance(value, str):
            self.refuse(key, "is no text", "a text in quotation marks", "correct it")
        if why := complaint(value):
            self.refuse(key, f"= {value[:60]!r} is no such name", why, "correct it")
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        value = self.said.get(key, {})
        if not isinstance(value, dict):
            self.refuse(key, "is no table", f"[{key}], and below it what it holds", "correct it")
        return value

    def closed(self, before: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                self.refuse(
                    f"{before}{key[:60]}", f"is no key of it{hint}", ", ".join(keys), "correct or remove it"
                )

    def lines(self, names: tuple[str, ...]) -> Mapping[str, int]:
        found = {name: self._line(name) for name in names}
        return {name: line for name, line in found.items() if line}

    def refuse(self, name: str, found: str, allowed: str, remedy: str) -> NoReturn:
        line = self._line(name)
        raise SettingsRefused(
            f"{self.file}{f', line {line}' if line else ''}: {name} {found}.",
            allowed=f"{allowed}.",
            remedy=f"{remedy}; nothing was touched.",
        )

    def _line(self, name: str) -> int | None:
        table, _, key = name.rpartition(".")
        return line_of(self.source, table or name, key if table else None)
