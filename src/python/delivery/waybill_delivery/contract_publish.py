"""``waybill contract publish``: a document into the dataset, and with ``--tighten`` the dataset over to it.

``waybill contract`` looks this up by its name.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from waybill_common.contract import BoundContract, Registry
from waybill_common.errors import DriverFenced, SettingsRefused
from waybill_common.kafka import topic_state
from waybill_common.lake import check_conditional_writes
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
    check_tightens,
)
from waybill_common.settings import Settings
from waybill_common.terminal import say
from waybill_common.version import VERSION
from waybill_contracts.document import parse_document
from waybill_contracts.stream_contract import contracts_of, registry_of
from waybill_delivery.contract_documents import ContractDocuments
from waybill_delivery.folder_bounds import longest_folder
from waybill_delivery.loop import DeliveryLoop
from waybill_delivery.made_contract import ContractModel, ModelFinder, made_for, model_of_stream
from waybill_delivery.published_dataset import PublishedDataset, check_begun, dataset_at
from waybill_delivery.sibling import has_begun
from waybill_streams.redrives import DatasetHome, home_of, sibling_of
from waybill_streams.stream_settings import settings_of


@dataclass(frozen=True)
class Publication:
    """A document that is to be the contract of a dataset that has begun."""

    dataset: PublishedDataset
    registry: Registry[BoundContract]

    @property
    def contract(self) -> BoundContract:
        return self.registry.current

    @property
    def home(self) -> DatasetHome:
        return self.dataset.home

    @property
    def journal(self) -> Journal:
        return self.dataset.journal

    @property
    def at(self) -> LedgerPosition:
        return self.dataset.at

    @property
    def label(self) -> str:
        return f"{self.contract.fingerprint}: version {self.contract.version} of {self.contract.stream}"

    @property
    def documents(self) -> ContractDocuments:
        return ContractDocuments(self.journal, self.registry)

    def is_of(self, named: ContractRef) -> bool:
        """Whether an entry with these words means this document."""
        return self.contract.is_named(named.version, named.fingerprint)


def publish(
    flags: Namespace, environ: Mapping[str, str], document: bytes | None, model_in: ModelFinder
) -> None:
    """``document`` is a contract in its canonical form; without one it is that of the stream's folder, made anew where
    ``model_in`` finds a model there.

    Raises ``LakeRefused`` for a dataset that has not begun, ``ContractRefused`` where the document may not follow the
    dataset's or a commit is open, and what a run's first commit may raise.
    """
    settings = settings_of(flags, environ, "contract")
    model = model_of_stream(flags, environ, settings, model_in) if document is None else None
    if model is not None:
        _publish_made(model, settings, tightens=flags.tighten)
        return
    if document is None:
        document = contracts_of(settings.stream).current.document
        name = f"contract.json of stream {settings.stream.name}"
    else:
        name = flags.document
    registry = _registry_of(settings, document, name)
    for dataset in _datasets(settings):
        check_begun(dataset, name)
        check_conditional_writes(dataset.journal.lake)
        _say_published(Publication(dataset, registry), settings, tightens=flags.tighten)


def _publish_made(model: ContractModel, settings: Settings, *, tightens: bool) -> None:
    """contract.json is written once nothing is found that keeps its document from being published, and before it is."""
    datasets = [*_datasets(settings)]
    if tightens:
        check_begun(datasets[0], model.document_file)
    begun = [one for one in datasets if one.has_begun]
    made = made_for(model, begun)
    registry = _registry_of(settings, made.text, model.document_file)
    publications = [Publication(one, registry) for one in begun]
    for one in publications:
        _check(one, tightens=tightens)
        check_conditional_writes(one.journal.lake)
    model.write(made)
    if not datasets[0].has_begun:
        say(
            f"{registry.current.fingerprint}: version {made.version} of {made.stream} is in its folder. "
            f"{datasets[0].address} has no commit yet: the first run with this document begins it"
        )
    for one in publications:
        _say_published(one, settings, tightens=tightens)


def _datasets(settings: Settings) -> Iterator[PublishedDataset]:
    """The stream's own, and what was redriven, where there is any."""
    yield dataset_at(settings, home_of(settings.stream))
    sibling = sibling_of(settings.stream)
    if has_begun(settings, sibling):
        yield dataset_at(settings, sibling)


def _registry_of(settings: Settings, document: bytes, name: str) -> Registry[BoundContract]:
    """The document as a contract, beside the stream's packaged ones."""
    said, stream = parse_document(document), settings.stream.name
    if said.stream != stream:
        raise SettingsRefused(
            f"{name} is a contract of the stream {said.stream}, this run is of {stream}.",
            allowed=f"a document whose stream is {stream}.",
            remedy="correct --stream, or name another document.",
        )
    return registry_of(said, name)


def _check(publication: Publication, *, tightens: bool) -> None:
    """Raises ``ContractRefused`` where it will not be published as things stand; nothing is written."""
    under_way = publication.at.open
    if tightens and under_way is not None and not publication.is_of(under_way.contract):
        check_tightens(under_way, publication.contract)
    _check_follows(publication, tightens=tightens)


def _check_follows(publication: Publication, *, tightens: bool = False) -> LedgerPosition:
    """The last entry, open or not."""
    contract, last = publication.contract, publication.at
    if last.open is not None:
        last = replace(last, number=last.open.number, contract=last.open.contract)
    difference = publication.documents.difference(last.contract, contract, tighten=tightens)
    check_contract(last, contract, difference)
    return last


def _say_published(publication: Publication, settings: Settings, *, tightens: bool) -> None:
    told = _tighten(publication, settings) if tightens else _store(publication)
    is_own = publication.home.stream == settings.stream.name
    say(f"{'' if is_own else f'{publication.home.stream}: '}{publication.label} {told}")


def _store(publication: Publication) -> str:
    """The document stands in the dataset, and decides nothing yet."""
    last = _check_follows(publication)
    publication.documents.store(publication.contract)
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
