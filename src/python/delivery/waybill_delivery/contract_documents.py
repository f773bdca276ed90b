"""The documents of contracts in a dataset: the one that this run's manifests name, and the one that stands there."""

from __future__ import annotations

from dataclasses import dataclass, field

from waybill_common.contract import BoundContract, Registry
from waybill_common.errors import ContractUnknown, LedgerCorrupt
from waybill_common.ledger import ContractDifference, ContractRef, ContractRef3, Journal, Manifest
from waybill_common.stream_names import SIBLING
from waybill_common.version import VERSION
from waybill_contracts.document import ContractDocument, DocumentRefused, parse_document
from waybill_contracts.evolution import first_difference
from waybill_contracts.stream_contract import contract_of


@dataclass
class ContractDocuments:
    """What is known to stand is not asked for again: nobody overwrites or deletes it."""

    journal: Journal
    registry: Registry[BoundContract]
    _standing: dict[str, bytes] = field(default_factory=dict, init=False)

    def store(self, contract: BoundContract) -> None:
        """Before the first manifest that names it."""
        if contract.document_sha256 not in self._standing:
            self.journal.store_document(contract.document)
            self._standing[contract.document_sha256] = contract.document

    def check(self, named: ContractRef) -> None:
        """What an entry names stands as it was, and is a contract. Entries of old formats name none.

        Raises ``LedgerCorrupt``, and ``ContractUnknown`` for what only a later release can read.
        """
        if isinstance(named, ContractRef3) and named.document is not None:
            text = self._stored(named.document)
            if self.registry.carried(named.version, named.fingerprint) is None:
                _parsed(named, text)

    def of(self, manifest: Manifest) -> BoundContract:
        """The contract that a manifest names, by which it is delivered whatever this run was given.

        Raises ``LedgerCorrupt``, and ``ContractUnknown`` for one that this release can't judge by.
        """
        named = manifest.contract
        carried = self.registry.carried(named.version, named.fingerprint)
        if not isinstance(named, ContractRef3) or named.document is None:
            return self.registry.find(named.version, named.fingerprint, release=manifest.release)
        text = self._stored(named.document)
        if carried is not None:
            return carried
        document = _parsed(named, text)
        may_be = (document.stream, f"{document.stream}{SIBLING}")
        if manifest.stream not in may_be or document.version != named.version:
            raise LedgerCorrupt(
                f"Manifest {manifest.number} of stream {manifest.stream} names contract version {named.version}, its "
                f"document is version {document.version} of stream {document.stream}.",
                allowed="the document of that stream and version.",
                remedy="restore the ledger from a backup; `waybill verify` lists what is affected.",
            )
        return contract_of(document, f"The document of the open commit {manifest.number}")

    def difference(
        self, dataset: ContractRef | None, contract: BoundContract, *, tighten: bool = False
    ) -> ContractDifference | None:
        """What keeps ``contract`` from following the dataset's, whose version is lower; versions tell the rest.

        With ``tighten`` rules of values may be narrower. Raises ``LedgerCorrupt`` for a document that is not as it was,
        ``ContractUnknown`` for a contract that this release can't compare with.
        """
        if dataset is None:
            return None
        self.check(dataset)
        if contract.is_named(dataset.version, dataset.fingerprint):
            return None
        old = self._text_of(dataset)
        if dataset.version >= contract.version:
            return None
        found = first_difference(_parsed(dataset, old), parse_document(contract.document), tighten=tighten)
        return None if found is None else ContractDifference(found.place, found.found, found.allowed)

    def document_of(self, named: ContractRef) -> ContractDocument:
        """What an entry names. Raises ``LedgerCorrupt`` and ``ContractUnknown``."""
        return _parsed(named, self._text_of(named))

    def _text_of(self, named: ContractRef) -> bytes:
        if isinstance(named, ContractRef3) and named.document is not None:
            return self._stored(named.document)
        carried = self.registry.carried(named.version, named.fingerprint)
        if carried is None:
            raise ContractUnknown(
                f"The dataset's last commit is of contract version {named.version} ({named.fingerprint[:15]}…), of "
                f"which it has no document, and Waybill {VERSION} has none either.",
                allowed=f"contracts of {self.registry.current.stream} that this release carries.",
                remedy="go on with the release that wrote it, or begin a new dataset by backfill. Nothing was written.",
            )
        return carried.document

    def _stored(self, sha256: str) -> bytes:
        if sha256 not in self._standing:
            self._standing[sha256] = self.journal.document(sha256)
        return self._standing[sha256]


def _parsed(named: ContractRef, text: bytes) -> ContractDocument:
    try:
        return parse_document(text)
    except DocumentRefused as refused:
        what = f"The document of contract version {named.version} ({named.fingerprint[:15]}…) in the dataset"
        if refused.unknown:
            raise ContractUnknown(
                f"{what} is beyond Waybill {VERSION}: at {refused.place or 'its root'}: {refused.found}.",
                allowed=f"{refused.allowed}.",
                remedy="use the release that wrote it, or a later one. Nothing was written.",
            ) from None
        raise LedgerCorrupt(
            f"{what} is none: at {refused.place or 'its root'}: {refused.found}.",
            allowed=f"{refused.allowed}.",
            remedy="restore the ledger from a backup; `waybill verify` lists what is affected. Nothing was written.",
        ) from None
