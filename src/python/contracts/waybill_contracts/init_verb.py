"""``waybill contract init``: a first document, from a sample, a topic, a schema, a registry or a model, and what was
seen."""

from __future__ import annotations

import importlib
import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from waybill_common.cli import settings_of
from waybill_common.errors import SettingsRefused
from waybill_common.flag_types import path_of, said
from waybill_common.settings import CREATION, add_settings_flags, uses
from waybill_common.stream_names import stream_name_of
from waybill_common.terminal import complain, say, say_json
from waybill_contracts.description import described
from waybill_contracts.draft_files import bytes_of, check_folder, check_free, not_written, write_whole
from waybill_contracts.draft_flags import MOST_RECORDS, MOST_SECONDS, add_draft_flags
from waybill_contracts.drafting import (
    ContractDraft,
    DraftRefused,
    DraftWishes,
    SampleRecord,
    draft_from_avro,
    draft_from_model,
    draft_from_records,
    draft_from_schema,
    records_in,
)

SETTINGS = uses("kafka", "registry", "log", "security", without=CREATION)
"""Of ``--topic`` and ``--registry`` alone."""

_TOPICS, _REGISTRIES = "waybill_contracts.topic_sample", "waybill_contracts.registered_draft"
"""Looked up by their names: the other ways need neither Kafka nor a registry."""


