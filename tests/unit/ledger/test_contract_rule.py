"""Which contract a dataset's next manifest may name, and that its document stands before it does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from corpus.names_document import contract_of
from pydantic import Field
from unit.ledger.entries import manifest1, manifest3

from waybill_common.contract import BoundContract, Contract, Registry
from waybill_common.errors import ContractRefused, ContractUnknown, LedgerCorrupt, SettingsRefused
from waybill_common.kafka import TopicState
from waybill_common.lake import Lake, open_lake
from waybill_common.lake.store import Put
from waybill_common.ledger import Journal, Layout, Manifest, ManifestPlan, SplitReport, SplitReport3
from waybill_common.ledger.keys import document_key, manifest_key
from waybill_common.ledger.manifest import ContractRef, ContractRef3, Manifest1
from waybill_common.ledger.split_report import SplitReport1
from waybill_common.settings import LakeSettings
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_delivery.loop import DeliveryLoop
from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name


class Wider(Name):
    gender: Literal["female", "male", "other"]  # type: ignore[assignment]


class Narrower(Name):
    email: Annotated[str, Field(pattern=r"^[^@ ]+@[^@ ]+$", max_length=32)]


LAYOUT = Layout(row_group_rows=9, compression="zstd")
WIDER, NARROWER = contract_of(Wider, version=2), contract_of(Narrower, version=2)


@dataclass
class Dataset:
    """One partition that grows by ten offsets without records, and whoever delivers it."""

    lake: Lake
    end: int = 0
    opened: list[Manifest] = field(default_factory=list)

    def run(self, *contracts: Contract, grow: int = 10, stop: bool = False) -> None:
        self.end += grow
        journal = Journal(self.lake, writer=f"{self.end:032x}")
        plan = ManifestPlan(
            "names_topic",
            contracts[-1],
            LAYOUT,
            100,
            accept_loss=False,
            writer=journal.writer,
            release="0.2.0",
        )
        topic = TopicState("names_topic", "id", {0: 0}, {0: self.end})

        def carry(manifest: Manifest, _: BoundContract) -> list[SplitReport]:
            self.opened.append(manifest)
            if stop:
                raise KeyboardInterrupt
            return [_empty(manifest, one.partition, one.start, one.end) for one in manifest.splits]

        loop = DeliveryLoop(journal, plan, Registry(contracts), lambda: topic, carry, journal.position())
        loop.reach({0: self.end})

    def edit(self, key: str, change: Callable[[dict[str, Any]], object]) -> None:
        path = Path(str(self.lake.local_root)) / key
        fields = json.loads(path.read_bytes())
        change(fields)
        path.write_text(json.dumps(fields))

    def store(self, body: bytes, key: str) -> None:
        path = Path(str(self.lake.local_root)) / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def _empty(manifest: Manifest, partition: int, start: int, end: int) -> SplitReport:
    fields: dict[str, Any] = {
        "partition": partition, "start": start, "end": end, "rows": 0, "dead": 0, "empty": end - start, "lost": 0,
        "holes": (), "reasons": {}, "data": (), "dead_letters": None,
    }  # fmt: skip
    if isinstance(manifest, Manifest1):
        return SplitReport1(**fields)
    return SplitReport3(**fields, skipped=0, tombstones=0, raw_bytes=0)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset(open_lake(LakeSettings(url=str(tmp_path)), "names"))


def of_another(like: Contract, /, **members: object) -> Contract:
    """With these members of the document changed."""
    fields = json.loads(like.document) | members
    changed = canonical_bytes({name: one for name, one in fields.items() if one is not None})
    return replace(like, document=changed)


def test_documents_precede_their_name(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []
    put = Lake.put_new

    def noted(lake: Lake, key: str, body: bytes) -> Put:
        keys.append(key)
        return put(lake, key, body)

    monkeypatch.setattr(Lake, "put_new", noted)
    dataset.run(NAMES)
    dataset.run(NAMES)
    dataset.run(NAMES, WIDER)
    written = [one for one in keys if "receipt" not in one]
    assert written == [
        document_key(NAMES.document_sha256), manifest_key(1), manifest_key(2),
        document_key(WIDER.document_sha256), manifest_key(3),
    ]  # fmt: skip


def test_entries_name_the_document_and_its_fingerprint(dataset: Dataset) -> None:
    dataset.run(NAMES)
    sha256 = NAMES.document_sha256
    said: dict[str, Any] = {"version": 1, "fingerprint": f"sha256:{sha256}", "document": sha256}
    journal = Journal(dataset.lake, "")
    assert dataset.opened[0].contract.model_dump() == said
    assert journal.position().contract == ContractRef3(**said)
    assert journal.document(sha256) == NAMES.document


def test_a_version_below_the_datasets_is_refused(dataset: Dataset) -> None:
    dataset.run(NAMES, WIDER)
    with pytest.raises(ContractRefused, match=r"commit 1 is of version 2, this run has 1\."):
        dataset.run(NAMES)
    with pytest.raises(ContractRefused):  # also where nothing is to be moved
        dataset.run(NAMES, grow=0)


def test_the_same_version_has_one_document(dataset: Dataset) -> None:
    dataset.run(NAMES)
    with pytest.raises(ContractRefused, match="commit 1 is of version 1 with the fingerprint"):
        dataset.run(contract_of(Wider))
    assert len(dataset.opened) == 1
    assert dataset.lake.get(document_key(contract_of(Wider).document_sha256)) is None


def test_a_higher_version_has_to_be_compatible(dataset: Dataset) -> None:
    dataset.run(NAMES)
    with pytest.raises(ContractRefused, match="version 2 may not follow: email: maxLength lets less through"):
        dataset.run(NARROWER)
    dataset.run(WIDER)  # what the dataset has comes from the dataset: the release need not carry it
    assert [one.contract.version for one in dataset.opened] == [1, 2]


def test_the_check_is_made_before_each_manifest(dataset: Dataset) -> None:
    """Another driver went on to version 2 while this one was between two commits."""
    dataset.run(NAMES)
    journal = Journal(dataset.lake, writer="a" * 32)
    before = journal.position()
    dataset.run(NAMES, WIDER)
    plan = ManifestPlan("names_topic", NAMES, LAYOUT, 100, accept_loss=False, writer="a" * 32, release="0")
    topic = TopicState("names_topic", "id", {0: 0}, {0: 30})
    loop = DeliveryLoop(journal, plan, Registry((NAMES,)), lambda: topic, lambda *_: [], before)
    with pytest.raises(ContractRefused, match="commit 2 is of version 2"):
        loop.reach({0: 30})


def test_an_open_manifest_of_any_version_is_finished_by_everybody(dataset: Dataset) -> None:
    with pytest.raises(KeyboardInterrupt):
        dataset.run(NAMES, stop=True)
    with pytest.raises(ContractRefused, match="version 2 may not follow"):
        dataset.run(NAMES, NARROWER, grow=0)  # finishes it first
    assert Journal(dataset.lake, "").position().number == 1
    with pytest.raises(KeyboardInterrupt):
        dataset.run(NAMES, WIDER, stop=True)
    with pytest.raises(ContractRefused, match="commit 2 is of version 2, this run has 1"):
        dataset.run(WIDER, NAMES, grow=0)
    assert Journal(dataset.lake, "").position().number == 2


@pytest.mark.parametrize("stored", [None, b"{}"], ids=["gone", "altered"])
def test_a_document_that_is_not_as_it_was_stops_every_run(stored: bytes | None, dataset: Dataset) -> None:
    dataset.run(NAMES)
    key = document_key(NAMES.document_sha256)
    path = Path(str(dataset.lake.local_root)) / key
    path.unlink() if stored is None else path.write_bytes(stored)
    with pytest.raises(LedgerCorrupt, match=key):
        dataset.run(NAMES)
    with pytest.raises(LedgerCorrupt, match=key):
        dataset.run(NAMES, WIDER, grow=0)
    assert len(dataset.opened) == 1


def test_a_document_altered_under_an_open_manifest_keeps_it_open(dataset: Dataset) -> None:
    with pytest.raises(KeyboardInterrupt):
        dataset.run(NAMES, stop=True)
    dataset.store(b"{}", document_key(NAMES.document_sha256))
    with pytest.raises(LedgerCorrupt, match="its bytes are not those"):
        dataset.run(NAMES)


def test_other_bytes_under_a_new_documents_name_are_refused_before_the_manifest(dataset: Dataset) -> None:
    dataset.store(NAMES.document + b" ", document_key(NAMES.document_sha256))
    with pytest.raises(LedgerCorrupt, match="its bytes are not those"):
        dataset.run(NAMES)
    assert dataset.lake.get(manifest_key(1)) is None


def test_a_document_that_nobody_could_read_again_is_refused_before_it_is_stored(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("waybill_common.ledger.journal.LARGEST_DOCUMENT", len(NAMES.document) - 1)
    with pytest.raises(SettingsRefused, match=r"has [0-9,]+ bytes"):
        dataset.run(NAMES)
    assert not [*dataset.lake.keys("")]


def old(fingerprint: str, version: int = 1) -> Manifest1:
    return manifest1(contract=ContractRef(version=version, fingerprint=fingerprint))


def null(fingerprint: str) -> Any:
    return manifest3(contract=ContractRef3(version=1, fingerprint=fingerprint, document=None))


@pytest.mark.parametrize("of", [old, null], ids=["format 1", "without a document"])
def test_behind_an_old_entry_the_contract_is_what_its_fingerprint_names(
    of: Callable[[str], Manifest], dataset: Dataset
) -> None:
    dataset.store(of(str(NAMES.old_fingerprint)).to_json(), manifest_key(1))
    dataset.run(NAMES, grow=10)  # finishes it
    with pytest.raises(ContractRefused, match="version 2 may not follow: email"):
        dataset.run(NAMES, NARROWER)
    dataset.run(NAMES)
    assert [one.contract.fingerprint for one in dataset.opened] == [NAMES.old_fingerprint, NAMES.fingerprint]


@pytest.mark.parametrize("of", [old, null], ids=["format 1", "without a document"])
def test_an_old_fingerprint_that_nobody_carries_needs_another_release(
    of: Callable[[str], Manifest], dataset: Dataset
) -> None:
    fork = of_another(NAMES, legacy={"fingerprint": "f" * 64, "partition_key": "date"})
    dataset.store(of("sha256:" + "f" * 64).to_json(), manifest_key(1))
    with pytest.raises(ContractUnknown, match="The open manifest"):
        dataset.run(NAMES)
    dataset.run(fork, grow=0)  # by its own release
    with pytest.raises(ContractUnknown, match="of which it has no document"):
        dataset.run(NAMES)
    with pytest.raises(ContractUnknown, match="of which it has no document"):
        dataset.run(NAMES, WIDER)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (of_another(NAMES, contract=2).document, ContractUnknown),
        (of_another(NAMES, more=1).document, ContractUnknown),
        (of_another(NAMES, version="1").document, LedgerCorrupt),
        (NAMES.document + b"\n", LedgerCorrupt),
    ],
    ids=["language", "member", "no document", "not canonical"],
)
def test_a_datasets_document_that_this_release_can_not_compare_with(
    document: bytes, error: type[Exception], dataset: Dataset
) -> None:
    dataset.run(replace(NAMES, document=document))
    for contract in (NAMES, WIDER):
        with pytest.raises(error, match="in the dataset"):
            dataset.run(contract)
    assert len(dataset.opened) == 1


def test_an_open_manifest_of_a_later_language_is_left_to_its_release(dataset: Dataset) -> None:
    later = of_another(NAMES, contract=2, version=2)
    with pytest.raises(KeyboardInterrupt):
        dataset.run(replace(NAMES, version=2, document=later.document), stop=True)
    with pytest.raises(ContractUnknown, match="the language 2 is unknown"):
        dataset.run(NAMES)
