"""One model, four schemas: they agree field by field, nullability included."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pytest
from corpus.names_document import contract_of
from names_columns import EVENTS
from pydantic import BaseModel
from pyspark.sql.types import DoubleType, StringType, StructType, TimestampType
from sample_events import EVENT
from unit.contract.messages import message

from waybill_common.contract import Contract
from waybill_common.contract.arrow import spark_schema
from waybill_delivery.events import decoder_of
from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name
from waybill_streams.packaged import STREAMS

SPARK = {pa.string(): StringType(), pa.float64(): DoubleType(), pa.timestamp("us", tz="UTC"): TimestampType()}
JSON = {"string": pa.string(), "number": pa.float64()}


@pytest.mark.parametrize("field", list(Name.model_fields))
def test_json_arrow_spark_and_decoder_agree_on(field: str) -> None:
    described = NAMES.json_schema()["properties"][field]
    branches = described.get("anyOf", [described])
    [kind] = [branch for branch in branches if branch.get("type") != "null"]
    nullable = len(branches) == 2
    instant = kind.get("format") == "date-time"
    arrow = EVENTS.field(field)
    spark = StructType.fromJson(spark_schema(NAMES))[field]
    decoded = decoder_of(NAMES, 3).decode(0, [message(0, 0, NAMES.encode(EVENT))]).rows
    assert arrow.type == (pa.timestamp("us", tz="UTC") if instant else JSON[kind["type"]])
    assert spark.dataType == SPARK[arrow.type]
    assert decoded.schema.field(field) == arrow
    assert (arrow.nullable, spark.nullable) == (nullable, nullable)
    assert field in NAMES.json_schema()["required"]
    assert decoded[field].to_pylist() == [getattr(EVENT, field)]


def test_the_schemas_have_the_models_fields_in_the_models_order() -> None:
    names = list(Name.model_fields)
    assert list(NAMES.json_schema()["properties"]) == names
    assert EVENTS.names == names
    assert StructType.fromJson(spark_schema(NAMES)).names == names


def test_the_released_contract_has_not_changed_under_its_version() -> None:
    # A new fingerprint means that open manifests can't be finished: give the contract a new version instead.
    assert NAMES.label == "names/1"
    assert NAMES.fingerprint == "sha256:3dd0b577c053744c3438d172ef3c86d0b73fbd672a53043ae46fdcdb44f9589a"
    assert NAMES.old_fingerprint == "sha256:eef317b2a64595869f2a00d2c83076c0a7d8be5be43bfeba2a9eeb52f1d40584"
    assert STREAMS["names"].current is NAMES


class Counted(BaseModel):
    count: int


class Defaulted(BaseModel):
    name: str = ""


class Either(BaseModel):
    name: str | float


@pytest.mark.parametrize("model", [Counted, Defaulted, Either])
def test_a_field_that_one_of_the_schemas_would_lose_is_refused(model: type[BaseModel]) -> None:
    with pytest.raises(TypeError, match=model.__name__):
        _ = Contract("s", 1, b"{}", model, "name", "name").columns


def test_choices_are_part_of_the_fingerprint() -> None:
    class Wider(Name):
        gender: Literal["female", "male", "other"]  # type: ignore[assignment]

    assert contract_of(Wider).fingerprint != NAMES.fingerprint
