"""``waybill contract export``: a document as what other tools read."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from waybill_common.errors import SettingsRefused
from waybill_common.flag_types import said
from waybill_common.terminal import say
from waybill_contracts.document import ContractDocument
from waybill_contracts.exports import FORMS, NotSayable, exported
from waybill_streams.stream_folder import STREAM_FILE, load_folder


def add_export(verbs: Any) -> None:
    export = verbs.add_parser("export", help="write a document as a schema, a call, a page or a view")
    export.add_argument("document", type=said, metavar="DOCUMENT", help="the contract's document")
    export.add_argument("--as", dest="form", required=True, choices=[*FORMS], help="what to write it as")
    export.add_argument(
        "--lake",
        type=said,
        default="lake",
        help="the folder or URL where a call looks for rows (default: lake)",
    )
    export.add_argument(
        "--dataset",
        type=said,
        metavar="NAME",
        help="the dataset's folder in there (default: what stream.toml beside the document says, or the stream's name)",
    )


def _dataset_beside(document: str) -> str | None:
    """Of the stream in whose folder the document lies, if it lies in one. Raises ``SettingsRefused``."""
    folder = Path(document).absolute().parent
    return load_folder(folder).dataset if (folder / STREAM_FILE).is_file() else None


def export(document: ContractDocument, flags: Namespace) -> None:
    """Raises ``SettingsRefused``."""
    try:
        folder = flags.dataset or _dataset_beside(flags.document) or document.stream
        text = exported(document, flags.form, f"{flags.lake.rstrip('/')}/{folder}")
    except NotSayable as refused:
        raise SettingsRefused(
            f"{flags.document} can't be written as {flags.form}: {refused}.",
            allowed=f"{refused.remedy}.",
            remedy="choose another form, or another document.",
        ) from None
    for line in text.split("\n"):
        say(line, most=None)
