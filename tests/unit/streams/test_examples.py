"""The worked examples: what their samples say becomes of each record is what the records themselves say."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from unit.contracts.documents import verdict
from unit.contracts.test_avro_by_java import DATUMS

from waybill_contracts.by_hand import by_the_judge
from waybill_contracts.document import ContractDocument, parse_document
from waybill_contracts.sample_test import read_records
from waybill_contracts.schema_files import texts_of
from waybill_streams.finding import StreamFolders


def document(stream: str) -> ContractDocument:
    return parse_document(StreamFolders().find(stream).contract or b"")


def sample(stream: str, name: str) -> list[str]:
    [file] = [one for one in StreamFolders().find(stream).samples if one.name == name]
    return file.read_text().splitlines()


def instant(millis: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"


OF_TIME, DOUBLES = {"time", "updated"}, {"mag", "cdi", "mmi", "dmin", "rms", "gap"}
RENAMED = {"magType": "mag_type", "type": "event_type"}


def text_of(column: str, value: Any) -> str:
    if column in OF_TIME:
        return instant(value)
    return str(float(value)) if column in DOUBLES else str(value)


def feature_as_row(feature: dict[str, Any]) -> dict[str, Any]:
    said = {RENAMED.get(name, name): value for name, value in feature["properties"].items()}
    texts = {name: value if value is None else text_of(name, value) for name, value in said.items()}
    point = feature["geometry"]
    coordinates = [repr(one) for one in point["coordinates"]]
    geometry = {"type": point["type"], "coordinates": coordinates}
    return {**texts, "quake_id": feature["id"], "geometry": geometry, "_extra": None}


def test_each_feature_of_the_feed_is_a_row_with_all_that_it_says() -> None:
    features = sample("quakes", "rows.jsonl")
    assert len(features) == 8
    for feature in features:
        assert verdict(document("quakes"), feature) == feature_as_row(json.loads(feature))


def test_where_the_features_come_from_is_said_beside_them() -> None:
    [origin] = [one for one in StreamFolders().find("quakes").samples if one.name == "SOURCES.md"]
    assert "public domain" in origin.read_text()


def test_orders_in_json_and_in_avro_are_one_schema_in_two_documents() -> None:
    by_json, by_avro = (json.loads(document(name).text) for name in ("orders", "orders_avro"))
    told = {name for name in by_json if by_json[name] != by_avro[name]}
    assert by_json.keys() == by_avro.keys()
    assert told == {"stream", "value", "fields", "extra"}  # Avro has no wires, and nothing to keep in _extra
    rules = [
        {at: {name: one[name] for name in one if name != "wire"} for at, one in of["fields"].items()}
        for of in (by_json, by_avro)
    ]
    assert {at: one for at, one in rules[0].items() if one} == rules[1]


def test_the_same_orders_are_the_same_rows_from_both() -> None:
    avro = [*read_records("records.jsonl", "\n".join(sample("orders_avro", "records.jsonl")).encode())]
    schemas = texts_of(StreamFolders().find("orders_avro").samples)
    say = by_the_judge(document("orders_avro"), schemas)
    orders = sample("orders", "rows.jsonl")
    assert len(orders) == 3
    for order, datum in zip(orders, avro, strict=False):
        found = verdict(document("orders"), order)
        same = {name: value for name, value in found.items() if name != "_extra"}
        assert say(datum.record)["values"] | {"kafka_key": None} == same


def test_the_samples_in_avro_are_what_javas_encoder_wrote_in_a_frame() -> None:
    values = [json.loads(line)["value"] for line in sample("orders_avro", "records.jsonl")]
    framed = [value for one in values if one and (value := base64.b64decode(one))[:1] == b"\x00"]
    whole = [one for one in framed if one[5:] in DATUMS.values()]
    assert len(framed) - len(whole) == 1  # one is cut
    assert {int.from_bytes(one[1:5], "big") for one in whole} == {3, 7, 12, 99}
