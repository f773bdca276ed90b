"""``waybill stream``: the streams that there are, what one of them says, and its own test."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources.abc import Traversable
from typing import Any

from waybill_common.cli import settings_of
from waybill_common.errors import OK, SettingsRefused, StreamTestFailed, WaybillError
from waybill_common.settings import add_settings_flags, add_stream_flags, given_streams, uses
from waybill_common.terminal import say, say_json
from waybill_contracts.by_hand import LineRefused
from waybill_contracts.description import described
from waybill_contracts.document import ContractDocument
from waybill_contracts.sample_test import RECORDS, ROWS, Sample, judged, read_records, read_rows
from waybill_contracts.schema_files import SchemaTexts, texts_of
from waybill_contracts.stream_contract import check_can_judge, parsed_document
from waybill_streams.stream_folder import StreamFolder, sample_bytes
from waybill_streams.stream_settings import checked_folder, folders_of, tell_warnings

HELP = "list streams, show one, and test one by its own samples"
SETTINGS = uses("log", "security")
_MOST_SHOWN = 20


def add_arguments(parser: ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="every stream, and where its folder lies")
    show = verbs.add_parser("show", help="what a stream's folder says, column by column")
    test = verbs.add_parser("test", help="judge a stream's samples by all three judges; it needs no Kafka")
    for verb in (show, test):
        verb.add_argument("name", metavar="NAME", help="the stream")
    for verb in (listing, show, test):
        verb.add_argument("--json", action="store_true", help="one JSON object on stdout instead of lines")
        add_settings_flags(verb, *SETTINGS)
        add_stream_flags(verb)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``SettingsRefused`` for a folder that no run would take, and ``StreamTestFailed``."""
    settings_of(flags, environ, "stream")
    {"list": _list, "show": _show, "test": _test}[flags.verb](flags, environ)
    return OK


def _list(flags: Namespace, environ: Mapping[str, str]) -> None:
    """A folder that is refused is listed with the reason: it keeps nobody from the others."""
    folders, given = folders_of(flags, environ), given_streams(flags, environ)
    rows: list[dict[str, Any]] = []
    for name, place in folders.places.items():
        try:
            rows.append(_as_json(checked_folder(folders, name, given)))
        except WaybillError as refused:
            rows.append({"stream": name, "folder": str(place), "refused": refused.found})
    tell_warnings(folders)
    if flags.json:
        say_json({"streams": rows}, indent=2)
        return
    widest = max((len(row["stream"]) for row in rows), default=0)
    for row in rows:
        said = f"refused: {row['refused']}" if "refused" in row else f"{row['topic']} -> {row['dataset']}"
        say(f"{row['stream']:<{widest}}  {said}  ({row['folder']})")


def _show(flags: Namespace, environ: Mapping[str, str]) -> None:
    folder = _folder(flags, environ)
    if flags.json:
        say_json(_as_json(folder), indent=2)
        return
    for name, value in _as_json(folder).items():
        say(f"{name:<9} {value if isinstance(value, str) else json.dumps(value)}")
    if folder.contract is not None:
        say("")
        for line in described(parsed_document(folder.contract, str(folder.place / "contract.json"))):
            say(line, most=None)


def _test(flags: Namespace, environ: Mapping[str, str]) -> None:
    folder = _folder(flags, environ)
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
    if flags.json:
        counts = {"rows": found.rows, "dead": found.dead, "skipped": found.skipped}
        say_json({"stream": folder.name, **counts, "failures": list(found.failures)}, indent=2)
    if found.failures:
        shown = "".join(f"\n  - {one}" for one in found.failures[:_MOST_SHOWN])
        raise StreamTestFailed(
            f"{len(found.failures)} of the samples of stream {folder.name} did not go as expected:{shown}.",
            allowed="samples that each judge judges as they say.",
            remedy="correct the contract, or what the sample expects.",
        )
    if not flags.json:
        say(
            f"{folder.name}: {found.rows} rows, {found.dead} dead letters, {found.skipped} skipped, as expected"
        )


def _folder(flags: Namespace, environ: Mapping[str, str]) -> StreamFolder:
    folders = folders_of(flags, environ)
    found = checked_folder(folders, flags.name, given_streams(flags, environ))
    tell_warnings(folders)
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


def _as_json(folder: StreamFolder) -> dict[str, Any]:
    start = folder.start or "earliest"
    if isinstance(start, datetime):
        start = start.isoformat()  # type: ignore[assignment]  # as it is shown
    return {
        "stream": folder.name,
        "folder": str(folder.place),
        "topic": folder.topic,
        "dataset": folder.dataset,
        "start": 0 if folder.is_filled else start,
        "source": folder.source,
        "contract": folder.contract is not None,
        "delivery": dict(folder.delivery),
    }
