"""Questions about a topic, of brokers that come and go."""

from __future__ import annotations

import uuid

from waybill_common.kafka import ensure_topic, topic_state
from waybill_common.settings import KafkaSettings
from waybill_sandbox.kafka import KafkaCluster


def test_a_topic_is_described_after_any_broker_was_killed(kafka_three: KafkaCluster) -> None:
    """One of the three is whom librdkafka takes for the controller: it goes on asking that one."""
    settings = KafkaSettings(bootstrap_servers=kafka_three.bootstrap_servers, timeout=30)
    name = f"described-{uuid.uuid4().hex[:6]}"
    topic = ensure_topic(settings, name, partitions=3)
    for node in kafka_three.plan.nodes:
        kafka_three.kill_node(node.node_id)
        assert topic_state(settings, name).id == topic.id
        kafka_three.restart_nodes(node.node_id)
