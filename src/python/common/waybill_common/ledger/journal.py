"""Reading the ledger's position, opening a commit, closing it. All the ledger's I/O."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

import structlog

from waybill_common.errors import DriverFenced, LakeRefused, LedgerCorrupt, SettingsRefused
from waybill_common.lake import Lake, ObjectTooLarge, create
from waybill_common.ledger import keys
from waybill_common.ledger.entry import LARGEST, Frontier
from waybill_common.ledger.folder_window import is_window
from waybill_common.ledger.manifest import ContractRef, Manifest, Manifest1
from waybill_common.ledger.parse import (
    LARGEST_DOCUMENT,
    LARGEST_ENTRY,
    LARGEST_HINT,
    corrupt,
    number_in,
    parse_manifest,
    parse_receipt,
    writer_of,
)
from waybill_common.ledger.position import NOTHING, LedgerPosition
from waybill_common.ledger.receipt import Receipt, Receipt1, Receipt3
from waybill_common.ledger.split_sizes import seen_in


@dataclass(frozen=True)
class Journal:
    """One driver's view of the ledger. ``writer`` is this start's random id."""

    lake: Lake
    writer: str

    def position(self) -> LedgerPosition:
        """Reads the highest receipt; costs the same at the ten-thousandth commit as at the first.

        Raises ``LedgerCorrupt`` for an unreadable entry or a skipped number, ``LakeRefused`` for a folder that
        holds data but no ledger.
        """
        if not self.lake.has_folder:  # a look at it would make one
            return NOTHING
        since = self._hint()
        found = {(since, "receipt")} if since else self._entries(None)
        if not found and next(iter(self.lake.keys(keys.DATA)), None) is not None:
            # Another driver may have begun the dataset between the two listings.
            found = self._entries(None)
            if not found:
                raise LakeRefused(
                    f"{self.lake.address} holds objects below {keys.DATA} but no ledger.",
                    allowed="an empty folder, or a dataset with its _waybill/ folder.",
                    remedy="choose another lake.url, or restore the ledger.",
                )
        if since:
            found |= self._entries(keys.receipt_key(since))
        receipts = {number for number, kind in found if kind == "receipt"}
        manifests = {number for number, kind in found if kind == "manifest"}
        last = max(receipts, default=0)
        newest = max(manifests | receipts, default=0)
        for number in range(since + 1, last + 1):
            self._must_exist(number, "manifest", listed=number in manifests)
            self._must_exist(number, "receipt", listed=number in receipts)
        if newest > last + 1:
            self._must_exist(last + 1, "receipt", listed=False)
        return self._position(last, is_open=last + 1 in manifests)

    def is_empty(self) -> bool:
        """Whether it has no entry yet, by a listing: a store refuses who may not read below a folder also what is not
        there.
        """
        names = self.lake.keys(keys.LEDGER) if self.lake.has_folder else ()
        return all(keys.parse_entry(name) is None for name in names)

    def receipt(self, number: int) -> Receipt:
        """The receipt of a commit that has one; raises ``LedgerCorrupt`` where it can't be read."""
        return self._receipt(number)[0]

    def manifest(self, number: int) -> Manifest:
        """The manifest of a commit that has one; raises ``LedgerCorrupt`` where it can't be read."""
        return self._manifest(number)[0]

    def first(self) -> Manifest | None:
        """The manifest that the dataset began with, open or closed; None where there is none."""
        key = keys.manifest_key(1)
        body = self._get(key)
        return None if body is None else parse_manifest(key, body)

    def origin(self, at: LedgerPosition) -> Frontier:
        """Where the dataset at position ``at`` begins; no partition where it has no manifest."""
        if at.number == 0:
            return {} if at.open is None else at.open.before
        last = self._manifest(at.number if at.format >= 3 else 1)[0]
        return last.before if isinstance(last, Manifest1) else last.origin

    def document(self, sha256: str) -> bytes:
        """The contract's document that an entry names; raises ``LedgerCorrupt`` where it is not what its name says."""
        key = keys.document_key(sha256)
        try:
            body = self.lake.get(key, limit=LARGEST_DOCUMENT)
        except ObjectTooLarge as error:
            raise corrupt(key, str(error)) from error
        if body is None:
            raise corrupt(key, "an entry of the ledger names it, and it is gone")
        return _checked_document(key, sha256, body)

    def store_document(self, body: bytes) -> None:
        """Before the first manifest that names it; raises ``LedgerCorrupt`` where other bytes stand there.

        Raises ``SettingsRefused`` for one that would be too large to be read again.
        """
        if len(body) > LARGEST_DOCUMENT:
            raise SettingsRefused(
                f"The contract's document has {len(body):,} bytes.",
                allowed=f"at most {LARGEST_DOCUMENT:,}.",
                remedy="shorten it, what its fields' docs say first of all. Nothing was written.",
            )
        sha256 = _sha256(body)
        key = keys.document_key(sha256)
        stored = create(self.lake, key, body, body.__eq__)
        _checked_document(key, sha256, stored.body)

    def open(self, at: LedgerPosition, manifest: Manifest) -> LedgerPosition:
        """Create the manifest. Where another driver was first, the ledger is read anew: it may be far ahead."""
        key = keys.manifest_key(manifest.number)
        stored = create(self.lake, key, manifest.to_json(), self._is_mine)
        if not stored.mine:
            structlog.get_logger().warning("foreign_manifest", number=manifest.number)
            return self.position()
        return _opened(at, manifest, _sha256(stored.body))

    def close(self, manifest: Manifest, receipt: Receipt) -> LedgerPosition:
        """Create the receipt; the position after the one that stands.

        Raises ``DriverFenced`` where another driver closed a commit that this one had opened.
        """
        key = keys.receipt_key(receipt.number)
        body = receipt.to_json()
        stored = create(self.lake, key, body, self._is_mine)
        if not stored.mine:
            self.check_not_fenced(manifest)
        standing = receipt if stored.body == body else parse_receipt(key, stored.body)
        if isinstance(standing, Receipt1) != isinstance(manifest, Manifest1):
            raise corrupt(key, f"it is of format {standing.format}, its manifest of format {manifest.format}")
        self.lake.overwrite(keys.LATEST, json.dumps({"number": standing.number}).encode() + b"\n")
        return _behind(standing, _sha256(stored.body), manifest.contract)

    def check_not_fenced(self, manifest: Manifest) -> None:
        """For a manifest that somebody else closed: raises ``DriverFenced`` where this driver had opened it."""
        if manifest.writer == self.writer:
            raise DriverFenced(
                f"Commit {manifest.number} was opened by this run and closed by another one.",
                allowed="one driver at a time for each dataset.",
                remedy="leave the stream to the other driver; nothing was lost or doubled.",
            )

    def _is_mine(self, body: bytes) -> bool:
        return writer_of(body) == self.writer

    def _position(self, last: int, *, is_open: bool) -> LedgerPosition:
        at = NOTHING
        if last:
            receipt, sha256 = self._receipt(last)
            # Receipts of old formats do not repeat it.
            old = self._manifest(last)[0].contract if isinstance(receipt, Receipt1) else None
            at = _behind(receipt, sha256, old)
        if not is_open:
            return at
        manifest, manifest_sha256 = self._manifest(last + 1)
        if not _follows(manifest, at):
            raise corrupt(keys.manifest_key(last + 1), f"it does not follow receipt {last}")
        return _opened(at, manifest, manifest_sha256)

    def _entries(self, after: str | None) -> set[tuple[int, str]]:
        entries = (keys.parse_entry(key) for key in self.lake.keys(keys.LEDGER, after=after))
        return {entry for entry in entries if entry is not None}

    def _must_exist(self, number: int, kind: str, *, listed: bool) -> None:
        """A listing is no snapshot: what it lacks is asked for by name before it counts as missing."""
        key = keys.receipt_key(number) if kind == "receipt" else keys.manifest_key(number)
        if not listed and self._get(key) is None:
            raise LedgerCorrupt(
                f"The ledger of {self.lake.address} has later entries but no {key}.",
                allowed="manifests and receipts numbered without a gap.",
                remedy="restore it from a backup; `waybill verify` lists what is affected. Nothing was written.",
            )

    def _receipt(self, number: int) -> tuple[Receipt, str]:
        key = keys.receipt_key(number)
        body = self._read(key)
        receipt = parse_receipt(key, body)
        if receipt.number != number:
            raise corrupt(key, f"it says number {receipt.number}")
        return receipt, _sha256(body)

    def _manifest(self, number: int) -> tuple[Manifest, str]:
        key = keys.manifest_key(number)
        body = self._read(key)
        manifest = parse_manifest(key, body)
        if manifest.number != number:
            raise corrupt(key, f"it says number {manifest.number}")
        return manifest, _sha256(body)

    def _read(self, key: str) -> bytes:
        body = self._get(key)
        if body is None:
            raise corrupt(key, "it was listed, or must have been there, and is gone")
        return body

    def _get(self, key: str) -> bytes | None:
        try:
            return self.lake.get(key, limit=LARGEST_ENTRY)
        except ObjectTooLarge as error:
            raise corrupt(key, str(error)) from error

    def _hint(self) -> int:
        """The number that ``latest`` names, if that receipt exists; 0 otherwise: list from the start."""
        try:
            body = self.lake.get(keys.LATEST, limit=LARGEST_HINT)
        except ObjectTooLarge as error:
            return self._no_hint(str(error))
        if body is None:
            return 0
        number = number_in(body)
        if number is None:
            return self._no_hint("it names no number")
        return number if self._get(keys.receipt_key(number)) is not None else 0

    def _no_hint(self, why: str) -> int:
        structlog.get_logger().warning("latest_unreadable", key=keys.LATEST, why=why)
        return 0


