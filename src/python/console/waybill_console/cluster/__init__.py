"""What the brokers say: ``overview`` of all, ``offsets``, ``configuration``, ``groups``; ``creating`` makes a topic."""

from __future__ import annotations

from waybill_console.cluster.configuration import ConfigLine, read_configs
from waybill_console.cluster.creating import RETENTIONS, create_topic, wish_of
from waybill_console.cluster.groups import lag_of, read_groups
from waybill_console.cluster.offsets import (
    Bounds,
    TopicAndPartition,
    read_bounds,
    read_offsets_at,
    records_of,
)
from waybill_console.cluster.overview import Cluster, TopicPlace, read_cluster

# fmt: off
__all__ = [
    "RETENTIONS", "Bounds", "Cluster", "ConfigLine", "TopicAndPartition", "TopicPlace", "create_topic",
    "lag_of", "read_bounds", "read_cluster", "read_configs", "read_groups", "read_offsets_at", "records_of",
    "wish_of",
]
