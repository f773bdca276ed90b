"""Memory is bounded by a setting: the formula of docs/engines.md holds for large records that nobody foresaw."""

from __future__ import annotations

import json
import random
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import Producer
from integration.delivery.conftest import Stream
from integration.delivery.conftest import kafka_settings as kafka_settings
from integration.delivery.conftest import new_stream as new_stream
from integration.local_engine.test_local_engine import delivering
from memory_of import peak_of
from sample_events import nth_event

from waybill_common.kafka import librdkafka_config
from waybill_streams.names import NAMES

ROOT = Path(__file__).parents[3]
MIB = 2**20
LARGE, SIZE = 100, 990_000
"""Records, and the bytes of each. docs/decisions/split-bytes.md has what more of them took."""

VALID = 1000
"""Records that keep the contract, in the longest texts that it takes."""


def formula(workers: int, split_bytes: int) -> int:
    """What the page says, in bytes."""
    page = (ROOT / "docs" / "engines.md").read_text()
    found = re.search(r"workers × \((\d+) × split_bytes \+ (\d+) MiB\) \+ (\d+) MiB", page)
    assert found
    times, each, once = map(int, found.groups())
    return workers * (times * split_bytes + each * MIB) + once * MIB


def fill(stream: Stream) -> None:
    """The large ones are of noise, in a value or in a header."""
    chance = random.Random(1)
    noise = b64encode(chance.randbytes(2_000_000))
    text = chance.randbytes(256).hex()
    producer = Producer(librdkafka_config(stream.kafka))
    for n in range(LARGE):
        value = b'{"x":"%s"}' % noise[n * 1000 : n * 1000 + SIZE]
        if n < LARGE // 2:
            producer.produce(stream.topic, value, partition=0)
        else:
            producer.produce(stream.topic, b"{}", partition=0, headers=[("h", value)])
        producer.flush(30)
    for n in range(VALID):
        event = nth_event(n, full_name=text, location=text, city=text, state=text, country=text)
        producer.produce(stream.topic, NAMES.encode(event), partition=0)
    assert producer.flush(30) == 0


@pytest.mark.parametrize("split_bytes", [MIB], ids=["1 MiB"])
def test_a_run_takes_no_more_memory_than_the_page_says(
    new_stream: Callable[..., Stream], tmp_path: Path, split_bytes: int
) -> None:
    stream = new_stream(partitions=1)
    fill(stream)
    flags = (f"--delivery.split-bytes={split_bytes}", "--delivery.workers=1")
    with delivering(stream, tmp_path / "log", *flags) as run, peak_of(run.pid) as peak:
        out, _ = run.communicate(timeout=300)
    assert run.returncode == 0, (tmp_path / "log").read_text()
    said = json.loads(out)
    assert (said["rows"], said["dead"], said["reasons"]) == (VALID, LARGE, {"missing_field": LARGE})
    assert 0 < peak.own <= formula(1, split_bytes), peak
