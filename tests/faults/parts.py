"""The parts that cells share: a broker and an object store, each behind its proxy, and three brokers on demand."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.http_proxy import HttpProxy
from faults.kafka_proxy import KafkaProxy

from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.kafka.kafka_plan import BrokerPlan
from waybill_sandbox.ports import LOOPBACK, free_ports
from waybill_sandbox.s3 import S3Choice, S3Kind, S3Server

BUCKET = "faults"


class ProxiedKafka(KafkaCluster):
    """One node that tells its clients the proxy's address."""

    def __init__(self, jars: Sequence[Path], java: Path, folder: Path) -> None:
        super().__init__(jars, java, folder)
        [self.client_port] = free_ports(1)

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.client_port}"

    def _launch(self, node: BrokerPlan) -> None:
        own, clients = (
            f"advertised.listeners=PLAINTEXT://{LOOPBACK}:{port}\n" for port in (node.port, self.client_port)
        )
        node.properties_file.write_text(node.properties_file.read_text().replace(own, clients))
        super()._launch(node)


@dataclass(frozen=True)
class Parts:
    """Programs under test reach the broker and the store through the proxies; the audit reads the store itself."""

    kafka: ProxiedKafka
    kafka_proxy: KafkaProxy
    store: S3Server
    store_proxy: HttpProxy

    def clear(self) -> None:
        """No fault is left for the next cell."""
        self.kafka_proxy.board.clear()
        self.store_proxy.board.clear()
        if not self.kafka.pids():
            self.kafka.restart_nodes(1)


@contextmanager
def running_parts(jars: Sequence[Path], java: Path, folder: Path) -> Iterator[Parts]:
    kafka = ProxiedKafka(jars, java, folder / "kafka")
    store = S3Server(_store_choice(), folder, {"PATH": os.environ["PATH"]})
    with (
        KafkaProxy(kafka.client_port, kafka.plan.nodes[0].port) as kafka_proxy,
        kafka,
        store,
        HttpProxy(store.port) as store_proxy,
    ):
        store.create_bucket(BUCKET)
        yield Parts(kafka, kafka_proxy, store, store_proxy)


def _store_choice() -> S3Choice:
    """MinIO where MINIO_BINARY or the PATH has it, else moto."""
    minio = os.environ.get("MINIO_BINARY") or shutil.which("minio")
    return (
        S3Choice(S3Kind.MINIO_BINARY, Path(minio)) if minio else S3Choice(S3Kind.MOTO, Path(sys.executable))
    )
