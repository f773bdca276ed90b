"""``python -m samples.page``: docs/real-topics.md, written anew from the tables."""

from __future__ import annotations

from samples.documents import DOCUMENTS, OthersDocument
from samples.sample import Sample
from samples.table import SAMPLES

HEAD = """\
# What real topics look like, and what becomes of them

Records of topics that other people fill, byte for byte from public repositories, each with the contract that takes
them. Payloads and contracts lie in `tests/samples`, by the names in this table; a few of the broken records are ours.
Each record is judged by the judge, through the fast paths and by the auditor's judge. All of them go through a Kafka,
`waybill deliver --all` and `waybill verify --all`, and what Parquet holds is compared with what the records say;
`make types` reads each row with pyarrow, DuckDB, pandas, Polars and Spark.

| stream | its records | outcome | what the contract does |
|---|---|---|---|
"""

MIDDLE = """
With its schema in the contract, nothing looks at the number in an Avro record's frame: under a wrong `frame`, or of
another writer's schema, a record may be a row of wrong values. Look at the first rows before anybody uses them. Where
the contract goes by a registry, the number says by which schema a record is read.

Three more lie in Waybill itself, as [streams](streams.md) to begin with: `orders` is JSON in an envelope, `orders_avro`
the same orders in Avro by a registry, `quakes` are features of USGS's feed of earthquakes. `waybill stream show orders`
shows one.

## What is not taken
Language 1 has no form for these, and no contract can ask for one; each is refused, or kept whole.

| what | what can be done |
|---|---|
| CSV, a line for each record | `text`: each line is a row, and a `pattern` keeps headers out |
| a CSV file as one value | `text`: the whole file is one row; split it before it goes into the topic |
| Protobuf | `binary`: the message's bytes are the row; in Protobuf's JSON it is JSON |
| an Avro container file as a value | no: a value is one datum, in a frame or not; the file makes a dead letter |
| a row for each item of a list (OTLP's log records) | the list is one column of its record's row |
| one column from `after`, or from `before` where that is null | both are columns; a view chooses |
| a place within JSON that stands in a text (MongoDB's changes) | the text is a JSON column, kept as written |

## Contracts and schemas of others
`waybill contract init` takes a JSON Schema, an Avro schema, a sample or a topic. Of what others wrote it makes:

| document | kind | outcome |
|---|---|---|
"""


def page() -> str:
    topics, documents = "".join(map(_topic, SAMPLES)), "".join(map(_document, DOCUMENTS))
    return HEAD + topics + MIDDLE + documents


def _topic(sample: Sample) -> str:
    return _line(f"`{sample.name}`", sample.what, outcome(sample), sample.mind)


def outcome(sample: Sample) -> str:
    rows, dead = len(sample.wanted) - len(sample.dead), len(sample.dead)
    found = f"{rows:,} row{'s' * (rows != 1)}"
    reasons = ", ".join(f"`{one}`" for one in dict.fromkeys(sample.dead))
    return f"{found}, {dead} dead letter{'s' * (dead != 1)} ({reasons})" if dead else found


def _document(given: OthersDocument) -> str:
    return _line(f"`{given.file}`", given.what, given.outcome)


def _line(*cells: str) -> str:
    return "| " + " | ".join(one.replace("|", "\\|") for one in cells) + " |\n"


if __name__ == "__main__":
    print(page(), end="")
