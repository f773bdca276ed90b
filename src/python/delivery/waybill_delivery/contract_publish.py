"""``waybill contract publish``: a document into the dataset, and with ``--tighten`` the dataset over to it.

``waybill contract`` looks this up by its name.
"""

from __future__ import annotations

import uuid
from argparse import Namespace
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from waybill_common.contract import BoundContract, Registry
from waybill_common.errors import DriverFenced, LakeRefused, SettingsRefused
from waybill_common.kafka import topic_state
from waybill_common.lake import check_conditional_writes, open_lake
from waybill_common.ledger import (
    ContractRef,
    Journal,
    Layout,
    LedgerPosition,
    Manifest,
    ManifestPlan,
    SplitReport,
    check_contract,
    check_names,
    check_same_stream,
)
from waybill_common.settings import Settings
from waybill_common.terminal import say
from waybill_common.version import VERSION
from waybill_contracts.document import parse_document
from waybill_contracts.stream_contract import contracts_of, registry_of
from waybill_delivery.contract_documents import ContractDocuments
from waybill_delivery.folder_bounds import longest_folder
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.sibling import has_begun
from waybill_streams.redrives import DatasetHome, home_of, sibling_of
from waybill_streams.stream_settings import settings_of


@dataclass(frozen=True)
class Publication:
    """A document that is to be the contract of a dataset that has begun, at the position ``at``."""

    home: DatasetHome
    contract: BoundContract
    registry: Registry[BoundContract]
    journal: Journal
    at: LedgerPosition

    @property
    def label(self) -> str:
        return f"{self.contract.fingerprint}: version {self.contract.version} of {self.contract.stream}"

    def is_of(self, named: ContractRef) -> bool:
        """Whether an entry with these words means this document."""
        return self.contract.is_named(named.version, named.fingerprint)


def publish(flags: Namespace, environ: Mapping[str, str], document: bytes | None) -> None:
    """``document`` is a contract in its canonical form; without one it is that of the stream's folder.

    Raises ``LakeRefused`` for a dataset that has not begun, ``ContractRefused`` where the document may not follow the
    dataset's or a commit is open, and what a run's first commit may raise.
    """
    settings = settings_of(flags, environ, "contract")
    if document is None:
        document = contracts_of(settings.stream).current.document
        name = f"contract.json of stream {settings.stream.name}"
    else:
        name = flags.document
    publication = _prepared(settings, home_of(settings.stream), document, name)
    say(_published(publication, settings, tightens=flags.tighten))
    sibling = sibling_of(settings.stream)
    if has_begun(settings, sibling):
        other = _prepared(settings, sibling, document, name)
        say(f"{sibling.stream}: {_published(other, settings, tightens=flags.tighten)}")


def _published(publication: Publication, settings: Settings, *, tightens: bool) -> str:
    told = _tighten(publication, settings) if tightens else _store(publication)
    return f"{publication.label} {told}"


def _position(settings: Settings, home: DatasetHome) -> tuple[Journal, LedgerPosition]:
    journal = Journal(open_lake(settings.lake, home.folder), writer=uuid.uuid4().hex)
    return journal, journal.position()


def _prepared(settings: Settings, home: DatasetHome, document: bytes, name: str) -> Publication:
    contract, registry = _contract_of(settings, document, name)
    journal, at = _position(settings, home)
    lake = journal.lake
    check_same_stream(at, home.stream, home.topic)
    if at.number == 0 and at.open is None:
        raise LakeRefused(
            f"{lake.address} has no commit, and so no contract that {name} could follow.",
            allowed="a dataset that has begun.",
            remedy="correct lake.url, or begin the dataset by a run with this document. Nothing was written.",
        )
    check_conditional_writes(lake)
    return Publication(home, contract, registry, journal, at)


def _contract_of(
    settings: Settings, document: bytes, name: str
) -> tuple[BoundContract, Registry[BoundContract]]:
    """The document as a contract, and a registry that carries it beside the stream's packaged ones."""
    said, stream = parse_document(document), settings.stream.name
    if said.stream != stream:
        raise SettingsRefused(
            f"{name} is a contract of the stream {said.stream}, this run is of {stream}.",
            allowed=f"a document whose stream is {stream}.",
            remedy="correct --stream, or name another document.",
        )
    registry = registry_of(said, name)
    return registry.current, registry


def _store(publication: Publication) -> str:
    """The document stands in the dataset, and decides nothing yet."""
    contract, last = publication.contract, publication.at
    if last.open is not None:
        last = replace(last, number=last.open.number, contract=last.open.contract)
    documents = ContractDocuments(publication.journal, publication.registry)
    check_contract(last, contract, documents.difference(last.contract, contract))
    documents.store(contract)
    if last.contract is None or publication.is_of(last.contract):
        return f"is the dataset's contract already, by commit {last.number}"
    return (
        f"stands in {publication.journal.lake.address}. The dataset's contract stays version {last.contract.version} "
        "until a run with this document begins a commit"
    )


def _tighten(publication: Publication, settings: Settings) -> str:
    """The dataset goes over to the document by a commit that moves nothing; one that is open already is closed."""
    under_way = publication.at.open
    if under_way is not None and _moves(under_way) and publication.is_of(under_way.contract):
        return f"is the dataset's contract already, by commit {under_way.number}, which is open"
    last = publication.journal.manifest(max(1, publication.at.number))
    _check_names(publication, last)
    begun: list[Manifest] = []
    loop = DeliveryLoop(
        journal=publication.journal,
        plan=_plan(publication, last.layout),
        registry=publication.registry,
        topic=lambda: topic_state(settings.kafka, publication.home.topic),
        carry=_no_split,
        position=publication.at,
        begins=begun.append,
    )
    # Whoever fences this driver has closed this very commit: there is one manifest under a number.
    with suppress(DriverFenced):
        loop.reach({})
    if not begun:
        return f"is the dataset's contract already, by commit {loop.position.number}"
    return (
        f"is the dataset's contract from commit {begun[-1].number} on, which moves nothing. Rows of earlier commits "
        "need not keep its narrower rules; runs with an older version end with exit code 27 now"
    )


def _check_names(publication: Publication, last: Manifest) -> None:
    """Before the first manifest of a contract, as a run does: its folders may have longer names than those before."""
    lake = publication.journal.lake
    check_names(
        last.topic,
        max(last.after, default=0) + 1,
        lake.address,
        longest_folder(parse_document(publication.contract.document)),
        is_local=lake.local_root is not None,
    )


def _plan(publication: Publication, layout: Layout) -> ManifestPlan:
    return ManifestPlan(
        topic=publication.home.topic,
        contract=publication.contract,
        layout=Layout(row_group_rows=layout.row_group_rows, compression=layout.compression),
        rows_per_object=1,  # no split is cut
        accept_loss=False,
        writer=publication.journal.writer,
        release=VERSION,
        tightens=True,
        stream=publication.home.stream,
    )


def _moves(manifest: Manifest) -> bool:
    return bool(manifest.splits or manifest.holes)


def _no_split(_manifest: Manifest, _contract: BoundContract) -> list[SplitReport]:
    return []
