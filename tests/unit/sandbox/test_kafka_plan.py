from __future__ import annotations

from pathlib import Path

import pytest

from waybill_common.errors import SettingsRefused
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.kafka.kafka_plan import BrokerPlan, KafkaPlan, server_properties


def cluster(nodes: int) -> KafkaPlan:
    numbers = range(1, nodes + 1)
    return KafkaPlan("an-id", tuple(BrokerPlan(n, 9000 + n, 9100 + n, Path(f"/tmp/k{n}")) for n in numbers))  # noqa: S108


def settings(plan: KafkaPlan, node: int) -> dict[str, str]:
    lines = server_properties(plan, plan.nodes[node]).splitlines()
    return {key: value for key, _, value in (line.partition("=") for line in lines)}


@pytest.mark.parametrize(
    ("nodes", "replicas", "in_sync"), [(1, "1", "1"), (3, "3", "2")], ids=["one", "three"]
)
def test_replication_follows_the_number_of_nodes(nodes: int, replicas: str, in_sync: str) -> None:
    found = settings(cluster(nodes), 0)
    for key in ("default.replication.factor", "transaction.state.log.replication.factor"):
        assert found[key] == replicas
    assert found["offsets.topic.replication.factor"] == replicas
    assert found["min.insync.replicas"] == found["transaction.state.log.min.isr"] == in_sync


def test_no_topic_appears_by_itself() -> None:
    assert settings(cluster(1), 0)["auto.create.topics.enable"] == "false"


def test_every_address_is_loopback() -> None:
    found = settings(cluster(3), 2)
    assert found["listeners"] == "PLAINTEXT://127.0.0.1:9003,CONTROLLER://127.0.0.1:9103"
    assert found["controller.quorum.voters"] == "1@127.0.0.1:9101,2@127.0.0.1:9102,3@127.0.0.1:9103"


def test_bootstrap_servers_list_every_node() -> None:
    assert cluster(3).bootstrap_servers == "127.0.0.1:9001,127.0.0.1:9002,127.0.0.1:9003"


@pytest.mark.parametrize("nodes", [0, 2, 4])
def test_a_cluster_that_is_neither_one_nor_three_is_refused(nodes: int, tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=f"of {nodes} nodes"):
        KafkaCluster([], Path("java"), tmp_path, nodes=nodes)
