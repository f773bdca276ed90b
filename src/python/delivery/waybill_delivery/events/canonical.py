"""SQL that parses a record, and says whether its spelling is the canonical one.

Canonical is compact JSON: the contract's fields in their order and no others, no escapes, numbers as DuckDB spells
them. It is told by putting the fields' texts together again: a valid JSON text that equals ``{"id":"`` + id + ``",…``
holds no white space and no unknown, missing, repeated or reordered field. Nor does it hold an escape: each is longer
than what it stands for, so the next quote would not be where the text put together has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from waybill_common.contract import Column, ColumnKind, Contract

CANONICAL = "(canonical)"
"""The column that says it; null where the record is no JSON."""

_CASTS = {ColumnKind.DOUBLE: "DOUBLE", ColumnKind.INSTANT: "TIMESTAMP"}


def canonical_query(contract: Contract) -> str:
    """SQL from ``block(v)`` to one row for each of its rows, in their order.

    A column for each field with its value; one with its text (``text_of``), where that is another column; and
    ``CANONICAL``. A value is null where its text is null or stands for none.
    """
    fields = ",".join(f'"{column.name}":"VARCHAR"' for column in contract.columns)
    outputs = [one for column in contract.columns for one in _outputs(column)]
    pieces = ", ".join(_joined(_pieces(contract)))
    # json_valid keeps from_json from ever seeing what is no JSON: it would end the query.
    return f"""
        SELECT {", ".join(outputs)}, concat({pieces}) = v AS "{CANONICAL}"
        FROM (SELECT v, CASE WHEN json_valid(v) THEN from_json(v, '{{{fields}}}') END AS s FROM block)
    """  # noqa: S608  # built from the contract alone


def beginning_of(contract: Contract) -> bytes:
    """What every canonical record begins with."""
    return next(_joined(_pieces(contract)))[1:-1].encode()


def text_of(column: Column) -> str:
    """The name of the column with the field's text."""
    return f"{column.name} (text)" if column.kind in _CASTS else column.name


def _outputs(column: Column) -> Iterator[str]:
    field = f's."{column.name}"'
    yield f'{field} AS "{text_of(column)}"'
    if column.kind in _CASTS:
        yield f'TRY_CAST({field} AS {_CASTS[column.kind]}) AS "{column.name}"'


def _pieces(contract: Contract) -> Iterator[str]:
    """The record's text as SQL: literals, fields, literals."""
    for index, column in enumerate(contract.columns):
        field, quote = f's."{column.name}"', "" if column.kind is ColumnKind.DOUBLE else '"'
        yield f"""'{"," if index else "{"}"{column.name}":'"""
        if column.nullable:
            yield f"coalesce('{quote}' || {field} || '{quote}', 'null')"
        else:
            yield from (f"'{quote}'", field, f"'{quote}'")
    yield "'}'"


def _joined(pieces: Iterator[str]) -> Iterator[str]:
    """Neighbouring literals as one: concat's price is by argument."""
    pending = ""
    for piece in pieces:
        if piece.startswith("'"):
            pending += piece[1:-1]
            continue
        yield f"'{pending}'"
        yield piece
        pending = ""
    yield f"'{pending}'"
