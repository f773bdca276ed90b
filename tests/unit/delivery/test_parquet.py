"""An object's bytes follow from its rows, and its encodings suit them."""

from __future__ import annotations

import io
import random
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_events import EVENT
from unit.contract.messages import message

from waybill_common.ledger import Layout
from waybill_delivery.events import Block, decoder_of
from waybill_delivery.objects import dead_letter_part
from waybill_delivery.objects.parquet import encode
from waybill_streams.names import NAMES

LAYOUT = Layout(row_group_rows=1000, compression="zstd")


def decoded(count: int, *values: bytes) -> Block:
    events = [EVENT.model_copy(update={"email": f"{number}@example.com"}) for number in range(count)]
    good = [message(number, 5000 + number, NAMES.encode(event)) for number, event in enumerate(events)]
    bad = [message(count + number, 0, value) for number, value in enumerate(values)]
    return decoder_of(NAMES, 3).decode(0, [*good, *bad])


def encodings(body: bytes) -> dict[str, tuple[str, ...]]:
    group = pq.ParquetFile(io.BytesIO(body)).metadata.row_group(0)
    columns = [group.column(index) for index in range(group.num_columns)]
    return {column.path_in_schema: column.encodings for column in columns}


@pytest.mark.parametrize("column", ["nat", "city", "produced_at", "kafka_partition"])
def test_a_column_of_few_values_has_a_dictionary(column: str) -> None:
    assert "RLE_DICTIONARY" in encodings(encode(decoded(100).rows, LAYOUT))[column]


@pytest.mark.parametrize(
    ("column", "encoding"),
    [("email", "PLAIN"), ("kafka_offset", "DELTA_BINARY_PACKED"), ("kafka_timestamp", "DELTA_BINARY_PACKED")],
)
def test_a_column_of_many_values_has_none(column: str, encoding: str) -> None:
    found = encodings(encode(decoded(100).rows, LAYOUT))[column]
    assert encoding in found
    assert "RLE_DICTIONARY" not in found


@pytest.mark.parametrize(("different", "has_one"), [(5_000, True), (8_000, False)])
def test_among_many_rows_the_first_ones_tell_how_many_values_there_are(different: int, has_one: bool) -> None:
    drawn = random.Random(7)
    table = pa.table({"text": [str(drawn.randrange(different)) for _ in range(10_000)]})
    body = encode(table, Layout(row_group_rows=10_000, compression="zstd"))
    assert ("RLE_DICTIONARY" in encodings(body)["text"]) is has_one


def test_dead_letters_keep_their_nested_headers() -> None:
    letters = dead_letter_part(0, [decoded(3, b"[]", b"{}")], format=3).table
    assert pq.read_table(io.BytesIO(encode(letters, LAYOUT))) == letters


@given(cuts=st.lists(st.integers(1, 49), max_size=5))
def test_the_bytes_do_not_depend_on_how_the_rows_were_cut(cuts: list[int]) -> None:
    rows = decoded(50).rows.combine_chunks()
    edges = [0, *sorted(set(cuts)), 50]
    pieces = [rows.slice(a, b - a) for a, b in pairwise(edges)]
    assert encode(pa.concat_tables(pieces).combine_chunks(), LAYOUT) == encode(rows, LAYOUT)