def _behind(receipt: Receipt, sha256: str, old: ContractRef | None) -> LedgerPosition:
    """``old`` is the contract of its manifest, for a receipt that does not say."""
    if receipt.number >= LARGEST:
        raise corrupt(keys.receipt_key(receipt.number), "no number follows it")
    recent, contract, window, is_ahead, judged, schemas = None, None, None, False, None, None
    if isinstance(receipt, Receipt3):
        window = receipt.layout.window
        is_ahead = not (window is None or is_window(window))
        asks = receipt.schemas_sha256 is not None
        schemas = receipt.schemas if asks or receipt.schemas else None
        judged = None if receipt.accept_dead else receipt.recent
        if judged is not None and not judged.is_full:
            recent, contract = judged, receipt.contract
    return LedgerPosition(
        number=receipt.number,
        frontier=receipt.frontier,
        receipt_sha256=sha256,
        stream=receipt.stream,
        topic=receipt.topic,
        topic_id=receipt.topic_id,
        open=None,
        open_sha256=None,
        format=receipt.format,
        contract=receipt.contract if isinstance(receipt, Receipt3) else old,
        recent=recent,
        recent_contract=contract,
        is_ahead=is_ahead,
        seen=seen_in(receipt.splits) if isinstance(receipt, Receipt3) else None,
        window=window,
        judged=judged,
        schemas=schemas,
    )


def _opened(at: LedgerPosition, manifest: Manifest, sha256: str) -> LedgerPosition:
    return replace(
        at,
        stream=manifest.stream,
        topic=manifest.topic,
        topic_id=manifest.topic_id,
        open=manifest,
        open_sha256=sha256,
    )


def _follows(manifest: Manifest, at: LedgerPosition) -> bool:
    """Partitions added since the last receipt start at 0, so an offset of 0 says nothing.

    The first manifest says itself where the dataset begins. No manifest of an old format follows a new one.
    """
    if manifest.format < 3 <= at.format:
        return False
    if at.number == 0:
        return (manifest.number, manifest.previous_receipt) == (1, None)
    before = {partition: offset for partition, offset in manifest.before.items() if offset}
    frontier = {partition: offset for partition, offset in at.frontier.items() if offset}
    return (manifest.number, manifest.previous_receipt, before) == (
        at.number + 1,
        at.receipt_sha256,
        frontier,
    )


def _checked_document(key: str, sha256: str, body: bytes) -> bytes:
    if _sha256(body) != sha256:
        raise corrupt(key, "its bytes are not those that its name says")
    return body


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
