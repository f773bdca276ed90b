"""Writers' schemas from files, for judging by hand: ``12.avsc`` is the one of records with the id 12; a GUID's file is
called by the GUID.

Nobody asks a registry there, and no commit has bound anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from waybill_common.contract import AVRO, SchemaDocument, SchemaId, WriterSchema
from waybill_common.errors import SettingsRefused
from waybill_contracts.avro import SchemaRefused, parse_schema
from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import KnownSchemas, Writers

SUFFIX = ".avsc"

_id = re.compile(r"(?:(0|[1-9][0-9]{0,18})|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))\.avsc").fullmatch

SchemaTexts = Mapping[SchemaId, str]


class SchemaFile(Protocol):
    @property
    def name(self) -> str: ...

    def read_bytes(self) -> bytes: ...


def texts_in(folder: str) -> dict[SchemaId, str]:
    """Raises ``SettingsRefused``."""
    try:
        files = sorted(Path(folder).iterdir())
    except OSError as error:
        raise SettingsRefused(
            f"The folder of schemas {folder} can't be read: {error.strerror}.",
            allowed="a folder with files such as 12.avsc.",
            remedy="correct the name or the folder's rights.",
        ) from error
    return texts_of(files)


def texts_of(files: Iterable[SchemaFile]) -> dict[SchemaId, str]:
    """Of those that are called by an id. Raises ``SettingsRefused``."""
    named = ((_id(one.name), one) for one in files)
    return {name[2] or int(name[1]): _text(one) for name, one in named if name}


def writers_in(document: ContractDocument, texts: SchemaTexts) -> Writers | None:
    """``None`` for a document that names no registry."""
    if document.value.registry is None:
        return None
    schemas = {number: WriterSchema((SchemaDocument(AVRO, text),)) for number, text in texts.items()}
    by_hash = {one.sha256: one for one in schemas.values()}
    names = {number: one.sha256 for number, one in schemas.items()}
    return Writers(KnownSchemas(document), names, by_hash.__getitem__)


def _text(file: SchemaFile) -> str:
    try:
        text = file.read_bytes().decode()
        parse_schema(text)
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(file, "it can't be read as text") from error
    except SchemaRefused as refused:
        raise _refused(file, str(refused)) from None
    return text


def _refused(file: SchemaFile, why: str) -> SettingsRefused:
    return SettingsRefused(
        f"{file} is no schema of Avro: {why}.",
        allowed="a file with one schema, all types in it.",
        remedy="correct it, or call it by no id.",
    )
