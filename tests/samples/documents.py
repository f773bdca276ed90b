"""Contracts and schemas of others, and what ``waybill contract init`` makes of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from samples.sample import HERE


@dataclass(frozen=True)
class OthersDocument:
    """``columns`` by name with their types, none where it is refused; ``said`` are words of the message."""

    file: str
    flag: str
    columns: dict[str, str]
    said: str
    what: str
    outcome: str

    @property
    def path(self) -> Path:
        return HERE / "contracts" / self.file


_PART = "no: language 1 takes no such document"
_TEXTS = dict.fromkeys(("elementId", "elementTarget", "targetUrl", "elementContent"), "string")

DOCUMENTS = (
    OthersDocument(
        "snowplow_link_click.schema.json",
        "--json-schema",
        _TEXTS | {"elementClasses": "list"},
        "Left out: self at the root",
        "Snowplow's self-describing JSON Schema",
        "a draft by `--json-schema`; time and id stand in Snowplow's envelope, which the schema lacks",
    ),
    OthersDocument(
        "cloudevents.schema.json",
        "--json-schema",
        {
            **dict.fromkeys(("id", "source", "specversion", "type", "datacontenttype"), "string"),
            **dict.fromkeys(("dataschema", "subject", "data"), "string"),
            "time": "timestamptz",
            "data_base64": "binary",
        },
        "/definitions/datadef is json",
        "CloudEvents' JSON Schema",
        "a draft by `--json-schema`; `data`, of any type, is JSON text, and extensions are kept in `_extra`",
    ),
    OthersDocument(
        "order.schema.json",
        "--json-schema",
        {},
        "'customer.json#/$defs/Customer' leads out of this file",
        "a JSON Schema with references to other files",
        "refused: nothing is fetched; put them below `$defs`",
    ),
    OthersDocument(
        "datacontract_decimal.avsc",
        "--avro-schema",
        {
            "price": "binary",
            "dewey_decimal": "decimal(18, 2)",
            "reading_level": "binary",
            "age": "decimal(18, 0)",
        },
        "/price is taken as bytes: its decimal has no precision",
        "an Avro schema with decimals without a precision",
        "a draft by `--avro-schema`; a decimal without a precision is none by Avro's rules: `binary`, and told",
    ),
    OthersDocument(
        "kafka-schema.odcs.yaml",
        "--json-schema",
        {},
        "an Open Data Contract Standard document",
        "ODCS 3 of a topic, without key and time",
        f"{_PART}; `--topic` or `--avro-schema` makes one",
    ),
    OthersDocument(
        "all-data-types.odcs.yaml",
        "--json-schema",
        {},
        "an Open Data Contract Standard document",
        "ODCS 3 with each logical type",
        f"{_PART}; `time` would be text of a checked form",
    ),
    OthersDocument(
        "orders.odcs.yaml",
        "--json-schema",
        {},
        "an Open Data Contract Standard document",
        "ODCS 3 of two tables",
        f"{_PART}; a contract is of one topic",
    ),
    OthersDocument(
        "orders_large.odcs.yaml",
        "--json-schema",
        {},
        "an Open Data Contract Standard document",
        "ODCS 3 with `multipleOf` 0.01",
        f"{_PART}; the decimal's scale is said by its type",
    ),
    OthersDocument(
        "datacontract_decimal.yaml",
        "--json-schema",
        {},
        "a Data Contract Specification document",
        "Data Contract Specification 1.2",
        f"{_PART}; the Avro schema that its tool exports is taken",
    ),
    OthersDocument(
        "asyncapi_streetlights_kafka.yml",
        "--json-schema",
        {},
        "an AsyncAPI document",
        "AsyncAPI 3.1 with Kafka's bindings",
        "no, but its payload's schema is: as JSON, with a `$ref` to it at the root",
    ),
)
