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
from typing import Any, BinaryIO

from waybill_common.cli import settings_of
from waybill_common.errors import SettingsRefused
from waybill_common.flag_types import path_of, said, whole_number
from waybill_common.settings import CREATION, add_settings_flags, uses
from waybill_common.stream_names import stream_name_of
from waybill_common.terminal import complain, say, say_json
from waybill_contracts.description import described
from waybill_contracts.document import FRAMES
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

MOST_RECORDS = 10_000
"""Of a topic, where ``--limit`` says nothing."""

MOST_SECONDS = 60
MOST_BYTES = 256 * 1024 * 1024

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
    parser.add_argument(
        "--id",
        action="append",
        default=[],
        type=said,
        metavar="COLUMN",
        help="a column of the id; may be repeated",
    )
    parser.add_argument(
        "--time", type=said, metavar="COLUMN", help="the time of an event, or kafka_timestamp"
    )
    parser.add_argument(
        "--format",
        choices=("json", "text", "binary"),
        help="what the values are (default: a file's are json)",
    )
    parser.add_argument(
        "--frame",
        choices=FRAMES,
        help="what stands before each datum (default: with --avro-schema nothing, with --registry confluent)",
    )
    parser.add_argument(
        "--limit",
        type=whole_number(1, 1_000_000),
        metavar="N",
        help="most records (default: of a topic 10,000)",
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
        raise _not_written(flags.output, "it is a folder")
    _check_folder(flags.output)
    seen_file = flags.output.with_suffix(".seen.json")
    files = (flags.output, seen_file)
    if not flags.overwrite:
        _check_free(files)
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
    _write(flags.output, draft.document.text, overwrite=flags.overwrite)
    _write(seen_file, json.dumps(seen, indent=2).encode() + b"\n", overwrite=flags.overwrite)
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


def bytes_of(name: str) -> bytes:
    """Of a file, or of stdin for ``-``. Raises ``SettingsRefused``."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SettingsRefused(
            f"{name} can't be read: {error.strerror}.",
            allowed="a file that this user may read.",
            remedy="correct the name or the file's rights.",
        ) from error
    if len(data) > MOST_BYTES:
        raise SettingsRefused(
            f"{name} is larger than {MOST_BYTES:,} bytes.",
            allowed="a sample up to that size.",
            remedy="take a part of it, such as its first 10,000 lines.",
        )
    return data


def _stream_name(flags: Namespace, source: str) -> str:
    """A name that a stream may have, from a file's, a topic's or a model's; a subject is called after its topic."""
    base = source.rpartition(":")[2] if ":" in source else Path(source).name.partition(".")[0]
    subject = flags.registry and flags.registry.removesuffix("-value")
    return stream_name_of(flags.topic or subject or base) or "stream"


def _check_folder(output: Path) -> None:
    """Before a topic is read for a minute."""
    if not output.parent.is_dir():
        raise SettingsRefused(
            f"{output} can't be written: {output.parent} is no folder.",
            allowed="a new file in a folder that is there.",
            remedy=f"make it first: `mkdir -p {output.parent}`; nothing was read.",
        )


def _check_free(files: Sequence[Path]) -> None:
    for file in files:
        if os.path.lexists(file):
            raise _not_written(file, "it is there already")


def _write(file: Path, data: bytes, *, overwrite: bool) -> None:
    """Whole, or not at all; a new file is nobody else's."""
    part = file.with_name(f".{file.name}.{os.getpid()}") if overwrite else file
    try:
        with part.open("xb") as written:
            _fill(written, data, part)
        if overwrite:
            part.replace(file)
    except FileExistsError:
        raise _not_written(file, "it is there already") from None
    except OSError as error:
        if overwrite:
            part.unlink(missing_ok=True)
        raise _not_written(file, error.strerror or str(error)) from error


def _fill(written: BinaryIO, data: bytes, part: Path) -> None:
    try:
        written.write(data)
        written.flush()
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _not_written(file: Path, why: str) -> SettingsRefused:
    return SettingsRefused(
        f"{file} can't be written: {why}.",
        allowed="a new file in a folder that this user may write.",
        remedy="name another file with --output, or replace it with --overwrite.",
    )


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
