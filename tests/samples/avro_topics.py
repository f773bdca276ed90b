"""Topics of Avro, the schema in the contract. The datums are Apache Avro's own encoder's (``fixtures/avro``)."""

from __future__ import annotations

import json
from pathlib import Path

from samples.sample import Sample, dead, record, row

from waybill_contracts.judging import KafkaInput

_AVRO = Path(__file__).parents[1] / "fixtures" / "avro"
_DATUMS = {
    one["name"]: bytes.fromhex(one["datum"])
    for one in map(json.loads, (_AVRO / "java.jsonl").read_text().splitlines())
}
_CONFLUENT, _APICURIO = b"\x00\x00\x00\x00\x2a", b"\x00" + (7).to_bytes(8, "big")


def _framed(name: str, frame: bytes = _CONFLUENT) -> KafkaInput:
    return record(frame + _DATUMS[name])


_WEATHER = (
    ("011990-99999", "1950-05-15T14:00:00", 0), ("011990-99999", "1950-05-15T19:00:00", 22),
    ("011990-99999", "1950-05-16T01:00:00", -11), ("012650-99999", "1949-03-24T20:00:00", 111),
    ("012650-99999", "1949-03-25T02:00:00", 78),
)  # fmt: skip
WEATHER = Sample(
    "weather",
    (*(_framed(f"weather {at}") for at in range(5)), record((_AVRO / "weather.avro").read_bytes())),
    (
        *(row(station=station, time=f"{at}.000000Z", temp=str(temp)) for station, at, temp in _WEATHER),
        dead("", "bad_frame"),
    ),
    "Apache Avro's weather in Confluent's frame, and an Avro container file",
    "times before 1970 as `epoch_ms`; a container file is no value of a topic",
)

_CITY = {"city": "City_1", "state": "State_3", "zipcode": "10000"}
ORDERS = Sample(
    "datagen_orders",
    (_framed("datagen order"), record(_CONFLUENT + _DATUMS["datagen order"][:-1])),
    (
        row(
            ordertime="2017-02-21T22:22:55.521000Z", orderid="7", itemid="Item_12", orderunits="0.1", address=_CITY
        ),
        dead("", "not_avro"),
    ),
    "orders of Confluent's datagen, and one that is cut",
    "a plain `long` is a time by wire `epoch_ms`",
)  # fmt: skip
PAGEVIEWS = Sample(
    "datagen_pageviews",
    (_framed("page view"),),
    (row(viewtime="1970-01-01T00:00:00.011000Z", userid="User_3", pageid="Page_27"),),
    "page views of Confluent's datagen",
    "no id; attributes that Avro does not know are ignored",
)
USERS = Sample(
    "datagen_users",
    (_framed("user"),),
    (row(registertime="2018-02-22T04:22:44.600000Z", userid="User_9", regionid="Region_4", gender="OTHER"),),
    "users of Confluent's datagen",
    "texts with an `enum` of our own",
)
TRADES = Sample(
    "datagen_trades",
    (_framed("trade"),),
    (row(side="BUY", quantity="5000", symbol="ZVV", price="5", account="ABC123", userid="User_9"),),
    "trades of Confluent's datagen",
    "neither id nor time, so Kafka's timestamp",
)

_SOURCES = [
    ["k1", {"value": "", "type": "STRING", "timestamp": "1969-12-31T23:59:59.999000Z", "source": "y"}],
    ["k2", {"value": "v", "type": "LONG", "timestamp": "1970-01-01T00:00:00.001000Z", "source": "x"}],
]
_NESTED = row(
    ordertime="2017-07-14T02:40:00.000000Z",
    orderid="-1",
    material="steel",
    orderunits="9.5",
    emailaddresses=["a@example.org", "b@example.org"],
    status="SHIPPED",
    metadata=_SOURCES,
)
NESTED = Sample(
    "nested_orders",
    (
        _framed("nested order", _APICURIO),
        _framed("nested order in blocks", _APICURIO),
        _framed("nested order", b""),
    ),
    (_NESTED, _NESTED, dead("", "bad_frame")),
    "orders with a record, an enum, a list, a map and a union, in Apicurio's frame; and one in none",
    "lists and maps in blocks or not are the same row; the contract says which frame there is",
)
