"""Lakes that release 0.1.0 wrote, and the broker whose topics, redrives and cursors they came from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fixtures.packing import unpack
from integration.dead_letters.conftest import Desk
from integration.delivery.conftest import Stream
from integration.producer.runs import read

from waybill_common.kafka import topic_state
from waybill_common.lake import open_lake
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_sandbox.kafka import KafkaCluster

FIXTURE = Path(__file__).parents[2] / "fixtures" / "v0_1_0"
CONTENTS: Mapping[str, Any] = json.loads((FIXTURE / "contents.json").read_text())


@dataclass(frozen=True)
class OldLake:
    """A copy of one lake, with the tools of this release on it."""

    name: str
    desk: Desk

    @property
    def stream(self) -> Stream:
        return self.desk.stream

    @property
    def dataset(self) -> Path:
        return Path(self.stream.lake.local_root or "")

    def letters(self) -> list[dict[str, Any]]:
        listed = self.desk.json("dead-letters", "list", "--json", "--limit", "1000")
        return list(listed["letters"])

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        """The manifests or receipts, in order."""
        return [
            json.loads(path.read_bytes()) for path in sorted(self.dataset.glob(f"_waybill/*.{kind}.json"))
        ]

    def files(self) -> dict[str, bytes]:
        """Everything that is never overwritten."""
        kept = [path for path in self.dataset.rglob("*") if path.is_file() and path.name != "latest.json"]
        return {str(path.relative_to(self.dataset)): path.read_bytes() for path in kept}

    def messages(self) -> list[Any]:
        """Every committed record of the topic."""
        servers = self.stream.kafka.bootstrap_servers
        return list(read(servers, self.stream.topic, self.stream.partitions))


@pytest.fixture(scope="session")
def old_kafka(
    kafka_jars: tuple[Path, ...], java: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KafkaCluster]:
    """The broker of 0.1.0's time on other ports. Its topics are shared by all tests: they only ever grow."""
    folder = tmp_path_factory.mktemp("kafka-of-0-1-0")
    unpack(FIXTURE / "kafka.tar.xz", folder / "kafka-1" / "data")
    with KafkaCluster(kafka_jars, java, folder) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def old_lakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(FIXTURE / "lakes.tar.xz", tmp_path_factory.mktemp("lakes-of-0-1-0"))


@pytest.fixture
def old_lake(
    old_kafka: KafkaCluster, old_lakes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], OldLake]:
    kafka = KafkaSettings(bootstrap_servers=old_kafka.bootstrap_servers, replication_factor=1, timeout=15)

    def copy(name: str) -> OldLake:
        shutil.copytree(old_lakes / name, tmp_path / name)
        topic = CONTENTS[name]["topic"]
        lake = open_lake(LakeSettings(url=str(tmp_path / name), attempts=3), "names")
        partitions = len(topic_state(kafka, topic).log_ends)
        return OldLake(name, Desk(Stream(kafka, topic, lake, partitions), tmp_path, capsys))

    return copy
