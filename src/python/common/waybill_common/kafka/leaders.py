"""Whether partitions have leaders that can be asked."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, BrokerMetadata

_ASK_SECONDS = 3.0
_CONNECT_SECONDS = 1.0


def leaders_answer(topic: str, partitions: Collection[int]) -> Callable[[AdminClient, float], bool]:
    """Whether each of them has a leader that takes connections, by what brokers say now, within so many seconds.

    A leader that was killed is named until its session is over. Meanwhile librdkafka asks it for offsets again and
    again without a pause, a core for each process, and goes on for the question's whole time after another leads:
    that kept two cores from electing one at all. True where nothing can be told: the question itself says why.
    """

    def answer(admin: AdminClient, seconds: float) -> bool:
        try:
            found = admin.list_topics(topic, timeout=min(_ASK_SECONDS, seconds))
        except KafkaException:
            return True
        known = found.topics[topic].partitions if topic in found.topics else {}
        leaders = {known[one].leader for one in partitions if one in known}
        return all(
            one in found.brokers and _takes_connections(found.brokers[one], seconds) for one in leaders
        )

    return answer


def _takes_connections(broker: BrokerMetadata, seconds: float) -> bool:
    try:
        socket.create_connection((broker.host, broker.port), timeout=min(_CONNECT_SECONDS, seconds)).close()
    except OSError:
        return False
    return True
