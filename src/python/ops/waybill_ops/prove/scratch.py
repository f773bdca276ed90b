"""A topic and a prefix in the lake that nobody else has, and their removal. Nothing else is ever removed."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from waybill_common.errors import LakeRefused, TopicRefused, WaybillError
from waybill_common.kafka import Topic, delete_topic, describe_topic, events_plan, require_topic
from waybill_common.lake import Lake, create
from waybill_common.settings import Settings
from waybill_ops.audit import LakeReader

_NAME = re.compile(r"waybill-prove-[0-9a-f]{12}")
_OWNER = "owner"


@dataclass(frozen=True)
class Scratch:
    """One run's own topic and lake. ``settings`` are the caller's with topic and lake replaced; ``name`` is random.

    The prefix holds an object with ``token``, the topic has an id: without these, nothing is removed.
    """

    name: str
    token: str
    settings: Settings
    topic: Topic
    prefix: Lake

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.topic.name != self.name or self.prefix.stream != self.name:
            raise ValueError(f"{self.name}, {self.topic.name} and {self.prefix.stream} are no scratch places")

    def remove(self) -> None:
        """Raises ``LakeRefused`` or ``TopicRefused`` for a prefix or topic that is not this run's any more."""
        if self.prefix.get(_OWNER) != self.token.encode():
            raise LakeRefused(
                f"{self.prefix.address} does not hold this run's mark.",
                allowed="a prefix that this run made.",
                remedy="look who else writes there, and remove it by hand if it may go.",
            )
        for key in sorted(self.prefix.keys("")):
            if key != _OWNER:
                self.prefix.delete(key)
        self.prefix.delete(_OWNER)
        if self.prefix.local_root is not None:
            shutil.rmtree(self.prefix.local_root)
        delete_topic(self.settings.kafka, self.topic)


def make_scratch(settings: Settings, name: str, token: str) -> Scratch:
    """Make both. Raises ``TopicRefused`` and ``LakeRefused`` where they exist, or can't be made."""
    LakeReader(settings.lake, name).require()
    prefix = Lake(settings.lake, name)
    if _exists(prefix):
        raise _taken(prefix.address)
    kafka = settings.kafka.model_copy(update={"create_topics": True})
    own = settings.model_copy(
        update={
            "kafka": kafka,
            "stream": settings.stream.model_copy(update={"topic": name}),
            "lake": settings.lake.model_copy(update={"url": f"{settings.lake.url.rstrip('/')}/{name}"}),
        }
    )
    if describe_topic(kafka, name) is not None:
        raise TopicRefused(
            f"Topic {name} exists already.", allowed="a new topic.", remedy="run again: its name is random."
        )
    topic = require_topic(kafka, events_plan(kafka, own.stream))
    try:
        marked = create(prefix, _OWNER, token.encode(), lambda stored: stored == token.encode())
    except WaybillError:
        delete_topic(kafka, topic)
        raise
    if not marked.mine:
        raise _taken(prefix.address)
    return Scratch(name, token, own, topic, prefix)


def _exists(prefix: Lake) -> bool:
    """Listing a local folder's objects would create the folder."""
    if prefix.local_root is not None:
        return Path(prefix.local_root).exists()
    return next(prefix.keys(""), None) is not None


def _taken(address: str) -> LakeRefused:
    return LakeRefused(
        f"{address} exists already.", allowed="a new prefix.", remedy="run again: its name is random."
    )
