"""A stream whose folder has a contract.py, and its dataset."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from unit.contracts.models import with_model, write_model
from unit.delivery.published import TOPIC, Dataset
from unit.ledger.entries import RELEASE, WRITER, manifest3

import waybill_ops.cli
from waybill_common.ledger import receipt_for
from waybill_common.ledger.keys import document_key, manifest_key, receipt_key
from waybill_common.ledger.manifest import ContractRef3, Layout3
from waybill_contracts.document import ContractDocument, parse_document
from waybill_delivery import contract_publish

HEAD = """
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from pydantic import BaseModel, Field

class Sale(BaseModel):
    id: str
    sold_at: datetime
    total: Annotated[Decimal, Field(decimal_places=2)]
"""
NOTE = "    note: str | None = None\n"


class Stream:
    """``sales``, whose folder has a contract.py, and its dataset."""

    def __init__(self, folder: Path) -> None:
        self.streams = folder / "streams"
        self.folder = with_model(self.streams, "sales", HEAD)
        self.dataset = Dataset(folder, "sales")

    @property
    def file(self) -> Path:
        return self.folder / "contract.json"

    @property
    def document(self) -> ContractDocument:
        return parse_document(self.file.read_bytes())

    def says(self, source: str) -> None:
        write_model(self.folder, source)

    def edit(self, **members: Any) -> None:
        """contract.json, by hand."""
        tree = json.loads(self.file.read_bytes()) | members
        self.file.write_text(json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False))

    def publish(self, *more: str) -> int:
        lake = f"--lake.url={self.dataset.folder / 'lake'}"
        words = ["contract", "publish", "--stream=sales", f"--streams={self.streams}", lake, *more]
        return waybill_ops.cli.main(words)

    def begin(self, stream: str = "sales", topic: str = "shop.sales") -> None:
        """A commit under contract.json."""
        first = self.document
        bound = ContractRef3(
            version=first.version, fingerprint=f"sha256:{first.sha256}", document=first.sha256
        )
        keys = tuple(one.spelling for one in first.partition_by)
        layout = Layout3(
            row_group_rows=7, compression="zstd", partition_by=keys, window=("2016-01-01", "2026-11-24")
        )
        moved: dict[str, Any] = {"after": {0: 0}, "splits": (), "stream": stream, "topic": topic}
        manifest = manifest3(contract=bound, layout=layout, **moved)
        receipt = receipt_for(
            manifest, sha256(manifest.to_json()).hexdigest(), [], writer=WRITER, release=RELEASE
        )
        dataset = Dataset(self.dataset.folder, stream)
        dataset.put(document_key(first.sha256), first.text)
        dataset.put(manifest_key(1), manifest.to_json())
        dataset.put(receipt_key(1), receipt.to_json())

    def is_stored(self, document: ContractDocument) -> bool:
        return (self.dataset.folder / "lake/sales" / document_key(document.sha256)).is_file()

    def everything(self) -> dict[str, bytes]:
        here = {one.name: one.read_bytes() for one in self.folder.iterdir()}
        return here | self.dataset.files()


@pytest.fixture
def unmade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stream:
    monkeypatch.setattr(contract_publish, "topic_state", lambda *_: TOPIC)
    return Stream(tmp_path)


@pytest.fixture
def stream(unmade: Stream, capsys: pytest.CaptureFixture[str]) -> Stream:
    assert unmade.publish() == 0
    unmade.begin()
    capsys.readouterr()
    return unmade
