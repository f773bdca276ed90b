"""What stands around a value: the record's timestamp, key and headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waybill_contracts.document import ValueFormat
from waybill_contracts.judging.frames import unframe_of
from waybill_contracts.judging.verdicts import BAD_TIMESTAMP, Complaint, HeaderPairs
from waybill_contracts.scanning import NotJson, read_json, too_deep
from waybill_contracts.types import BEYOND_MICROS, FIRST_MICRO

BAD_KEY = Complaint("kafka_key", "bad_key")
BAD_HEADERS = Complaint("kafka_headers", "bad_headers")

NO_TIMESTAMP = -1


def timestamp_micros(milliseconds: int) -> int | Complaint | None:
    if milliseconds == NO_TIMESTAMP:
        return None
    micros = milliseconds * 1_000
    return micros if FIRST_MICRO <= micros < BEYOND_MICROS else BAD_TIMESTAMP


def key_reader(form: ValueFormat) -> Callable[[bytes | None], Any]:
    """From a key's bytes to its column's value, or ``BAD_KEY``."""
    unframe = unframe_of(form.frame, is_old=False)

    def read(key: bytes | None) -> str | bytes | Complaint | None:
        if key is None:
            return None
        inner = unframe(key) if unframe else key
        if inner is None:
            return BAD_KEY
        if form.format == "binary":
            return inner
        try:
            text = inner.decode()
        except UnicodeDecodeError:
            return BAD_KEY
        if form.format == "text":
            return text
        return _json_key(text)

    return read


def _json_key(text: str) -> str | Complaint:
    if too_deep(text):
        return BAD_KEY
    try:
        read_json(text)
    except NotJson:
        return BAD_KEY
    return text.strip(" \t\n\r")


def read_headers(headers: tuple[tuple[bytes, bytes | None], ...]) -> HeaderPairs | Complaint:
    try:
        return tuple((name.decode(), value) for name, value in headers)
    except UnicodeDecodeError:
        return BAD_HEADERS
