"""Topics of others that ``waybill stream new`` looks at, and the folder that streams are to go to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from waybill_common import kafka
from waybill_common.errors import TopicRefused
from waybill_common.kafka import Topic
from waybill_contracts import topic_sample
from waybill_contracts.judging import KafkaInput
from waybill_contracts.newest_records import NewestRecord
from waybill_ops.cli import main

Headers = tuple[tuple[bytes, bytes | None], ...]

SECRET = "Ada Lovelace"
ORDERS = [
    json.dumps({"id": f"o-{n}", "at": "2026-01-01T00:00:00Z", "who": SECRET}).encode() for n in range(5)
]


@dataclass
class Topics:
    """What a cluster shows, and the folder that streams are to go to."""

    home: Path
    values: dict[str, Sequence[bytes | None]] = field(default_factory=dict)
    compacted: set[str] = field(default_factory=set)
    headers: Headers = ()

    def existing(self, _kafka: object, name: str, **words: str) -> Topic:
        if name not in self.values:
            raise TopicRefused(f"Topic {name} does not exist.", **words)
        return Topic(name, "id", 1, "compact" if name in self.compacted else "delete", -1, -1)

    def marks(self, _kafka: object, name: str, _partitions: object) -> dict[int, tuple[int, int]]:
        return {0: (0, len(self.values[name]))}

    def newest(self, _kafka: object, name: str, *_: object) -> list[NewestRecord]:
        records = (KafkaInput(one, headers=self.headers, timestamp=5) for one in self.values[name])
        return [NewestRecord(0, n, one) for n, one in enumerate(records)]

    def new(self, *words: str) -> int:
        return main(["stream", "new", *words, f"--streams={self.home}"])

    def made(self) -> set[str]:
        return {one.name for one in self.home.iterdir()} if self.home.exists() else set()

    def test(self, name: str) -> int:
        return main(["stream", "test", name, f"--streams={self.home}"])


@pytest.fixture
def topics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Topics:
    found = Topics(tmp_path / "streams", {"sales": ORDERS})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kafka, "topic_names", lambda _: sorted(found.values))
    monkeypatch.setattr(topic_sample, "existing_topic", found.existing)
    monkeypatch.setattr(topic_sample, "watermarks", found.marks)
    monkeypatch.setattr(topic_sample, "newest_records", found.newest)
    return found
