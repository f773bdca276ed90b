"""Reading the ledger's files. What they mean is ``chain``'s business."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from collections.abc import Iterator
from typing import TypeVar

from waybill_ops.audit import names
from waybill_ops.audit.chain import Commit
from waybill_ops.audit.chain import Entry
from waybill_ops.audit.chain import Ledger
from waybill_ops.audit.chain import judge_chain
from waybill_ops.audit.entries import Manifest
from waybill_ops.audit.entries import Receipt
from waybill_ops.audit.entries import Span
from waybill_ops.audit.entries import Unreadable
from waybill_ops.audit.entries import parse_manifest
from waybill_ops.audit.entries import parse_receipt
from waybill_ops.audit.lake_reader import LakeReader

T = TypeVar("T", Manifest, Receipt)


def read_ledger(lake: LakeReader) -> Ledger:
    """The whole ledger, judged. The hint is read before the listing: the receipt it names must be in there."""
    hint = _hint(lake.read(names.LATEST))
    stored = _stored(lake)
    last = max([hint, *(number for number, kinds in stored.items() if "receipt" in kinds)])
    return judge_chain(_commits(lake, stored), last=last)


def later_claims(lake: LakeReader, last: int) -> set[tuple[str, Span]]:
    """Splits of commits that were opened behind ``last``, closed by now or not: a writer may be at work."""
    claims: set[tuple[str, Span]] = set()
    for number, kinds in _stored(lake).items():
        if number > last and "manifest" in kinds:
            entry = _entry(lake, number, "manifest", parse_manifest)
            if entry and entry.says:
                claims.update((entry.says.home[1], split) for split in entry.says.splits)
    return claims


def _stored(lake: LakeReader) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for key in lake.keys(names.LEDGER):
        entry = names.parse_entry_key(key)
        if entry is not None:
            found.setdefault(entry[0], set()).add(entry[1])
    return dict(sorted(found.items()))


def _commits(lake: LakeReader, stored: dict[int, set[str]]) -> Iterator[Commit]:
    for number, kinds in stored.items():
        yield Commit(
            number,
            _entry(lake, number, "manifest", parse_manifest) if "manifest" in kinds else None,
            _entry(lake, number, "receipt", parse_receipt) if "receipt" in kinds else None,
        )


def _entry(lake: LakeReader, number: int, kind: str, parse: Callable[[bytes], T]) -> Entry[T] | None:
    body = lake.read(names.entry_key(number, kind))
    if body is None:
        return None
    digest = hashlib.sha256(body).hexdigest()
    try:
        return Entry(digest, parse(body))
    except Unreadable as problem:
        return Entry(digest, None, str(problem))


def _hint(body: bytes | None) -> int:
    """What ``latest.json`` says; an absent or unreadable hint is no finding, since nothing rests on it."""
    try:
        number = json.loads(body or b"{}")["number"]
    except (ValueError, KeyError, TypeError):
        return 0
    return number if type(number) is int and number > 0 else 0
