"""Datums that Apache Avro's own encoder wrote, with the values that were given to it (``tests/fixtures/avro``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from unit.contracts.documents import Json, document, field, list_of, map_of, struct_of, verdict

from waybill_contracts.document import ContractDocument

HERE = Path(__file__).parents[2] / "fixtures" / "avro"
DATUMS = {
    one["name"]: bytes.fromhex(one["datum"])
    for one in map(json.loads, (HERE / "java.jsonl").read_text().splitlines())
}

ITEM = struct_of(
    field(50, "sku", "string"), field(51, "amount", "decimal(18, 2)"), field(52, "state", "string")
)
FIRST = struct_of(
    field(60, "sku", "string"), field(61, "amount", "decimal(18, 2)"), field(62, "state", "string")
)
EVERYTHING = (
    field(1, "truth", "boolean", required=True),
    field(2, "small", "int", required=True),
    field(3, "large", "long", required=True),
    field(4, "single", "float", required=True),
    field(5, "twice", "double", required=True),
    field(6, "text", "string", required=True),
    field(7, "raw", "binary", required=True),
    field(8, "nothing", "string"),
    field(9, "price", "decimal(12, 3)", required=True),
    field(10, "exact", "decimal(18, 0)", required=True),
    field(11, "day", "date", required=True),
    field(12, "clock_ms", "string", required=True),
    field(13, "clock_us", "string", required=True),
    field(14, "at_ms", "timestamptz", required=True),
    field(15, "at_us", "timestamptz", required=True),
    field(16, "at_ns", "timestamptz", required=True),
    field(17, "local_ms", "timestamp", required=True),
    field(18, "local_us", "timestamp", required=True),
    field(19, "id", "string", required=True),
    field(20, "other_id", "string", required=True),
    field(21, "state", "string", required=True),
    field(22, "hash", "binary", required=True),
    field(23, "maybe", "string"),
    field(24, "several", "long"),
    field(25, "tags", list_of(26, "string"), required=True),
    field(27, "counts", map_of(28, 29, "long"), required=True),
    field(30, "items", list_of(31, ITEM), required=True),
    field(32, "first", FIRST),
)
ENTRIES: Json = {
    "12": {"as": "time"},
    "13": {"as": "time"},
    "19": {"as": "uuid"},
    "20": {"as": "uuid"},
    "24": {"wire": "either"},
}
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
WANTED: Json = {
    "truth": "true",
    "small": "-2147483648",
    "large": "9223372036854775807",
    "single": "1.100000023841858",
    "twice": "-0.0",
    "text": "grüß 😀",
    "raw": "00ff",
    "nothing": None,
    "price": "-0.123",
    "exact": "256",
    "day": "0001-01-01",
    "clock_ms": "23:59:59.999000",
    "clock_us": "00:00:00.000001",
    "at_ms": "1950-05-15T14:00:00.000000Z",
    "at_us": "2017-12-03T23:13:10.490123Z",
    "at_ns": "2017-12-03T23:13:10.490123Z",
    "local_ms": "9999-12-31T23:59:59.999000",
    "local_us": "0001-01-01T00:00:00.000000",
    "id": UUID,
    "other_id": UUID,
    "state": "CLOSED",
    "hash": "deadbeef",
    "maybe": "x",
    "several": "-1",
    "tags": ["a", None, ""],
    "counts": [["a", "-64"], ["b", "1"]],
    "items": [
        {"sku": "s-1", "amount": "12.34", "state": "OPEN"},
        {"sku": "s-2", "amount": None, "state": "CLOSED"},
    ],
    "first": {"sku": "s-0", "amount": None, "state": "OPEN"},
}


def of(schema: str, *fields: Json, **more: Any) -> ContractDocument:
    return document(*fields, value={"format": "avro", "schema": (HERE / schema).read_text()}, **more)


def test_every_type_has_the_values_that_were_written() -> None:
    every = of("every_type.avsc", *EVERYTHING, entries=ENTRIES)
    assert verdict(every, DATUMS["everything"]) == WANTED
    assert verdict(every, DATUMS["least"]) == WANTED | {
        "truth": "false",
        "small": "0",
        "large": "-9223372036854775808",
        "single": "0.0",
        "text": "",
        "raw": "",
        "twice": "1.7976931348623157e+308",
        "price": "0.000",
        "exact": "-1",
        "day": "9999-12-31",
        "clock_ms": "00:00:00.000000",
        "clock_us": "00:00:00.000000",
        "at_ms": "1970-01-01T00:00:00.000000Z",
        "at_us": "1969-12-31T23:59:59.999999Z",
        "at_ns": "1970-01-01T00:00:00.000000Z",
        "state": "OPEN",
        "local_ms": "1970-01-01T00:00:00.000000",
        "local_us": "1970-01-01T00:00:00.000000",
        "maybe": None,
        "several": "1",
        "tags": [],
        "counts": [],
        "items": [],
        "first": None,
    }


def test_blocks_that_tell_their_size_change_no_value() -> None:
    every = of("every_type.avsc", *EVERYTHING, entries=ENTRIES)
    assert DATUMS["many"] != DATUMS["many in blocks"]
    many = verdict(every, DATUMS["many"])
    assert many == verdict(every, DATUMS["many in blocks"])
    assert many["tags"] == [f"tag-{at}" for at in range(40)]
    assert many["counts"] == sorted([f"k{at}", str(at)] for at in range(30))
    assert many["items"] == WANTED["items"] * 12


def test_each_datum_cut_anywhere_is_none() -> None:
    every = of("every_type.avsc", *EVERYTHING, entries=ENTRIES)
    datum = DATUMS["everything"]
    for end in range(len(datum)):
        assert verdict(every, datum[:end]) == [("", "not_avro")]


WEATHER = (field(1, "station", "string"), field(2, "time", "timestamptz"), field(3, "temp", "int"))


def test_weather_of_apache_has_the_values_of_its_json() -> None:
    weather = of("weather.avsc", *WEATHER, entries={"2": {"wire": "epoch_ms"}}, id=None)
    times = (
        "1950-05-15T14:00:00",
        "1950-05-15T19:00:00",
        "1950-05-16T01:00:00",
        "1949-03-24T20:00:00",
        "1949-03-25T02:00:00",
    )
    lines = [json.loads(line) for line in (HERE / "weather.ndjson").read_text().splitlines()]
    container = (HERE / "weather.avro").read_bytes()
    for at, (line, time) in enumerate(zip(lines, times, strict=True)):
        datum = DATUMS[f"weather {at}"]
        assert datum in container
        wanted = {"station": line["station"], "time": f"{time}.000000Z", "temp": str(line["temp"])}
        assert verdict(weather, datum) == wanted
    assert verdict(weather, container) == [("", "not_avro")]


ADDRESS = struct_of(field(7, "city", "string"), field(8, "state", "string"), field(9, "zipcode", "long"))


def test_an_order_of_datagen_is_a_row() -> None:
    order = of(
        "datagen_orders.avsc",
        field(1, "ordertime", "timestamptz", required=True),
        field(2, "orderid", "int", required=True),
        field(3, "itemid", "string"),
        field(4, "orderunits", "double"),
        field(5, "address", ADDRESS),
        entries={"1": {"wire": "epoch_ms"}},
        id=["orderid"],
        time="ordertime",
        partition_by=["day(ordertime)"],
    )
    assert verdict(order, DATUMS["datagen order"]) == {
        "ordertime": "2017-02-21T22:22:55.521000Z",
        "orderid": "7",
        "itemid": "Item_12",
        "orderunits": "0.1",
        "address": {"city": "City_1", "state": "State_3", "zipcode": "10000"},
    }


def test_a_nested_order_is_a_row_in_blocks_or_not() -> None:
    meta = struct_of(
        field(20, "value", "string"),
        field(21, "type", "string"),
        field(22, "timestamp", "timestamptz"),
        field(23, "source", "string"),
    )
    nested = of(
        "nested_orders.avsc",
        field(1, "ordertime", "timestamptz", required=True),
        field(2, "orderid", "long", required=True),
        field(3, "itemid", "string"),
        field(4, "material", "string"),
        field(5, "orderunits", "double"),
        field(6, "emailaddresses", list_of(10, "string")),
        field(11, "address", ADDRESS),
        field(12, "status", "string"),
        field(13, "metadata", map_of(14, 15, meta)),
        entries={
            "1": {"wire": "epoch_ms"},
            "12": {"rules": {"enum": ["PLACED", "SHIPPED"]}},
            "22": {"wire": "epoch_ms"},
        },
    )
    found = verdict(nested, DATUMS["nested order"])
    assert found == verdict(nested, DATUMS["nested order in blocks"])
    assert (found["ordertime"], found["orderid"], found["status"]) == (
        "2017-07-14T02:40:00.000000Z",
        "-1",
        "SHIPPED",
    )
    assert found["emailaddresses"] == ["a@example.org", "b@example.org"]
    assert found["metadata"] == [
        ["k1", {"value": "", "type": "STRING", "timestamp": "1969-12-31T23:59:59.999000Z", "source": "y"}],
        ["k2", {"value": "v", "type": "LONG", "timestamp": "1970-01-01T00:00:00.001000Z", "source": "x"}],
    ]


def test_a_trade_of_datagen_without_id_and_time_is_a_row() -> None:
    names = ("side", "quantity", "symbol", "price", "account", "userid")
    kinds = ("string", "int", "string", "int", "string", "string")
    columns = [field(at, name, kind) for at, (name, kind) in enumerate(zip(names, kinds, strict=True), 1)]
    trade = of("datagen_stock_trades.avsc", *columns, partition_by=["day(kafka_timestamp)"])
    assert verdict(trade, DATUMS["trade"]) == dict(
        zip(names, ("BUY", "5000", "ZVV", "5", "ABC123", "User_9"), strict=True)
    )
