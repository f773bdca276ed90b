"""Bytes that anybody may have written, as text, JSON and hex. Pure."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from waybill_common.printable import printable
from waybill_console.messages.decoding import Decoded
from waybill_console.messages.kafka_record import CutBytes, ShownRecord
from waybill_contracts.judging import beginning_of, frame_seen

_NOBODYS = Decoded("unjudged", "no contract", "no stream's contract is of this topic")
_HEX_BYTES = 2048
_WIDTH = 16


@dataclass(frozen=True)
class ShownValue:
    """``text`` is None where the bytes are no UTF-8. ``json`` is the text over several lines where it is an object.
    ``frame`` names the frame that came off, and the schema's id in it.
    """

    text: str | None
    json: str | None
    frame: str
    hex: str


def one_line(cut: CutBytes | None, most: int = 160) -> str:
    """For a table: a text on one line, what can't be shown spelled out, bytes that are no text as hex."""
    if cut is None:
        return "null"
    if cut.size == 0:
        return "empty"
    return _on_one_line(cut, cut.head, most)


def value_line(record: ShownRecord, most: int = 160) -> str:
    """A value without its frame; where the contract makes a row of what is no text, that row."""
    cut, decoded = record.value, record.decoded
    if cut is None or cut.size == 0:
        return one_line(cut, most)
    inner = cut.head[_frame_length(cut, decoded) :]
    if decoded is not None and decoded.row and _text_of(cut, inner) is None:
        row = printable(" ".join(line.strip() for line in decoded.row.splitlines()))
        return row[:most] + ("…" if len(row) > most else "")
    return _on_one_line(cut, inner, most)


def key_line(record: ShownRecord, most: int = 40) -> str:
    """As the contract reads it, where it does."""
    decoded = record.decoded
    if decoded is None or decoded.key is None:
        return one_line(record.key, most)
    shown = printable(decoded.key)
    return shown[:most] + ("…" if len(shown) > most else "")


def shown_value(cut: CutBytes, decoded: Decoded | None = None) -> ShownValue:
    length = _frame_length(cut, decoded)
    text = _text_of(cut, cut.head[length:])
    return ShownValue(
        text=None if text is None else _printable_lines(text),
        json=None if text is None or not cut.is_whole else _pretty(text),
        frame=_FRAMES[length](cut.head) if length in _FRAMES else _by_header(decoded),
        hex=hex_dump(cut.head[:_HEX_BYTES]),
    )


def verdict_of(record: ShownRecord) -> Decoded:
    return record.decoded or _NOBODYS


def _frame_length(cut: CutBytes, decoded: Decoded | None) -> int:
    """As the contract says; without one, by what it looks like."""
    if decoded is not None and decoded.frame is not None:
        return decoded.frame
    length = beginning_of(frame_seen(cut.head), is_old=False)[1]
    return length if cut.size > length else 0


def _by_header(decoded: Decoded | None) -> str:
    named = None if decoded is None else decoded.by_header
    return "" if named is None else f"schema {'' if isinstance(named, str) else 'id '}{named} by a header"


_FRAMES = {
    5: lambda head: f"in Confluent's frame, schema id {int.from_bytes(head[1:5])}",
    9: lambda head: f"in Apicurio's frame, schema id {int.from_bytes(head[1:9])}",
    18: lambda head: f"in Glue's frame, schema version {uuid.UUID(bytes=head[2:18])}",
}
"""By their lengths."""


def _on_one_line(cut: CutBytes, inner: bytes, most: int) -> str:
    text = _text_of(cut, inner)
    shown = printable(text) if text is not None else f"0x{cut.head[: most // 2].hex()}"
    return shown[:most] + ("…" if len(shown) > most or not cut.is_whole else "")


def hex_dump(raw: bytes) -> str:
    """Offset, sixteen bytes, and those of them that are ASCII."""
    lines = []
    for at in range(0, len(raw), _WIDTH):
        part = raw[at : at + _WIDTH]
        seen = "".join(chr(one) if 32 <= one < 127 else "." for one in part)
        lines.append(f"{at:06x}  {part.hex(' '):<{3 * _WIDTH - 1}}  {seen}")
    return "\n".join(lines)


def _text_of(cut: CutBytes, head: bytes) -> str | None:
    """None for what is no UTF-8; a character that the cut went through is left out."""
    for end in range(len(head), len(head) - (1 if cut.is_whole else 4), -1):
        try:
            return head[:end].decode()
        except UnicodeDecodeError:
            continue
    return None


def _pretty(text: str) -> str | None:
    try:
        found = json.loads(text)
        if not isinstance(found, dict | list):
            return None
        return _printable_lines(json.dumps(found, indent=2, ensure_ascii=False))
    except (ValueError, RecursionError):
        return None


def _printable_lines(text: str) -> str:
    return "\n".join(printable(line.replace("\t", "    ")) for line in text.split("\n"))
