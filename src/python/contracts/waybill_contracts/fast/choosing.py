"""Which fast paths a contract has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import pyarrow as pa

from waybill_contracts.avro import parse_schema
from waybill_contracts.document import ContractDocument
from waybill_contracts.fast.avro_paths import AvroPaths
from waybill_contracts.fast.fast_rows import FastRows
from waybill_contracts.fast.paths import FastPaths
from waybill_contracts.fast.writers_paths import WritersPaths
from waybill_contracts.judging import HeaderBytes, Writers

AnyPaths: TypeAlias = FastPaths | AvroPaths | WritersPaths


def paths_of(document: ContractDocument, writers: Writers | None = None) -> AnyPaths | None:
    """``None`` where records go by the judge alone. ``writers`` are there where a registry has the schemas."""
    if document.value.format == "json":
        return FastPaths(document)
    if writers is not None:
        return WritersPaths(writers)
    schema = document.value.schema
    return None if schema is None else AvroPaths(document, parse_schema(schema))


def rows_by(paths: AnyPaths, values: pa.LargeBinaryArray, headers: Iterable[HeaderBytes]) -> FastRows:
    """``headers`` of the values' records are looked at where they say something of the values."""
    return paths.read(values, headers) if isinstance(paths, WritersPaths) else paths.read(values)
