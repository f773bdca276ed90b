"""The document: its language read and checked, and what everything else is made from."""

from waybill_contracts.document.canonical_form import canonical_bytes, quoted
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
from waybill_contracts.document.general_path import general_path
from waybill_contracts.document.pattern import (
    Branches,
    OneOf,
    PatternNode,
    PatternRefused,
    Ranges,
    Repeat,
    TextEnd,
    inverted,
    parse_pattern,
    parts_of,
)
from waybill_contracts.document.pointers import escaped, spelled, tokens_of
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
    "PatternRefused",
    "Primitive",
    "Ranges",
    "Repeat",
    "StructOf",
    "TextEnd",
    "ValueFormat",
    "ValueType",
    "canonical_bytes",
    "escaped",
    "general_path",
    "inverted",
    "parse_document",
    "parse_pattern",
    "parts_of",
    "quoted",
    "spelled",
    "stored_columns",
    "stored_values",
    "tokens_of",
]
