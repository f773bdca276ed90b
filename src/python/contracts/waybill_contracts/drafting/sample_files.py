"""The records in a file: lines of JSON, one array, one record over many lines, several one after the other, the lines
that ``waybill contract judge`` reads, or one value in a frame.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from waybill_contracts.by_hand import MEMBERS, LineRefused, parse_line
from waybill_contracts.drafting.samples import SampleRecord, read_sample
from waybill_contracts.judging import KafkaInput
from waybill_contracts.scanning import NotJson, read_json, scan, too_deep

BOM = b"\xef\xbb\xbf"
_MAGIC = (b"\x00", b"\x03\x00")

_space = re.compile(r"[ \t\n\r]*").match


def records_of(data: bytes) -> list[SampleRecord]:
    """A value that is no JSON is a record, too: whoever reads it says so."""
    if data.startswith(_MAGIC):
        return [SampleRecord(KafkaInput(data), "the file")]
    data = data.removeprefix(BOM)
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip(b" \t\r")]
    if len(lines) != 1 and lines and isinstance(_json(lines[0][1]), dict):
        return _as_judged(lines) or _of_lines(lines)
    return _of_whole(data) or _as_judged(lines) or _of_lines(lines)


def text_lines(data: bytes) -> list[SampleRecord]:
    """Each line is a record."""
    lines = enumerate(data.split(b"\n"), 1)
    return [SampleRecord(KafkaInput(line.removesuffix(b"\r")), f"line {at}") for at, line in lines if line]


def _of_lines(lines: list[tuple[int, bytes]]) -> list[SampleRecord]:
    return [SampleRecord(KafkaInput(line.strip(b" \t\r")), f"line {number}") for number, line in lines]


def _json(value: bytes) -> Any:
    try:
        text = value.decode()
        return None if too_deep(text) else read_json(text)
    except (UnicodeDecodeError, NotJson):
        return None


def _of_whole(data: bytes) -> list[SampleRecord]:
    """Values one after the other; those of an array where it is all that there is."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return []
    if too_deep(text):
        return []
    slices = [*_values(text)]
    if not slices or slices[-1] is None:
        return []
    found = [one for one in slices if one]
    if len(found) == 1 and found[0].startswith("["):
        items = [*_items(found[0])]
        return [SampleRecord(KafkaInput(one.encode()), f"record {at}") for at, one in enumerate(items, 1)]
    return [SampleRecord(KafkaInput(one.encode()), f"record {at}") for at, one in enumerate(found, 1)]


def _values(text: str) -> Iterator[str | None]:
    """The text of each; ``None``, and no more, where one is no JSON."""
    at = _space(text, 0).end()  # type: ignore[union-attr]  # it matches nothing, too
    while at < len(text):
        try:
            end = scan(text, at)[1]
            read_json(text[at:end])
        except (StopIteration, ValueError):
            yield None
            return
        yield text[at:end]
        at = _space(text, end).end()  # type: ignore[union-attr]


def _items(array: str) -> Iterator[str]:
    at = _space(array, 1).end()  # type: ignore[union-attr]
    while array[at] != "]":
        end = scan(array, at)[1]
        yield array[at:end]
        at = _space(array, end).end()  # type: ignore[union-attr]
        if array[at] == ",":
            at = _space(array, at + 1).end()  # type: ignore[union-attr]


def _as_judged(lines: list[tuple[int, bytes]]) -> list[SampleRecord]:
    """Those that ``waybill contract judge`` reads: sure only where base64 gives JSON or a frame in each of them."""
    found = []
    for number, line in lines:
        if not _may_be_judged(line):
            return []
        try:
            found.append(SampleRecord(parse_line(line).record, f"line {number}"))
        except LineRefused:
            return []
    inner = [one for one in found if one.record.value is not None]
    framed = all((one.record.value or b"").startswith(_MAGIC) for one in inner)
    return found if inner and (framed or not read_sample(inner, "json").unread) else []


def _may_be_judged(line: bytes) -> bool:
    try:
        given = json.loads(line)
        return isinstance(given, dict) and "value" in given and set(given) <= {*MEMBERS}
    except (ValueError, RecursionError):
        return False


def records_in(data: bytes, form: str | None) -> list[SampleRecord]:
    """``form`` is the values' where it is known: text is a record a line, of binary and Avro the whole is one."""
    if form == "text":
        return text_lines(data)
    return [SampleRecord(KafkaInput(data), "the file")] if form in ("binary", "avro") else records_of(data)


def judged_lines(data: bytes, form: str) -> Iterator[bytes]:
    """The same records as ``waybill contract judge`` reads them, values alone."""
    for one in records_in(data, form):
        value = one.record.value
        yield json.dumps({"value": None if value is None else base64.b64encode(value).decode()}).encode()
