"""Whether a value can be read at all, before anything is asked of what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from waybill_common.contract import SchemaId
from waybill_contracts.avro import NotAvro, parse_schema
from waybill_contracts.document import ContractDocument
from waybill_contracts.judging.frames import HeaderBytes, unframe_of
from waybill_contracts.judging.verdicts import Complaint
from waybill_contracts.judging.writers import Writers
from waybill_contracts.judging.written_id import id_reader
from waybill_contracts.resolution import ResolvedSchema
from waybill_contracts.scanning import NotJson, read_json, read_old_json, too_deep, too_deep_for_0_1_0

_BAD_FRAME = Complaint("", "bad_frame")
_NOT_UTF8 = Complaint("", "not_utf8")
_TOO_DEEP = Complaint("", "too_deep")
_NOT_JSON = Complaint("", "not_json")
_NOT_AN_OBJECT = Complaint("", "not_an_object")
_NOT_AVRO = Complaint("", "not_avro")
_UNKNOWN_SCHEMA = Complaint("", "unknown_schema")

_MOST_READERS = 10_000
"""Of ids, most of which may be garbage."""

Opened = Any
"""The value's text (bytes, for binary) and its tree of tokens, or a ``Complaint``. For Avro, what is read of its bytes
stands for the tree."""


Opener: TypeAlias = Callable[[bytes, HeaderBytes], Opened]
"""Of a value, and its record's headers."""


def opener_of(document: ContractDocument, writers: Writers | None = None) -> Opener:
    """``writers`` are there where a registry has the schemas."""
    if writers is not None:
        return _by_writer(writers)
    alone = _by_value_alone(document)
    return lambda value, _headers: alone(value)


def _by_value_alone(document: ContractDocument) -> Callable[[bytes], Opened]:
    unframe = unframe_of(document.value.frame, is_old=document.legacy is not None)
    if document.value.schema is not None:
        inner = _avro(ResolvedSchema(parse_schema(document.value.schema), document.root))
    else:
        inner = _old_json if document.legacy is not None else _INNER[document.value.format]
    if unframe is None:
        return inner

    def opened(value: bytes) -> Opened:
        framed = unframe(value)
        return _BAD_FRAME if framed is None else inner(framed)

    return opened


def _json(value: bytes) -> Opened:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return _NOT_UTF8
    if too_deep(text):
        return _TOO_DEEP
    try:
        tree = read_json(text)
    except NotJson:
        return _NOT_JSON
    return (text, tree) if isinstance(tree, dict) else _NOT_AN_OBJECT


def _old_json(value: bytes) -> Opened:
    """0.1.0 had one code for whatever it could not read."""
    try:
        text = value.decode()
        if too_deep_for_0_1_0(text):
            return _NOT_JSON
        tree = read_old_json(text)
    except (UnicodeDecodeError, NotJson):
        return _NOT_JSON
    return (text, tree) if isinstance(tree, dict) else _NOT_AN_OBJECT


def _avro(schema: ResolvedSchema) -> Callable[[bytes], Opened]:
    """Of datums that were written with one schema."""

    def opened(value: bytes) -> Opened:
        try:
            found = schema.read(value)
        except NotAvro:
            return _NOT_AVRO
        return _NOT_AN_OBJECT if found is None else (value, found)

    return opened


def _by_writer(writers: Writers) -> Opener:
    """Of datums in frames, each of which names its schema."""
    frame = writers.known.document.value.frame or ""
    unframe, id_of = unframe_of(frame, is_old=False), id_reader(frame)
    inner: dict[SchemaId, Callable[[bytes], Opened]] = {}

    def reader_of(written: SchemaId) -> Callable[[bytes], Opened]:
        sha256 = writers.schemas.get(written)
        if sha256 is None:
            return lambda _datum: _UNKNOWN_SCHEMA
        schema = writers.known.resolved(sha256, writers.read)
        return (lambda _datum: _NOT_AVRO) if schema is None else _avro(schema)

    def opened(value: bytes, headers: HeaderBytes) -> Opened:
        datum = unframe(value) if unframe is not None else None
        written = id_of(value, headers)
        if datum is None or written is None:
            return _BAD_FRAME
        if written not in inner:
            if len(inner) >= _MOST_READERS:
                inner.clear()
            inner[written] = reader_of(written)
        return inner[written](datum)

    return opened


def _text(value: bytes) -> Opened:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return _NOT_UTF8
    return text, text


def _binary(value: bytes) -> Opened:
    return value, value


_INNER: dict[str, Callable[[bytes], Opened]] = {"json": _json, "text": _text, "binary": _binary}
