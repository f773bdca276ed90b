"""From a contract's document and some records to a stream's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waybill_common.settings import GivenStreams
from waybill_contracts.document import ContractDocument
from waybill_contracts.drafting import SampleRecord
from waybill_contracts.folder_test import tested
from waybill_contracts.new_stream.first_samples import first_samples
from waybill_contracts.new_stream.new_folder import write_stream_folder
from waybill_contracts.sample_test import RECORDS, SampleOutcome
from waybill_contracts.schema_files import SUFFIX, SchemaTexts
from waybill_streams.clashes import check_apart
from waybill_streams.finding import StreamFolders
from waybill_streams.stream_folder import CONTRACT_FILE, SAMPLES, STREAM_FILE, StreamFolder


@dataclass(frozen=True)
class WantedStream:
    """``told`` is what was guessed, in sentences; ``seen`` what was seen, for programs. ``records`` are those that the
    samples may keep, ``schemas`` writers' by their ids, where a registry has them.
    """

    name: str
    topic: str
    document: ContractDocument
    told: tuple[str, ...]
    seen: Mapping[str, Any]
    records: Sequence[SampleRecord] = ()
    schemas: SchemaTexts = field(default_factory=dict)


@dataclass(frozen=True)
class MadeStream:
    wanted: WantedStream
    place: Path
    samples: SampleOutcome

    def as_json(self) -> dict[str, Any]:
        document, samples = self.wanted.document, self.samples
        return {
            "stream": self.wanted.name,
            "topic": self.wanted.topic,
            "folder": str(self.place),
            "format": document.value.format,
            "frame": document.value.frame,
            "columns": [one.name for one in document.root.fields],
            "sha256": document.sha256,
            "samples": {"rows": samples.rows, "dead": samples.dead, "skipped": samples.skipped},
            "seen": dict(self.wanted.seen),
            "told": [*self.wanted.told],
        }


def make_stream(home: Path, wanted: WantedStream, folders: StreamFolders, given: GivenStreams) -> MadeStream:
    """The folder, once it has passed its own test and shares nothing that is one stream's own; ``given`` is what
    settings say of streams. Raises ``SettingsRefused`` and ``StreamTestFailed``; then there is none.
    """
    files = {
        STREAM_FILE: _stream_toml(wanted.topic).encode(),
        CONTRACT_FILE: wanted.document.text,
        f"{SAMPLES}/{RECORDS}": first_samples(wanted.document, wanted.records, wanted.schemas),
        **{f"{SAMPLES}/{one}{SUFFIX}": text.encode() for one, text in wanted.schemas.items()},
    }
    found: list[SampleOutcome] = []

    def check(folder: StreamFolder) -> None:
        check_apart(folder, folders.readable, given.texts("topic"), given.texts("dataset"))
        found.append(tested(folder))

    return MadeStream(wanted, write_stream_folder(home, wanted.name, files, check), found[0])


def _stream_toml(topic: str) -> str:
    return f"""\
# Begun by `waybill stream new`; docs/streams.md has the other keys.
topic = "{topic}"
# Where the dataset begins. It counts until the first commit has written down what it came to.
start = "earliest"
"""
