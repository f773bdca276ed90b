"""A dataset that a document is to be published into, as it was found."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from waybill_common.errors import LakeRefused
from waybill_common.lake import open_lake
from waybill_common.ledger import ContractRef, Journal, LedgerPosition, check_same_stream
from waybill_common.settings import Settings
from waybill_streams.redrives import DatasetHome


@dataclass(frozen=True)
class PublishedDataset:
    home: DatasetHome
    journal: Journal
    at: LedgerPosition

    @property
    def has_begun(self) -> bool:
        return self.at.number > 0 or self.at.open is not None

    @property
    def contract(self) -> ContractRef | None:
        """That of the last entry, open or not."""
        return self.at.contract if self.at.open is None else self.at.open.contract

    @property
    def address(self) -> str:
        return self.journal.lake.address


def dataset_at(settings: Settings, home: DatasetHome) -> PublishedDataset:
    """Raises ``LakeRefused`` for a dataset of another stream or topic."""
    journal = Journal(open_lake(settings.lake, home.folder), writer=uuid.uuid4().hex)
    at = journal.position()
    check_same_stream(at, home.stream, home.topic)
    return PublishedDataset(home, journal, at)


def check_begun(dataset: PublishedDataset, name: str) -> None:
    """Raises ``LakeRefused``; ``name`` is what messages call the document."""
    if not dataset.has_begun:
        raise LakeRefused(
            f"{dataset.address} has no commit, and so no contract that {name} could follow.",
            allowed="a dataset that has begun.",
            remedy="correct lake.url, or begin the dataset by a run with this document. Nothing was written.",
        )
