"""Whether partitions have leaders that can be asked."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, BrokerMetadata

_ASK_SECONDS = 3.0
_CONNECT_SECONDS = 1.0


def leaders_answer(topic: str, partitions: Collection[int]) -> Callable[[AdminClient], bool]:
    """Whether each of them has a leader that takes connections, by what brokers say now.

    A leader that was killed is named until its session is over. Meanwhile librdkafka asks it for offsets again and
    again without a pause, a core for each process, and goes on for the question's whole time after another leads:
    that kept two cores from electing one at all. True where nothing can be told: the question itself says why.
    """

    def answer(admin: AdminClient) -> bool:
        try:
            found = admin.list_topics(topic, timeout=_ASK_SECONDS)
        except KafkaException:
            return True
        known = found.topics[topic].partitions if topic in found.topics else {}
        leaders = {known[one].leader for one in partitions if one in known}
        return all(one in found.brokers and _takes_connections(found.brokers[one]) for one in leaders)

    return answer


def _takes_connections(broker: BrokerMetadata) -> bool:
    try:
        socket.create_connection((broker.host, broker.port), timeout=_CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
