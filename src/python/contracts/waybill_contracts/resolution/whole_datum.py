"""A writer's schema and a contract, put together once: from a datum's bytes to the record that the contract judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from waybill_contracts.avro import AvroType, DatumReader, RecordType, UnionType
from waybill_contracts.document import StructOf
from waybill_contracts.resolution.records import record_check
from waybill_contracts.types import NestedCheck, Notes


@dataclass(frozen=True, slots=True)
class ReadDatum:
    """A record, of the branch that the datum chose, and the check of it."""

    record: RecordType
    value: Any
    check: NestedCheck

    def values(self, notes: Notes) -> Any:
        return self.check(self.value, None, notes)


class ResolvedSchema:
    """What a document says of datums that were written with this schema."""

    def __init__(self, schema: AvroType, root: StructOf) -> None:
        self._datum = DatumReader(schema)
        self._branches: tuple[AvroType, ...] | None = None
        self._only: RecordType | None = None
        if isinstance(schema, RecordType):
            self._only = schema
        elif isinstance(schema, UnionType) and isinstance(schema.beside_null, RecordType):
            self._only = schema.beside_null
        elif isinstance(schema, UnionType):
            self._branches = schema.branches
        records = [one for one in (self._only, *(self._branches or ())) if isinstance(one, RecordType)]
        self._checks = {one: record_check(one, root) for one in records}

    def read(self, datum: bytes) -> ReadDatum | None:
        """``None`` where its value is no record. Raises ``NotAvro``."""
        value = self._datum.read(datum)
        chosen: AvroType | None = self._only
        if self._branches is not None:
            chosen, value = self._branches[value[0]], value[1]
        if value is None or not isinstance(chosen, RecordType):
            return None
        return ReadDatum(chosen, value, self._checks[chosen])
