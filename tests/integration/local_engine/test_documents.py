"""``waybill deliver`` by a contract's document, on a real Kafka."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow.dataset as ds
import pytest
from integration.delivery.conftest import Stream
from integration.delivery.conftest import kafka_settings as kafka_settings
from integration.delivery.conftest import new_stream as new_stream
from integration.delivery.conftest import stream as stream
from integration.local_engine.test_local_engine import deliver
from registry_server import running
from stream_folders import write_folder
from unit.contracts.avro_bytes import encoded, logical, optional, record
from unit.contracts.documents import ORDERS, field, raw
from unit.delivery.orders import bound, order, orders
from unit.delivery.registry_world import RENAMED, SCHEMA, contract, framed

from waybill_common.ledger.receipt import Receipt3
from waybill_ops.cli import main


def test_orders_arrive_by_their_document_and_another_one_under_its_version_is_refused(
    stream: Stream, tmp_path: Path
) -> None:
    asked = orders(select={"field": "kind", "in": ["order"]}, tombstones="row")
    streams = tmp_path / "streams"
    write_folder(streams, "orders", 'topic = "elsewhere"\n', asked.document)
    stream.produce([order(at, day=20_000 + at % 2, kind="order", weight=1.10) for at in range(30)])
    stream.produce([order(at, kind="else") for at in range(5)], 1)
    stream.produce([b"{", order(7, kind="order", total={"amount": "x"})], 1)
    flags = ("--stream=orders", f"--streams={streams}", "--delivery.workers=2")
    done = deliver(stream, *flags)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["rows"], said["dead"], said["skipped"]) == (30, 2, 5)
    lake = tmp_path / "lake" / "orders"
    receipt = Receipt3.model_validate_json((lake / "_waybill" / f"{1:020d}.receipt.json").read_bytes())
    assert receipt.contract.document == asked.document_sha256
    assert {one.partition for report in receipt.splits for one in report.data} == {
        ("2024-10-04",),
        ("2024-10-05",),
    }
    rows = ds.dataset(lake / "data").to_table().to_pylist()
    assert sorted(row["order_id"] for row in rows) == sorted(f"o-{at}" for at in range(30))
    assert {row["_extra"] for row in rows} == {'{"/kind":"order","/weight":1.1}'}
    assert {row["kafka_key"] for row in rows} == {"key"}

    stream.produce([order(31, kind="order")])
    write_folder(streams, "orders", 'topic = "elsewhere"\n', orders(extra="ignore").document)
    refused = deliver(stream, *flags)
    assert refused.returncode == 27, refused.stderr
    write_folder(streams, "sales", contract=asked.document)
    other = deliver(stream, "--stream=sales", f"--streams={streams}")
    assert other.returncode == 2, other.stderr
    assert f"stream '{ORDERS['stream']}'" in other.stderr
    assert not (tmp_path / "lake" / "sales").exists()
    assert len([*(lake / "_waybill").glob("*.manifest.json")]) == 1


FRAME = b"\x00\x00\x00\x00\x2a"
AVRO = record(
    "Order",
    ("order_id", "long"),
    ("total", optional(logical("bytes", "decimal", precision=18, scale=2))),
    ("at", logical("long", "timestamp-millis")),
    ("added_later", "string"),
)


def avro_order(number: int) -> bytes:
    total = (1, (1999).to_bytes(2, "big")) if number % 2 else (0, None)
    said = {"order_id": number, "total": total, "at": 1764421200000 + number, "added_later": "é"}
    return FRAME + encoded(AVRO, said)


def test_a_topic_of_avro_arrives_and_is_verified_by_the_schema_in_its_document(
    stream: Stream, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = [avro_order(number) for number in range(40)]
    stream.produce([*good[:20], good[0][:-1], good[1][5:], FRAME, None, *good[20:]])
    tree = raw(
        field(1, "order_id", "long", required=True),
        field(2, "total", "decimal(18, 2)"),
        field(3, "at", "timestamptz", required=True),
        stream="orders",
        id=["order_id"],
        time="at",
        partition_by=["day(at)"],
        ignore=["/added_later"],
        value={"format": "avro", "frame": "confluent", "schema": json.dumps(AVRO)},
    )
    streams = tmp_path / "streams"
    write_folder(streams, "orders", 'topic = "elsewhere"\n', bound(tree).document)
    chosen = ("--stream=orders", f"--streams={streams}")
    done = deliver(stream, *chosen, "--delivery.workers=1")
    assert done.returncode == 0, done.stderr
    rows = ds.dataset(tmp_path / "lake" / "orders" / "data", partitioning="hive").to_table().to_pylist()
    assert [row["order_id"] for row in rows] == [*range(40)]
    assert [str(row["total"]) for row in rows[:2]] == ["None", "19.99"]
    assert {str(row["at_day"]) for row in rows} == {"2025-11-29"}
    flags = (
        f"--lake.url={stream.lake.settings.url}",
        f"--kafka.bootstrap-servers={stream.kafka.bootstrap_servers}",
        f"--stream.topic={stream.topic}",
        *chosen,
    )
    assert main(("verify", "--complete", *flags)) == 0
    capsys.readouterr()
    assert main(("dead-letters", "list", "--json", *flags)) == 0
    letters = json.loads(capsys.readouterr().out)["letters"]
    assert [one["reason"] for one in letters] == ["not_avro", "bad_frame", "bad_frame", "null_value"]


def test_avro_by_a_registry_arrives_by_what_the_lake_has_bound_and_needs_no_registry_then(
    stream: Stream, tmp_path: Path
) -> None:
    """By worker processes, with the frame put before what Apache Avro's own encoder wrote."""
    streams, written = tmp_path / "streams", contract(extra="ignore", id=None)
    write_folder(streams, "orders", f'topic = "{stream.topic}"\n', written.document)
    stream.produce([framed(number) for number in (*[7] * 20, 12)])
    stream.produce([*(framed(9) for _ in range(5)), b"none"], 1)
    with running() as registry:
        registry.put(7, SCHEMA)
        registry.put(9, RENAMED)
        flags = (
            *(
                "--stream=orders",
                f"--streams={streams}",
                "--delivery.workers=2",
                "--delivery.rows-per-object=8",
            ),
            *(f"--registry.url={registry.url}", "--registry.attempts=1"),
        )
        done = deliver(stream, *flags)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert (said["rows"], said["dead"]) == (25, 2)
        assert {one["reason"] for one in said["commonest_reasons"]} == {"unknown_schema", "bad_frame"}
    lake = tmp_path / "lake" / "orders"
    receipt = Receipt3.model_validate_json((lake / "_waybill" / f"{1:020d}.receipt.json").read_bytes())
    assert set(receipt.schemas) == {"confluent:7", "confluent:9"}
    rows = ds.dataset(lake / "data").to_table().to_pylist()
    assert Counter(row["itemid"] for row in rows) == {"Item_12": 20, None: 5}
    stream.produce([framed(7)])
    down = deliver(stream, *flags)
    assert down.returncode == 25, down.stderr
    assert "--keep-schema-bindings" in down.stderr
    assert not (lake / "_waybill" / f"{2:020d}.manifest.json").exists()
    kept = deliver(stream, *flags, "--keep-schema-bindings")
    assert (kept.returncode, json.loads(kept.stdout)["rows"]) == (0, 1), kept.stderr
    verified = deliver(stream, "--stream=orders", f"--streams={streams}", "--complete", verb="verify")
    assert verified.returncode == 0, verified.stdout
