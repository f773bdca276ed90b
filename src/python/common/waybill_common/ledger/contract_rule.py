"""Which contract the next manifest may name: that of the dataset's last entry, or one that may follow it. Pure.

The dataset's contract is what its ledger says, never what a listing shows or a registry answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from waybill_common.contract import BoundContract
from waybill_common.errors import ContractRefused
from waybill_common.ledger.manifest import Manifest
from waybill_common.ledger.position import LedgerPosition


@dataclass(frozen=True)
class ContractDifference:
    """What keeps one document from following another. ``place`` is a member of it, or a column by its names."""

    place: str
    found: str
    allowed: str


def check_contract(
    known: LedgerPosition, contract: BoundContract, difference: ContractDifference | None = None
) -> None:
    """The same version with the same document, or a higher and compatible one; raises ``ContractRefused``.

    ``difference`` is what the documents say where the version is higher.
    """
    has = known.contract
    if has is None or contract.is_named(has.version, has.fingerprint):
        return
    dataset = f"commit {known.number} is of version {has.version}"
    if has.version > contract.version:
        raise ContractRefused(
            f"Contract of {contract.stream}: {dataset}, this run has {contract.version}.",
            allowed=f"version {has.version} with the same document, or a higher one that may follow it.",
            remedy="put the dataset's contract into the stream's folder, as `waybill contract pull` writes it, or run "
            "a release that carries it. No commit was begun.",
        )
    if has.version == contract.version:
        raise ContractRefused(
            f"Contract of {contract.stream}: {dataset} with the fingerprint {has.fingerprint[:15]}…, this run has it "
            f"with {contract.fingerprint[:15]}…",
            allowed="one document for each version.",
            remedy="give the changed contract the next version, or take the dataset's, as `waybill contract pull` "
            "writes it. No commit was begun.",
        )
    if difference is not None:
        raise ContractRefused(
            f"Contract of {contract.stream}: {dataset}, which version {contract.version} may not follow: "
            f"{difference.place}: {difference.found}.",
            allowed=f"{difference.allowed}.",
            remedy="take the change back, or begin a new dataset with it. No commit was begun.",
        )


def is_another_contract(known: LedgerPosition, contract: BoundContract) -> bool:
    """Whether the dataset's last receipt is not of ``contract``."""
    has = known.contract
    return has is None or not contract.is_named(has.version, has.fingerprint)


def check_tightens(manifest: Manifest, contract: BoundContract) -> None:
    """The open ``manifest`` is there for ``contract`` alone, and may be closed by whoever publishes that.

    Raises ``ContractRefused`` for one that moves records, or is of another contract.
    """
    bound = manifest.contract
    if manifest.splits or manifest.holes or not contract.is_named(bound.version, bound.fingerprint):
        raise ContractRefused(
            f"Contract of {contract.stream}: commit {manifest.number} is open, under version {bound.version}.",
            allowed="a dataset without an open commit: what is begun is finished under its own contract.",
            remedy="stop the stream's runs, let one that ends finish the commit, and publish again. No commit was "
            "begun.",
        )
