"""What to say where the cluster has no topic of a name: most often it is misspelled."""

from __future__ import annotations

import difflib
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from waybill_common.errors import TopicRefused
from waybill_common.kafka.admin_requests import Asked, ask
from waybill_common.kafka.client_errors import failure
from waybill_common.settings import KafkaSettings

_MOST = 3
_NEAR = 0.5
_INTERNAL = "__"


def no_such_topic(settings: KafkaSettings, name: str, *, allowed: str, remedy: str) -> TopicRefused:
    """The refusal, with the nearest names of topics that this user may see.

    Raises ``KafkaUnavailable`` and ``KafkaRefused`` where the cluster does not tell them.
    """
    near = difflib.get_close_matches(name, topic_names(settings), n=_MOST, cutoff=_NEAR)
    told = f"the nearest names there are {', '.join(near)}" if near else "no topic there has a name like it"
    return TopicRefused(
        f"Topic {name} does not exist at {settings.bootstrap_servers}; {told}.",
        allowed=allowed,
        remedy=remedy,
    )


def topic_names(settings: KafkaSettings) -> list[str]:
    """Those that this user may see, in order, without Kafka's own. Raises ``KafkaUnavailable`` and ``KafkaRefused``."""
    doing = "asking for the names of topics"
    try:
        listed = ask(settings, _listed, doing)["topics"]
    except KafkaException as error:
        raise failure(settings, doing, error) from error
    return sorted(one for one in listed if not one.startswith(_INTERNAL))


def _listed(admin: AdminClient, seconds: float) -> Asked[str]:
    """``list_topics`` waits by itself."""
    found: Future[Any] = Future()
    found.set_result(admin.list_topics(timeout=seconds).topics)
    return {"topics": found}
