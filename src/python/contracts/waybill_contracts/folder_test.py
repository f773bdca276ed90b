"""A stream's folder, judged by its own samples: by `waybill stream test`, and by `new` before it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from waybill_common.errors import SettingsRefused, StreamTestFailed
from waybill_contracts.by_hand import LineRefused
from waybill_contracts.document import ContractDocument
from waybill_contracts.sample_test import (
    RECORDS,
    ROWS,
    Sample,
    SampleOutcome,
    judged,
    read_records,
    read_rows,
)
from waybill_contracts.schema_files import SchemaTexts, texts_of
from waybill_contracts.stream_contract import check_can_judge, parsed_document
from waybill_streams.stream_folder import StreamFolder, sample_bytes

_MOST_SHOWN = 20


def tested(
    folder: StreamFolder, tell: Callable[[SampleOutcome], None] = lambda _found: None
) -> SampleOutcome:
    """``tell`` gets what was found, good or not. Raises ``SettingsRefused`` for what can't be judged, and
    ``StreamTestFailed``.
    """
    name = f"{folder.place}/contract.json"
    if folder.contract is None:
        raise SettingsRefused(
            f"{folder.place} has no contract.json, so nothing can be judged.",
            allowed="a stream with a contract.",
            remedy="write one by `waybill contract init`.",
        )
    document = parsed_document(folder.contract, name)
    check_can_judge(document, name)
    samples = [*_samples(folder)]
    if not samples:
        raise StreamTestFailed(
            f"{folder.place} has no samples.",
            allowed=f"at least one record in samples/{ROWS} or samples/{RECORDS}.",
            remedy="put some of the topic's records there, good and broken ones.",
        )
    found = judged(document, samples, _schemas(document, folder))
    tell(found)
    if found.failures:
        shown = "".join(f"\n  - {one}" for one in found.failures[:_MOST_SHOWN])
        raise StreamTestFailed(
            f"{len(found.failures)} of the samples of stream {folder.name} did not go as expected:{shown}.",
            allowed="samples that each judge judges as they say.",
            remedy="correct the contract, or what the sample expects.",
        )
    return found


def _samples(folder: StreamFolder) -> Iterator[Sample]:
    readers = {ROWS: read_rows, RECORDS: read_records}
    for file in folder.samples:
        if file.name not in readers:
            if file.name.endswith(".jsonl"):
                raise SettingsRefused(
                    f"{file} is no file of samples that is read.",
                    allowed=f"{ROWS} and {RECORDS}, and whatever does not end in .jsonl.",
                    remedy="rename it.",
                )
            continue
        try:
            yield from readers[file.name](str(file), sample_bytes(file))
        except LineRefused as refused:
            raise SettingsRefused(
                f"{refused}.",
                allowed='lines such as {"expect": "missing_field", "text": "{}"}; docs/streams.md has them all.',
                remedy="correct the line.",
            ) from None


def _schemas(document: ContractDocument, folder: StreamFolder) -> SchemaTexts:
    """Of a document that names a registry; none is asked here."""
    if document.value.registry is None:
        return {}
    found = texts_of(_SampleFile(one) for one in folder.samples)
    if not found:
        raise StreamTestFailed(
            f"{folder.place} has no schemas, and its contract names a registry, of which nothing is asked here.",
            allowed="samples/<id>.avsc, the schema of each id in the samples' frames.",
            remedy="put them there, as the registry has them.",
        )
    return found


@dataclass(frozen=True)
class _SampleFile:
    file: Traversable

    @property
    def name(self) -> str:
        return self.file.name

    def read_bytes(self) -> bytes:
        return sample_bytes(self.file)

    def __str__(self) -> str:
        return str(self.file)
