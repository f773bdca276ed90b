"""Bytes that anybody may have written, as text, JSON and hex. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from waybill_common.contract import LENGTH, MAGIC, Contract, Dead, judge, unframe
from waybill_common.printable import printable
from waybill_console.messages.kafka_record import CutBytes, ShownRecord

LARGEST_JUDGED = 4 * 1024 * 1024
_HEX_BYTES = 2048
_WIDTH = 16


@dataclass(frozen=True)
class ShownValue:
    """``text`` is None where the bytes are no UTF-8. ``json`` is the text over several lines where it is an object."""

    text: str | None
    json: str | None
    schema_id: int | None
    hex: str


@dataclass(frozen=True)
class Verdict:
    """``state`` is ``event``, ``dead`` or ``unjudged``, each a colour and a word on the page."""

    state: str
    word: str
    why: str


def one_line(cut: CutBytes | None, most: int = 160) -> str:
    """For a table: a text on one line, what can't be shown spelled out, bytes that are no text as hex."""
    if cut is None:
        return "null"
    if cut.size == 0:
        return "empty"
    text = _decoded(cut, unframe(cut.head))
    shown = printable(text) if text is not None else f"0x{cut.head[: most // 2].hex()}"
    return shown[:most] + ("…" if len(shown) > most or not cut.is_whole else "")


def shown_value(cut: CutBytes) -> ShownValue:
    framed = cut.head.startswith(MAGIC) and cut.size >= LENGTH
    text = _decoded(cut, unframe(cut.head) if framed else cut.head)
    return ShownValue(
        text=None if text is None else _printable_lines(text),
        json=None if text is None or not cut.is_whole else _pretty(text),
        schema_id=int.from_bytes(cut.head[1:LENGTH]) if framed else None,
        hex=hex_dump(cut.head[:_HEX_BYTES]),
    )


def verdict_of(record: ShownRecord) -> Verdict:
    if record.reason is None:
        return Verdict("unjudged", "no contract", "no stream's contract is of this topic")
    if record.reason == "":
        return Verdict("event", "event", "keeps the contract")
    return Verdict("dead", record.reason.replace("_", " "), printable(record.detail))


def judged_by(contract: Contract, value: bytes | None) -> tuple[str, str]:
    """The reason and detail of a value that breaks the contract; no reason where it is an event."""
    if value is not None and len(value) > LARGEST_JUDGED:
        return "not_judged", f"its {len(value):,} bytes are too many to judge on a page"
    found = judge(contract, value)
    return (found.reason.value, found.detail) if isinstance(found, Dead) else ("", "")


def hex_dump(raw: bytes) -> str:
    """Offset, sixteen bytes, and those of them that are ASCII."""
    lines = []
    for at in range(0, len(raw), _WIDTH):
        part = raw[at : at + _WIDTH]
        seen = "".join(chr(one) if 32 <= one < 127 else "." for one in part)
        lines.append(f"{at:06x}  {part.hex(' '):<{3 * _WIDTH - 1}}  {seen}")
    return "\n".join(lines)


def _decoded(cut: CutBytes, head: bytes) -> str | None:
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
