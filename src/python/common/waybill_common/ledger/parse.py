"""From an entry's bytes to its model. Whoever can write to the store may have written them."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from waybill_common.errors import ContractUnknown, LedgerCorrupt
from waybill_common.ledger.manifest import Manifest, Manifest1, Manifest3
from waybill_common.ledger.receipt import Receipt, Receipt1, Receipt3
from waybill_common.ledger.writer_schemas import CommitSchemas
from waybill_common.version import VERSION

NEWEST = 3
LARGEST_HINT = 4096
LARGEST_DOCUMENT = 16 * 2**20
"""Bytes. Docs of fields are part of a contract's document."""

LARGEST_ENTRY = 128 * 2**20
"""Bytes. A commit of a quarter of a million objects has a receipt of that size."""

_MANIFESTS: dict[int, type[Manifest]] = {1: Manifest1, 2: Manifest1, 3: Manifest3}
_RECEIPTS: dict[int, type[Receipt]] = {1: Receipt1, 3: Receipt3}
_BYTES_PER_VALUE = 8
"""Entries have more for each value: a name, a colon, a line's indent. So ``[[],[],…`` never becomes objects."""

M = TypeVar("M", bound=BaseModel)


def parse_manifest(key: str, body: bytes) -> Manifest:
    """The manifest stored under ``key``.

    Raises ``ContractUnknown`` for a format of a later release, ``LedgerCorrupt`` for anything else that is no manifest.
    """
    return _model(key, body, _MANIFESTS[_format(key, body, tuple(_MANIFESTS))])


def parse_receipt(key: str, body: bytes) -> Receipt:
    """The receipt stored under ``key``; raises like ``parse_manifest``."""
    return _model(key, body, _RECEIPTS[_format(key, body, tuple(_RECEIPTS))])


def parse_schemas(key: str, body: bytes) -> CommitSchemas:
    """The object of a commit's schemas stored under ``key``; raises like ``parse_manifest``."""
    _format(key, body, (NEWEST,))
    return _model(key, body, CommitSchemas)


def writer_of(body: bytes) -> str | None:
    """The writer that an entry names, whatever else it is."""
    try:
        fields = load_json(body)
    except ValueError:
        return None
    writer = fields.get("writer") if isinstance(fields, dict) else None
    return writer if isinstance(writer, str) else None


def number_in(body: bytes) -> int | None:
    """The number that ``latest.json`` names, or None where it names none."""
    try:
        fields = load_json(body)
    except ValueError:
        return None
    number = fields.get("number") if isinstance(fields, dict) else None
    return number if type(number) is int and 0 < number < 10**20 else None


def load_json(body: bytes) -> Any:
    """What an entry's own fields hold, where that is no list: of a large entry the rest is not kept.

    Raises ``ValueError`` for what is no JSON, repeats a name within an object, or is nested too deeply.
    """
    few = len(body) // _BYTES_PER_VALUE + 64
    if body.count(b",") + body.count(b"[") + body.count(b"{") > few:
        raise ValueError("it has more values than an entry of its length")
    try:
        return json.loads(body, object_pairs_hook=_unique, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def corrupt(key: str, why: str) -> LedgerCorrupt:
    """The error for an entry that can't be read."""
    return LedgerCorrupt(
        f"{key} can't be used: {why}.",
        allowed="entries as docs/format.md specifies them, never edited.",
        remedy="restore it from a backup; `waybill verify` lists what is affected. Nothing was written.",
    )


def later_release(key: str, what: str) -> ContractUnknown:
    """The error for an entry that only a later release can read."""
    return ContractUnknown(
        f"{key} {what}, which Waybill {VERSION} does not know: it needs a later release.",
        allowed=f"lake formats 1 to {NEWEST}, and what this release's docs/format.md says of them.",
        remedy="use the release that wrote it, or a later one. Nothing was written.",
    )


def _format(key: str, body: bytes, known: tuple[int, ...]) -> int:
    """Check the format first: nothing else is known of an entry of another format."""
    try:
        fields = load_json(body)
    except ValueError as error:
        raise corrupt(key, _short(error)) from error
    if not isinstance(fields, dict):
        raise corrupt(key, "it is no JSON object")
    number = fields.get("format")
    if type(number) is int and number > NEWEST:
        raise later_release(key, f"is of lake format {_digits(number)}")
    if type(number) is not int or number not in known:
        raise corrupt(key, f"format: {_short(number)} is none")
    return number


def _model(key: str, body: bytes, kind: type[M]) -> M:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(_short(part) for part in first["loc"])
        raise corrupt(key, f"{place + ': ' if place else ''}{first['msg'][:300]}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{_short(name)} is there twice")
        found[name] = None if isinstance(value, list | dict) else value
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def _digits(number: int) -> str:
    return str(number) if number < 10**20 else "beyond 10^20"


def _short(what: object) -> str:
    text = repr(what) if not isinstance(what, str | Exception) else str(what)
    return text if len(text) <= 80 else text[:77] + "…"
