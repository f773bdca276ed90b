from __future__ import annotations

from pathlib import Path

import pytest
from integration.producer.runs import Pipeline

from waybill_sandbox.api import Simulator
from waybill_sandbox.kafka import KafkaCluster


@pytest.fixture
def pipeline(kafka: KafkaCluster, simulator: Simulator, topic: str, tmp_path: Path) -> Pipeline:
    return Pipeline(kafka.bootstrap_servers, simulator.url, topic, tmp_path)
