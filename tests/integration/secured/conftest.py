"""The secured broker, started once for a test process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.secured.broker import SecuredKafka, make_papers, new_ports, secured_plan
from integration.secured.tokens import Issuer

from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.kafka.kafka_cluster import JVM_FLAGS


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with Issuer(tmp_path_factory.mktemp("issuer")) as running:
        yield running


@pytest.fixture(scope="session")
def secured(
    kafka_jars: tuple[Path, ...], java: Path, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SecuredKafka]:
    folder = tmp_path_factory.mktemp("secured")
    papers, ports = make_papers(folder / "papers"), new_ports()
    plan = secured_plan(papers, ports, issuer.keys)
    flags = (*JVM_FLAGS, f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={issuer.keys.as_uri()}")
    with KafkaCluster(kafka_jars, java, folder / "kafka", security=plan, jvm_flags=flags) as cluster:
        yield SecuredKafka(cluster, papers, ports)
