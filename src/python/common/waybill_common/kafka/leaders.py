"""Whether partitions have leaders that can be asked."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection

from confluent_kafka import KafkaException, Node, TopicCollection
from confluent_kafka.admin import AdminClient, TopicDescription

_ASK_SECONDS = 3.0
_GRACE_SECONDS = 1.0
_CONNECT_SECONDS = 1.0


def leaders_answer(topic: str, partitions: Collection[int]) -> Callable[[AdminClient, float], bool]:
    """Whether each of them has a leader that takes connections, by what brokers say now, within so many seconds.

    A leader that was killed is named until its session is over. Meanwhile librdkafka asks it for offsets again and
    again without a pause, a core for each process, and goes on for the question's whole time after another leads:
    that kept two cores from electing one at all. True where nothing can be told: the question itself says why.
    """

    def answer(admin: AdminClient, seconds: float) -> bool:
        asked = min(_ASK_SECONDS, seconds)
        try:
            # Described, not listed: brokers may make a topic that an admin client asks for in a list.
            future = admin.describe_topics(TopicCollection([topic]), request_timeout=asked)[topic]
            found: TopicDescription = future.result(asked + _GRACE_SECONDS)
        except (KafkaException, TimeoutError):
            return True
        leaders: set[Node | None] = {one.leader for one in found.partitions if one.id in partitions}
        return all(one is not None and _takes_connections(one, seconds) for one in leaders)

    return answer


def _takes_connections(broker: Node, seconds: float) -> bool:
    try:
        socket.create_connection((broker.host, broker.port), timeout=min(_CONNECT_SECONDS, seconds)).close()
    except OSError:
        return False
    return True