def add_arguments(parser: ArgumentParser) -> None:
    ways = parser.add_mutually_exclusive_group(required=True)
    ways.add_argument(
        "--from-sample", type=said, metavar="FILE", help="JSON lines, an array, or one record (-: stdin)"
    )
    ways.add_argument("--topic", type=said, metavar="TOPIC", help="the newest records of a topic, read only")
    ways.add_argument("--json-schema", type=said, metavar="FILE", help="a JSON Schema of the record")
    ways.add_argument(
        "--avro-schema", type=said, metavar="FILE", help="the Avro schema by which the records are written"
    )
    ways.add_argument(
        "--registry",
        type=said,
        metavar="SUBJECT",
        help="a subject of the registry at registry.url, of Avro: the document goes by that registry's schemas",
    )
    ways.add_argument(
        "--pydantic", type=said, metavar="MODULE:MODEL", help="a model; importing it runs its module's code"
    )
    parser.add_argument(
        *("-o", "--output"),
        type=path_of,
        default=Path("contract.json"),
        metavar="FILE",
        help="where the document goes; what was seen goes beside it (default: %(default)s)",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there")
    parser.add_argument(
        "--stream", type=said, metavar="NAME", help="the stream's name (default: from the source)"
    )
    parser.add_argument(
        "--required",
        action="store_true",
        help="require what no record lacked, or what the schema requires; else fields are optional",
    )
    add_draft_flags(
        parser,
        form="a file's are json",
        frame="default: with --avro-schema nothing, with --registry confluent",
        limit=f"of a topic {MOST_RECORDS:,}",
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object on stdout instead of the columns"
    )
    add_settings_flags(parser, *SETTINGS)


def run(flags: Namespace, environ: Mapping[str, str]) -> None:
    """Raises ``SettingsRefused``, with ``--topic`` what reading Kafka raises, and with ``--registry`` what asking one
    does.
    """
    if not flags.output.name:
        raise not_written(flags.output, "it is a folder")
    check_folder(flags.output)
    seen_file = flags.output.with_suffix(".seen.json")
    files = (flags.output, seen_file)
    if not flags.overwrite:
        check_free(files)
    source = _source(flags)
    if flags.frame and not (flags.avro_schema or flags.registry):
        raise SettingsRefused(
            f"--frame {flags.frame} stands beside {source}.",
            allowed="--frame with --avro-schema or --registry; a sample shows its frame itself.",
            remedy="leave --frame out; nothing was written.",
        )
    wishes = DraftWishes(
        flags.stream or _stream_name(flags, source),
        flags.required,
        tuple(flags.id),
        flags.time,
        flags.format,
    )
    try:
        draft = _draft(flags, environ, wishes)
    except DraftRefused as refused:
        raise SettingsRefused(
            f"No contract can be made of {source}: {refused}.",
            allowed=f"{refused.allowed}.",
            remedy=f"{refused.remedy}; nothing was written.",
        ) from refused
    told = [*draft.told]
    if flags.stream is None:
        told.append(f"The stream is called {wishes.stream}, after its source: `--stream NAME` names it.")
    seen = {"source": source, "document": flags.output.name, **draft.seen, "told": told}
    write_whole(flags.output, draft.document.text, overwrite=flags.overwrite)
    write_whole(seen_file, json.dumps(seen, indent=2).encode() + b"\n", overwrite=flags.overwrite)
    _tell(flags, draft, told, seen_file)


def _source(flags: Namespace) -> str:
    found: str = (
        flags.from_sample
        or flags.topic
        or flags.json_schema
        or flags.avro_schema
        or flags.registry
        or flags.pydantic
    )
    return found


def _draft(flags: Namespace, environ: Mapping[str, str], wishes: DraftWishes) -> ContractDraft:
    if flags.json_schema:
        return draft_from_schema(bytes_of(flags.json_schema), wishes)
    if flags.avro_schema:
        return draft_from_avro(bytes_of(flags.avro_schema), flags.frame, wishes)
    if flags.registry:
        return _of_subject(flags, environ, wishes)
    if flags.pydantic:
        return _of_model(flags.pydantic, wishes)
    if flags.topic:
        records = _of_topic(flags, environ)
    else:
        records = records_in(bytes_of(flags.from_sample), flags.format)
        wishes = DraftWishes(wishes.stream, wishes.required, wishes.id, wishes.time, wishes.form or "json")
    return draft_from_records(records[: flags.limit], wishes)


def _of_topic(flags: Namespace, environ: Mapping[str, str]) -> Sequence[SampleRecord]:
    settings = settings_of(flags, environ, "contract")
    read = importlib.import_module(_TOPICS).records_in_topic
    found: Sequence[SampleRecord] = read(
        settings.kafka, flags.topic, flags.limit or MOST_RECORDS, MOST_SECONDS
    )
    return found


def _of_subject(flags: Namespace, environ: Mapping[str, str], wishes: DraftWishes) -> ContractDraft:
    settings = settings_of(flags, environ, "contract")
    draft = importlib.import_module(_REGISTRIES).draft_of_subject
    found: ContractDraft = draft(settings.registry, flags.registry, flags.frame, wishes)
    return found


def _of_model(name: str, wishes: DraftWishes) -> ContractDraft:
    """Modules of the folder here are found, as with ``python -m``."""
    here = os.getcwd()  # noqa: PTH109  # sys.path has texts
    sys.path.insert(0, here)
    try:
        return draft_from_model(name, wishes)
    finally:
        sys.path.remove(here)


def _stream_name(flags: Namespace, source: str) -> str:
    """A name that a stream may have, from a file's, a topic's or a model's; a subject is called after its topic."""
    base = source.rpartition(":")[2] if ":" in source else Path(source).name.partition(".")[0]
    subject = flags.registry and flags.registry.removesuffix("-value")
    return stream_name_of(flags.topic or subject or base) or "stream"


def _tell(flags: Namespace, draft: ContractDraft, told: Sequence[str], seen_file: Path) -> None:
    sums = {name: draft.seen[name] for name in ("records", "rows", "dead") if name in draft.seen}
    if flags.json:
        found: dict[str, Any] = {"document": str(flags.output), "seen": str(seen_file)}
        say_json({**found, "sha256": draft.document.sha256, **sums, "told": [*told]}, indent=2)
        return
    for line in described(draft.document):
        say(line, most=None)
    for line in told:
        complain(line)
    if sums:
        complain(f"{sums['rows']} of {sums['records']} records are rows by this document.")
    complain(f"Written: {flags.output}, and what was seen to {seen_file}.")
