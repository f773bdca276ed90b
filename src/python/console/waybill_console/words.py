"""Numbers, sizes and times as pages spell them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from markupsafe import Markup

from waybill_common.printable import printable
from waybill_ops.dead_letters import format_millis

UNKNOWN = Markup('<span class="unknown" title="not known">?</span>')
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_SPANS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def count(number: int | None) -> str | Markup:
    return UNKNOWN if number is None else f"{number:,}"


def size(number: int | None) -> str | Markup:
    """``1.4 MiB``."""
    if number is None:
        return UNKNOWN
    found, unit = float(number), _UNITS[0]
    for unit in _UNITS:
        if abs(found) < 1024 or unit == _UNITS[-1]:
            break
        found /= 1024
    return f"{number} B" if unit == "B" else f"{found:.1f} {unit}"


def duration(seconds: float | None) -> str | Markup:
    """The two largest units of it: ``2 d 3 h``."""
    if seconds is None:
        return UNKNOWN
    if seconds < 10:
        return f"{seconds:.1f} s"
    left = round(seconds)
    parts: list[str] = []
    for length, name in _SPANS:
        if left >= length and len(parts) < 2:
            parts.append(f"{left // length} {name}")
            left %= length
        elif parts:
            break
    return " ".join(parts)


def kept_for(retention_ms: str | None) -> str | Markup:
    """What ``retention.ms`` says."""
    if retention_ms is None or not retention_ms.lstrip("-").isdigit():
        return UNKNOWN
    millis = int(retention_ms)
    return "for ever" if millis < 0 else duration(millis / 1000)


def instant(moment: datetime | None) -> Markup:
    """A time in UTC, to which the script adds the reader's own."""
    if moment is None:
        return UNKNOWN
    moment = moment.astimezone(UTC)
    said = f"{moment:%Y-%m-%d %H:%M:%S}"
    return Markup('<time datetime="{}">{} <small>UTC</small></time>').format(moment.isoformat(), said)


def instant_of(millis: int | None) -> Markup:
    """The same for Kafka's milliseconds, which may lie beyond any calendar."""
    if millis is None:
        return Markup('<span class="unknown">no timestamp</span>')
    if not 0 <= millis < 253_402_300_800_000:
        return Markup("<span>{}</span>").format(format_millis(millis))
    moment = datetime.fromtimestamp(millis / 1000, UTC)
    said = f"{moment:%Y-%m-%d %H:%M:%S}.{millis % 1000:03d}"
    return Markup('<time datetime="{}">{} <small>UTC</small></time>').format(
        moment.isoformat(timespec="milliseconds"), said
    )


def plain(text: object) -> str:
    """A text of others' on one line, with what can't be shown spelled out."""
    return printable(str(text))


def segment(text: object) -> str:
    """One segment of a path."""
    return quote(str(text), safe="")


def plural(number: int | None, word: str, many: str = "") -> str:
    return f"{'?' if number is None else format(number, ',')} {word if number == 1 else many or word + 's'}"
