"""``waybill deliver`` by a contract's document, on a real Kafka."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.dataset as ds
from integration.delivery.conftest import Stream
from integration.delivery.conftest import kafka_settings as kafka_settings
from integration.delivery.conftest import new_stream as new_stream
from integration.delivery.conftest import stream as stream
from integration.local_engine.test_local_engine import deliver
from stream_folders import write_folder
from unit.contracts.documents import ORDERS
from unit.delivery.orders import order, orders

from waybill_common.ledger.receipt import Receipt3


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
