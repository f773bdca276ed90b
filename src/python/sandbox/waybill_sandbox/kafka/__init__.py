"""A real Kafka cluster of one or three KRaft nodes."""

from waybill_sandbox.kafka.kafka_cluster import KafkaCluster

__all__ = ["KafkaCluster"]
