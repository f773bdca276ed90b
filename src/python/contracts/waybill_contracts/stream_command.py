"""``waybill stream``: the streams that there are, what one of them says, its own test, and a new one."""

from __future__ import annotations

import json
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from waybill_common.cli import settings_of
from waybill_common.errors import OK, WaybillError
from waybill_common.settings import add_settings_flags, add_stream_flags, given_streams, streams_folder, uses
from waybill_common.terminal import say, say_json
from waybill_contracts.description import described
from waybill_contracts.folder_test import tested
from waybill_contracts.from_model import check_made
from waybill_contracts.new_stream import add_new, make_new
from waybill_contracts.sample_test import SampleOutcome
from waybill_contracts.stream_contract import parsed_document
from waybill_streams.stream_folder import StreamFolder
from waybill_streams.stream_settings import checked_folder, folders_of, tell_warnings

HELP = "list streams, show one, test one by its own samples, and begin new ones"
SETTINGS = uses("log", "security")


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
    new = verbs.add_parser(
        "new", help="write the folder of a stream for a topic, or of many, that pass their test"
    )
    add_new(new)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``SettingsRefused`` for a folder that no run would take, and ``StreamTestFailed``."""
    if flags.verb == "new":
        return make_new(flags, environ)
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
    check_made(folder, streams=_streams_flag(flags, environ))

    def tell(found: SampleOutcome) -> None:
        counts = {"rows": found.rows, "dead": found.dead, "skipped": found.skipped}
        say_json({"stream": folder.name, **counts, "failures": list(found.failures)}, indent=2)

    found = tested(folder, tell) if flags.json else tested(folder)
    if not flags.json:
        say(
            f"{folder.name}: {found.rows} rows, {found.dead} dead letters, {found.skipped} skipped, as expected"
        )


def _streams_flag(flags: Namespace, environ: Mapping[str, str]) -> str:
    """As the next command needs it; what a variable says holds there too."""
    said = streams_folder(flags, environ)
    return f" {said[1]} {shlex.quote(said[0])}" if said and said[1].startswith("--") else ""


def _folder(flags: Namespace, environ: Mapping[str, str]) -> StreamFolder:
    folders = folders_of(flags, environ)
    found = checked_folder(folders, flags.name, given_streams(flags, environ))
    tell_warnings(folders)
    return found


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
