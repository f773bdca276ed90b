"""``waybill contract``: documents begun, checked, compared, published and pulled, records judged by hand."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from waybill_common.components import module_of
from waybill_common.errors import OK, ContractRefused, SettingsRefused
from waybill_common.flag_types import path_of, said
from waybill_common.settings import READING, add_settings_flags, uses
from waybill_common.terminal import say, say_json
from waybill_contracts import init_verb
from waybill_contracts.by_hand import (
    LineRefused,
    by_the_auditor,
    by_the_fast_paths,
    by_the_judge,
    verdicts,
    verdicts_in_blocks,
)
from waybill_contracts.description import described
from waybill_contracts.document import ContractDocument
from waybill_contracts.drafting import judged_lines
from waybill_contracts.evolution import first_difference
from waybill_contracts.export_command import add_export, export
from waybill_contracts.from_model import model_of
from waybill_contracts.schema_files import SchemaTexts, texts_in
from waybill_contracts.stream_contract import check_can_judge, read_document

PULLING, PUBLISHING = "waybill_ops.contract_pull", "waybill_delivery.contract_publish"
"""Other components': they are looked up by their names."""

SETTINGS = {
    "pull": uses("stream", "lake", "log", "security", without=("stream.start",)),
    "publish": READING,
}
"""The other verbs reach nobody, but for ``init``, which has its own."""

HELP = "draft, check and compare contract documents, and judge records by hand"


def add_arguments(parser: ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    init = verbs.add_parser(
        "init", help="write a first document, from a sample, a topic, a schema, a registry or a model"
    )
    init_verb.add_arguments(init)
    check = verbs.add_parser("check", help="print a document's fingerprint, or say why it is refused")
    check.add_argument(
        "documents", nargs="+", type=said, metavar="FILE", help="a document in its canonical form"
    )
    diff = verbs.add_parser("diff", help="say whether one document may follow another in a dataset")
    diff.add_argument("old", type=said, metavar="OLD", help="the document that the dataset has")
    diff.add_argument("new", type=said, metavar="NEW", help="the document that is to follow")
    judge = verbs.add_parser("judge", help="judge records: lines of JSON in, lines of JSON out")
    judge.add_argument("document", type=said, metavar="DOCUMENT", help="the contract's document")
    judge.add_argument(
        "records", nargs="?", type=said, default="-", metavar="FILE", help="lines (default: stdin)"
    )
    by = judge.add_mutually_exclusive_group()
    by.add_argument("--auditor", action="store_true", help="by the auditor's judge instead of the writer's")
    by.add_argument(
        "--fast", action="store_true", help="through the fast paths; the judge sees what they do not take"
    )
    judge.add_argument(
        "--plain", action="store_true", help="FILE holds the values themselves, as init's samples do"
    )
    judge.add_argument(
        "--schemas",
        type=said,
        metavar="DIR",
        help="of a document that names a registry: <id>.avsc for each id",
    )
    show = verbs.add_parser("show", help="show what a document says, column by column")
    show.add_argument("document", type=said, metavar="DOCUMENT", help="the contract's document")
    add_export(verbs)
    pull = verbs.add_parser("pull", help="write the document of the dataset's last commit into a file")
    pull.add_argument("file", type=path_of, metavar="FILE", help="a new file")
    add_settings_flags(pull, *SETTINGS["pull"])
    publish = verbs.add_parser("publish", help="store a document in the dataset, as its next contract")
    publish.add_argument(
        "document", nargs="?", type=said, metavar="DOCUMENT", help="a document (default: the stream's own)"
    )
    publish.add_argument(
        "--tighten",
        action="store_true",
        help="let rules of values be narrower, and go over to it now, by a commit that moves nothing",
    )
    add_settings_flags(publish, *SETTINGS["publish"])


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``SettingsRefused``, ``ContractRefused``, ``ContractUnknown``, and what Kafka or a lake may refuse."""
    if flags.verb == "pull":
        _component(PULLING, "pull").pull(flags, environ)
        return OK
    if flags.verb == "publish":
        document = None if flags.document is None else read_document(flags.document).text
        _component(PUBLISHING, "publish").publish(flags, environ, document, model_of)
        return OK
    verbs: dict[str, Callable[[Namespace], None]] = {
        "init": lambda flags: init_verb.run(flags, environ),
        "check": _check,
        "diff": _diff,
        "export": lambda flags: export(read_document(flags.document), flags),
        "judge": _judge,
        "show": _show,
    }
    verbs[flags.verb](flags)
    return OK


def _component(module: str, verb: str) -> ModuleType:
    return module_of(module, f"waybill contract {verb}", beside="waybill-contracts")


def _check(flags: Namespace) -> None:
    for name in flags.documents:
        say(read_document(name).sha256)


def _diff(flags: Namespace) -> None:
    old, new = read_document(flags.old), read_document(flags.new)
    found = first_difference(old, new)
    if found is not None:
        raise ContractRefused(
            f"{flags.new} may not follow {flags.old}: {found.place}: {found.found}.",
            allowed=f"{found.allowed}.",
            remedy="take the change back, or begin a new dataset with it.",
        )
    say("compatible")


def _judge(flags: Namespace) -> None:
    document = read_document(flags.document)
    check_can_judge(document, flags.document)
    schemas = _schemas(flags, document)
    try:
        with _lines(flags.records) as lines:
            given = judged_lines(lines.read(), document.value.format) if flags.plain else lines
            for one in _verdicts(flags, document, given, schemas):
                say_json(one)
    except LineRefused as refused:
        raise SettingsRefused(
            f"{flags.records}: {refused}.",
            allowed='lines such as {"value": "e30=", "key": null, "headers": [], "timestamp": 0}.',
            remedy="correct the line; values, keys and headers are base64.",
        ) from None
    except OSError as error:
        raise _unreadable(f"The file of records {flags.records}", error) from error


def _schemas(flags: Namespace, document: ContractDocument) -> SchemaTexts:
    """Nobody asks a registry here."""
    asks = document.value.registry is not None
    if asks != (flags.schemas is not None):
        raise SettingsRefused(
            f"{flags.document} names {'a' if asks else 'no'} registry, and --schemas is {'not ' if asks else ''}given.",
            allowed="--schemas DIR with a document that names a registry, and with no other.",
            remedy="name a folder with <id>.avsc for each id in the records' frames."
            if asks
            else "leave it out.",
        )
    return texts_in(flags.schemas) if asks else {}


def _verdicts(
    flags: Namespace, document: ContractDocument, lines: Iterable[bytes], schemas: SchemaTexts
) -> Iterator[dict[str, Any]]:
    if flags.fast:
        return verdicts_in_blocks(lines, by_the_fast_paths(document, schemas))
    by = by_the_auditor if flags.auditor else by_the_judge
    return verdicts(lines, by(document, schemas))


def _show(flags: Namespace) -> None:
    for line in described(read_document(flags.document)):
        say(line, most=None)


def _unreadable(what: str, error: OSError) -> SettingsRefused:
    return SettingsRefused(
        f"{what} can't be read: {error.strerror}.",
        allowed="a file that this user may read.",
        remedy="correct the name or the file's rights.",
    )


@contextmanager
def _lines(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as lines:
        yield lines
