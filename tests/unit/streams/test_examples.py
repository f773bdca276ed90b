"""The worked examples: what their samples say becomes of each record is what the records themselves say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from unit.contracts.documents import verdict

from waybill_contracts.document import ContractDocument, parse_document
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
