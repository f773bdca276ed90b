"""Which fast paths a contract has."""

from __future__ import annotations

from waybill_contracts.avro import parse_schema
from waybill_contracts.document import ContractDocument
from waybill_contracts.fast.avro_paths import AvroPaths
from waybill_contracts.fast.paths import FastPaths
from waybill_contracts.fast.writers_paths import WritersPaths
from waybill_contracts.judging import Writers


def paths_of(
    document: ContractDocument, writers: Writers | None = None
) -> FastPaths | AvroPaths | WritersPaths | None:
    """``None`` where records go by the judge alone. ``writers`` are there where a registry has the schemas."""
    if document.value.format == "json":
        return FastPaths(document)
    if writers is not None:
        return WritersPaths(writers)
    schema = document.value.schema
    return None if schema is None else AvroPaths(document, parse_schema(schema))
