"""A dataset of one commit under the packaged contract, versions of that contract, and their publication."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from corpus.names_document import contract_of
from pydantic import Field
from unit.ledger.entries import RELEASE, WRITER, manifest1, manifest3, report1, report3

import waybill_ops.cli
from waybill_common.contract import BoundContract, Contract
from waybill_common.kafka import TopicState
from waybill_common.lake import open_lake
from waybill_common.ledger import Journal, LedgerPosition, Manifest, Split, SplitReport3, receipt_for
from waybill_common.ledger.keys import document_key, manifest_key, receipt_key
from waybill_common.ledger.manifest import ContractRef3
from waybill_common.settings import LakeSettings
from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name, Text


class Wider(Name):
    gender: Literal["female", "male", "other"]  # type: ignore[assignment]


class Narrower(Name):
    email: Annotated[str, Field(pattern=r"^[^@ ]+@[^@ ]+$", max_length=32)]


class Required(Narrower):
    state: Text


WIDER, NARROWER, REQUIRED = (contract_of(one, version=2) for one in (Wider, Narrower, Required))
OTHER = "a" * 32
OF_TOPIC = "--stream.topic=names_topic"
TOPIC = TopicState("names_topic", "id", {0: 0}, {0: 20})


@dataclass
class Dataset:
    """A stream in the lake ``folder/lake``."""

    folder: Path
    stream: str = "names"

    def put(self, key: str, body: bytes) -> None:
        path = self.folder / "lake" / self.stream / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def begin(self, *, old: bool = False) -> None:
        """Ten offsets; ``old``: in format 1."""
        manifest: Manifest = manifest1() if old else manifest3()
        body = manifest.to_json()
        reports = [report1() if old else report3()]
        receipt = receipt_for(
            manifest, hashlib.sha256(body).hexdigest(), reports, writer=WRITER, release=RELEASE
        )
        if not old:
            self.put(document_key(NAMES.document_sha256), NAMES.document)
        self.put(manifest_key(1), body)
        self.put(receipt_key(1), receipt.to_json())

    def publish(self, contract: BoundContract, *more: str) -> int:
        document = self.folder / "document.json"
        document.write_bytes(contract.document)
        lake = f"--lake.url={self.folder / 'lake'}"
        return waybill_ops.cli.main(
            [
                "contract",
                "publish",
                str(document),
                lake,
                f"--stream={self.stream}",
                f"--stream.topic={TOPIC.name}",
                *more,
            ]
        )

    def tighten(self, contract: BoundContract) -> int:
        return self.publish(contract, "--tighten")

    @property
    def journal(self) -> Journal:
        return Journal(open_lake(LakeSettings(url=str(self.folder / "lake")), self.stream), "f" * 32)

    def at(self) -> LedgerPosition:
        return self.journal.position()

    def files(self) -> dict[str, bytes]:
        return {str(one): one.read_bytes() for one in self.folder.rglob("_waybill/**/*") if one.is_file()}

    def has(self, contract: Contract) -> bool:
        return (self.folder / "lake/names" / document_key(contract.document_sha256)).is_file()

    def open(self, contract: Contract, **changes: Any) -> None:
        """Another driver's next commit, of ten offsets."""
        at = self.at()
        journal = replace(self.journal, writer=OTHER)
        journal.store_document(contract.document)
        bound = ContractRef3(
            version=contract.version, fingerprint=contract.fingerprint, document=contract.document_sha256
        )
        fields: dict[str, Any] = {
            "number": at.number + 1, "previous_receipt": at.receipt_sha256, "before": {0: 10}, "after": {0: 20},
            "splits": (Split(partition=0, start=10, end=20),), "contract": bound, "writer": OTHER,
        }  # fmt: skip
        journal.open(at, manifest3(**fields | changes))

    def go_on(self, contract: Contract) -> None:
        """That commit, closed; its offsets hold no record."""
        self.open(contract)
        at = self.at()
        assert at.open is not None
        report = SplitReport3(
            partition=0, start=10, end=20, rows=0, dead=0, empty=10, lost=0, holes=(), reasons={}, data=(),
            dead_letters=None, skipped=0, tombstones=0, raw_bytes=0,
        )  # fmt: skip
        receipt = receipt_for(at.open, at.open_sha256 or "", [report], writer=OTHER, release=RELEASE)
        replace(self.journal, writer=OTHER).close(at.open, receipt)
