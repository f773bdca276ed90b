"""A real Kafka cluster of one or three KRaft nodes."""

from waybill_sandbox.kafka.cluster import KafkaCluster

__all__ = ["KafkaCluster"]
