"""Reading the ledger's files. What they mean is ``chain``'s business."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from waybill_common.errors import ContractUnknown
from waybill_ops.audit import object_names
from waybill_ops.audit.audited_ledger import AuditedCommit, Ledger, StoredEntry
from waybill_ops.audit.chain import judge_chain
from waybill_ops.audit.entries import Manifest, Receipt, Span
from waybill_ops.audit.entry_fields import UnreadableField, parse_object
from waybill_ops.audit.findings import Code, Finding
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.local_files import Unsafe
from waybill_ops.audit.parse_entries import parse_manifest, parse_receipt
from waybill_ops.audit.writers_schemas import BoundSchemas, read_bound, read_schemas

T = TypeVar("T", Manifest, Receipt)

_LARGEST_ENTRY = 128 << 20
"""Bytes; a commit of a hundred thousand splits has less."""

_LARGEST_DOCUMENT = 16 << 20
_LARGEST_HINT = 4096
_LARGEST_NUMBER = 10**20 - 1
"""What the twenty digits of a name hold."""


def read_ledger(lake: LakeReader) -> Ledger:
    """The whole ledger, judged. The hint is read before the listing: the receipt it names must be in there.

    Raises ``ContractUnknown`` for what a later release wrote.
    """
    hint = _hint(lake)
    keys = lake.keys(object_names.LEDGER)
    stored = _stored(keys)
    last = max([hint, *(number for number, kinds in stored.items() if "receipt" in kinds)])
    bound = {number for key in keys if (number := object_names.number_of_schemas(key)) is not None}
    ledger = judge_chain(_commits(lake, stored, bound), last=last)
    ledger.findings.extend(_strangers(keys))
    ledger.findings.extend(_altered(lake, ledger))
    schemas = read_schemas(lake, _named_schemas(ledger))
    ledger.schemas = schemas.schemas
    ledger.findings.extend(schemas.findings)
    return ledger


def _named_schemas(ledger: Ledger) -> Iterator[str]:
    every = (one.terms for one in ledger.splits)
    for terms in (*every, ledger.latest):
        yield from terms.schemas.values() if terms else ()
    for bound in ledger.bound.values():
        yield from (one for one in bound.schemas.values() if one is not None)


def later_claims(lake: LakeReader, last: int) -> set[tuple[str, Span]]:
    """Splits of commits that were opened after ``last``, closed by now or not: a writer may be at work."""
    claims: set[tuple[str, Span]] = set()
    for number, kinds in _stored(lake.keys(object_names.LEDGER)).items():
        if number > last and "manifest" in kinds:
            entry = read_entry(lake, number, "manifest", parse_manifest)
            if entry and entry.says:
                claims.update((entry.says.home[1], split) for split in entry.says.splits)
    return claims


def read_entry(
    lake: LakeReader, number: int, kind: str, parse: Callable[[bytes], T]
) -> StoredEntry[T] | None:
    """One entry; what can't be read as one says why. None where there is none."""
    try:
        body = lake.read(object_names.entry_key(number, kind), _LARGEST_ENTRY)
    except Unsafe as problem:
        return StoredEntry("", None, str(problem))
    if body is None:
        return None
    digest = hashlib.sha256(body).hexdigest()
    try:
        return StoredEntry(digest, parse(body))
    except UnreadableField as problem:
        return StoredEntry(digest, None, str(problem))


def _stored(keys: Iterable[str]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for key in keys:
        entry = object_names.parse_entry_key(key)
        if entry is not None:
            found.setdefault(entry[0], set()).add(entry[1])
    return dict(sorted(found.items()))


def _strangers(keys: Iterable[str]) -> Iterator[Finding]:
    for key in keys:
        if key.startswith(object_names.CHANGES):
            raise ContractUnknown(
                f"The ledger has {key[:200]}: a change of the dataset that this release does not know.",
                allowed="a ledger of manifests and receipts alone.",
                remedy="use the release that wrote it, or a later one; nothing was judged.",
            )
        if not object_names.is_known(key):
            yield Finding(Code.UNKNOWN_NAME, key, "docs/format.md has no such name below _waybill/")


def _altered(lake: LakeReader, ledger: Ledger) -> Iterator[Finding]:
    """Documents stand before the first manifest that names them, and are never written again. Keeps those that do."""
    for sha256, number in ledger.documents.items():
        key = object_names.document_key(sha256)
        try:
            body = lake.read(key, _LARGEST_DOCUMENT)
        except Unsafe as problem:
            yield Finding(Code.CONTRACT_ALTERED, key, str(problem))
            continue
        if body is None:
            yield Finding(
                Code.CONTRACT_ALTERED, key, f"manifest {number} names it, the lake does not have it"
            )
        elif (found := hashlib.sha256(body).hexdigest()) != sha256:
            yield Finding(Code.CONTRACT_ALTERED, key, f"its bytes have the sha256 {found}")
        else:
            ledger.texts[sha256] = body


def _commits(lake: LakeReader, stored: dict[int, set[str]], bound: set[int]) -> Iterator[AuditedCommit]:
    for number, kinds in stored.items():
        receipt = read_entry(lake, number, "receipt", parse_receipt) if "receipt" in kinds else None
        # What no receipt follows decides nothing.
        asks = receipt is None or receipt.says is None or receipt.says.schemas_sha256 is not None
        yield AuditedCommit(
            number,
            read_entry(lake, number, "manifest", parse_manifest) if "manifest" in kinds else None,
            receipt,
            *(_bound(lake, number) if number in bound and asks else ()),
        )


def _bound(lake: LakeReader, number: int) -> tuple[BoundSchemas | None, str]:
    """What the commit's ids mean, and what is wrong with the object that says so."""
    try:
        return read_bound(lake, number), ""
    except (UnreadableField, Unsafe) as problem:
        return None, str(problem)


def _hint(lake: LakeReader) -> int:
    """What ``latest.json`` says; an absent or unreadable hint is no finding, since nothing rests on it."""
    try:
        body = lake.read(object_names.LATEST, _LARGEST_HINT)
        number = parse_object(body or b"{}").get("number")
    except (UnreadableField, Unsafe):
        return 0
    return number if type(number) is int and 0 < number <= _LARGEST_NUMBER else 0
