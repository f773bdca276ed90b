"""Avro whose ids stand in headers, as Confluent's serializers write them, through a real Kafka."""

from __future__ import annotations

import json
import struct
import uuid
from collections import Counter
from pathlib import Path

import pyarrow.dataset as ds
import pytest
from integration.delivery.conftest import Stream
from integration.delivery.conftest import kafka_settings as kafka_settings
from integration.delivery.conftest import new_stream as new_stream
from integration.delivery.conftest import stream as stream
from integration.local_engine.test_local_engine import deliver
from integration.producer.runs import read
from kafka_wire import Headers, Wire, WireRecord
from registry_server import running
from stream_folders import write_folder
from unit.delivery.registry_world import DATUM, RENAMED, SCHEMA, contract, framed

from waybill_common.kafka import headers_of, last_headers
from waybill_common.ledger.receipt import Receipt3
from waybill_ops.audit.record_headers import raw_headers

VALUE = "__value_schema_id"
GUID, LATE = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


def test_ids_and_guids_in_headers_are_delivered_and_verify_closes(stream: Stream, tmp_path: Path) -> None:
    streams = tmp_path / "streams"
    key = {"format": "text", "frame": "confluent_header"}
    written = contract("confluent_header", extra="ignore", id=None, key=key)
    write_folder(streams, "orders", f'topic = "{stream.topic}"\n', written.document)
    number = struct.pack(">bI", 0, 7)
    guid, late = (b"\x01" + uuid.UUID(one).bytes for one in (GUID, LATE))
    stream.produce([DATUM] * 20, headers=[("h", b"\xff"), (VALUE, number)])
    stream.produce([DATUM] * 20, 1, headers=[("__key_schema_id", guid), (VALUE, guid)])
    stream.produce([DATUM] * 2, 1, headers=[(VALUE, number), (VALUE, guid)])
    stream.produce([DATUM], headers=[(VALUE, late)])
    stream.produce([framed(7)], headers=[])
    stream.produce([DATUM], headers=[(VALUE, None)])
    flags = "--stream=orders", f"--streams={streams}", "--delivery.workers=2", "--delivery.rows-per-object=8"
    with running() as registry:
        registry.put(7, SCHEMA)
        registry.put(9, RENAMED, guid=GUID)
        asking = *flags, f"--registry.url={registry.url}"
        done = deliver(stream, *asking)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert (said["rows"], said["dead"]) == (42, 3)
        registry.put(11, SCHEMA, guid=LATE)
        stream.produce([DATUM], headers=[(VALUE, late)])
        again = deliver(stream, *asking)
        assert (again.returncode, json.loads(again.stdout)["rows"]) == (0, 1), again.stderr
    lake = tmp_path / "lake" / "orders"
    receipt = Receipt3.model_validate_json((lake / "_waybill" / f"{2:020d}.receipt.json").read_bytes())
    assert set(receipt.schemas) == {f"confluent_header:{one}" for one in (7, GUID, LATE)}
    rows = ds.dataset(lake / "data").to_table().to_pylist()
    assert Counter((row["itemid"], row["kafka_key"]) for row in rows) == {
        ("Item_12", "key"): 21,
        (None, "key"): 22,
    }
    letters = ds.dataset(lake / "dead_letters").to_table().to_pylist()
    assert sorted(one["detail"] for one in letters) == [
        ": bad_frame",
        ": bad_frame looks like confluent",
        ": unknown_schema",
    ]
    verified = deliver(stream, "--stream=orders", f"--streams={streams}", "--complete", verb="verify")
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize("are_columns", [False, True])
def test_a_header_whose_name_only_begins_so_is_another_one_for_judge_and_auditor(
    are_columns: bool, stream: Stream, tmp_path: Path
) -> None:
    """librdkafka tells of a name what stands before its first NUL."""
    streams = tmp_path / "streams"
    chosen = contract(
        "confluent_header",
        extra="ignore",
        id=None,
        headers=are_columns,
        select={"header": "kind", "in": ["sale"]},
    )
    write_folder(streams, "orders", f'topic = "{stream.topic}"\n', chosen.document)
    name, longer, sale = VALUE.encode(), VALUE.encode() + b"\x00x", (b"kind", b"sale")
    number, other = struct.pack(">bI", 0, 7), struct.pack(">bI", 0, 9)
    told: list[tuple[Headers, str]] = [
        ((sale, (name, number)), "row"),
        ((sale, (name, number), (longer, None)), "row"),
        ((sale, (name, number), (longer, other)), "row"),
        ((sale, (name, number), (b"h\xff", None)), "bad_headers" if are_columns else "row"),
        ((sale, (longer, number)), "bad_frame"),
        ((sale, (longer, None), (name, None)), "bad_frame"),
        ((sale, (name, None), (longer, None), (name, number)), "row"),
        ((sale, (VALUE.upper().encode(), number)), "bad_frame"),
        ((sale, (name, number), (b"kind\x00", b"sale")), "row"),
        (((b"kind\x00", b"sale"), (name, number)), "skipped"),
    ]
    stream.produce([None])  # its partition has a leader from then on
    with Wire(stream.kafka.bootstrap_servers) as wire:
        wire.produce(stream.topic, [WireRecord(DATUM, None, headers, 0) for headers, _ in told * 20])
    flags = "--stream=orders", f"--streams={streams}", "--delivery.workers=1"
    with running() as registry:
        registry.put(7, SCHEMA)
        registry.put(9, RENAMED)
        done = deliver(stream, *flags, f"--registry.url={registry.url}")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    counted = Counter(["skipped", *(verdict for _, verdict in told * 20)])
    assert (said["rows"], said["dead"], said["skipped"]) == (
        counted["row"],
        counted["bad_frame"] + counted["bad_headers"],
        counted["skipped"],
    )
    rows = ds.dataset(tmp_path / "lake" / "orders" / "data").to_table().to_pylist()
    assert {row["itemid"] for row in rows} == {"Item_12"}
    verified = deliver(stream, *flags[:2], "--complete", verb="verify")
    assert verified.returncode == 0, verified.stdout


def test_headers_are_the_same_ones_however_they_are_read(stream: Stream) -> None:
    """All of them, the last of a name, and by the auditor's own code: with names that go on, end or repeat."""
    name, longer = VALUE.encode(), VALUE.encode() + b"\x00x"
    told: list[Headers] = [
        (),
        ((name, b"a"),),
        ((name, b""), (name, None)),
        ((name, None), (b"h\xff\x00", b"x"), (name, b"b"), (b"", b"")),
        ((longer, b"a"), (name, b"b"), (longer, None)),
        ((longer, None), (longer, b"")),
        ((b"\x00", b"\x00"), (b"", None), (name + b"\x00", b"c")),
        ((name, b"x" * 40_000), (b"n" * 40_000 + b"\x00", None)),
    ]
    stream.produce([None], headers=[])  # its partition has a leader from then on
    with Wire(stream.kafka.bootstrap_servers) as wire:
        wire.produce(stream.topic, [WireRecord(b"v", None, headers, 0) for headers in told])
    found = [one for one in read(stream.kafka.bootstrap_servers, stream.topic, 2) if one.value()]
    assert [headers_of(one) for one in found] == told
    assert [raw_headers(one) for one in found] == told
    last = [tuple(one for one in headers if one[0] == name)[-1:] for headers in told]
    assert [*last_headers(found, name)] == last
    plain = [
        one for one, headers in zip(found, told, strict=True) if all(b"\x00" not in key for key, _ in headers)
    ]
    for one in plain[:3]:
        one.headers()  # they are Python's from then on
    assert [*last_headers(found, name)] == last
