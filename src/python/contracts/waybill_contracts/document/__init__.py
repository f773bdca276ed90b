"""The document: its language read and checked, and what everything else is made from."""

from waybill_contracts.document.canonical_form import quoted
from waybill_contracts.document.described import (
    Choice,
    ContractDocument,
    DescribedValue,
    FolderKey,
    ListOf,
    MapOf,
    Primitive,
    StructOf,
    ValueFormat,
    ValueType,
)
from waybill_contracts.document.pattern import (
    Branches,
    OneOf,
    PatternNode,
    Ranges,
    Repeat,
    TextEnd,
    inverted,
    parse_pattern,
    parts_of,
)
from waybill_contracts.document.pointers import escaped
from waybill_contracts.document.refusal import DocumentRefused
from waybill_contracts.document.stored_form import stored_columns, stored_values
from waybill_contracts.document.whole_document import parse_document

# fmt: off
__all__ = [
    "Branches",
    "Choice",
    "ContractDocument",
    "DescribedValue",
    "DocumentRefused",
    "FolderKey",
    "ListOf",
    "MapOf",
    "OneOf",
    "PatternNode",
    "Primitive",
    "Ranges",
    "Repeat",
    "StructOf",
    "TextEnd",
    "ValueFormat",
    "ValueType",
    "escaped",
    "inverted",
    "parse_document",
    "parse_pattern",
    "parts_of",
    "quoted",
    "stored_columns",
    "stored_values",
]
