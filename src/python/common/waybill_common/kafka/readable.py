"""Waiting until what was committed can be read: brokers answer a commit before they write its markers."""

from __future__ import annotations

import time

import structlog
from confluent_kafka import IsolationLevel

from waybill_common.errors import KafkaUnavailable
from waybill_common.kafka.topics import describe_topic, log_ends
from waybill_common.settings import KafkaSettings

LONGEST_SECONDS = 10.0
"""Markers take milliseconds, on a busy broker a second. What takes longer is another producer's open transaction."""

_PAUSE_SECONDS = 0.02


def await_readable(settings: KafkaSettings, topic: str, longest: float = LONGEST_SECONDS) -> bool:
    """Whether ``read_committed`` readers see ``topic`` up to its high watermark of this moment, ``longest`` seconds
    from now at the latest.

    Whoever says that records are published, and ends, calls this first: a run of ``deliver`` that begins then and takes
    what is there now would else end without them. False is no failure, as they are committed; a warning says so.
    Raises ``KafkaRefused``.
    """
    deadline = time.monotonic() + longest
    try:
        found = describe_topic(settings, topic)
        if found is None:
            return False
        partitions = range(found.partitions)
        ends = log_ends(settings, topic, partitions, IsolationLevel.READ_UNCOMMITTED)
        while True:
            readable = log_ends(settings, topic, partitions, IsolationLevel.READ_COMMITTED)
            hidden = sorted(partition for partition, end in ends.items() if readable[partition] < end)
            if not hidden:
                return True
            if time.monotonic() >= deadline:
                break
            time.sleep(_PAUSE_SECONDS)
        why = "another transaction is open there, or the broker is slow"
    except KafkaUnavailable as error:
        hidden, why = [], str(error)
    structlog.get_logger().warning(
        "committed and not readable yet", topic=topic, partitions=hidden, seconds=longest, why=why
    )
    return False
