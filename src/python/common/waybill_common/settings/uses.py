"""Which settings a command uses. Its flags are made from this; a test compares it with what its code reads."""

from __future__ import annotations

from collections.abc import Iterable

from waybill_common.settings.setting_names import known

CREATION = ("kafka.create_topics", "kafka.partitions", "kafka.replication_factor")
"""How topics are made. Commands that only read topics don't use these."""


def uses(*names: str, without: Iterable[str] = ()) -> tuple[str, ...]:
    """Dotted names in the tree's order: each of ``names`` is one, or a section, which stands for all of its fields."""
    given = {*names, *without}
    unknown = given - {part for name in known() for part in (name, name.partition(".")[0])}
    if unknown:
        raise ValueError(f"no such settings: {sorted(unknown)}")
    left_out = set(without)
    return tuple(
        name
        for name in known()
        if (name in names or name.partition(".")[0] in names) and name not in left_out
    )


READING = uses("stream", "kafka", "lake", "log", "security", without=(*CREATION, "stream.start"))
"""Topic and lake, neither of them made."""

SENDING = uses("stream", "kafka", "lake", "log", "security", without=("kafka.partitions", "stream.start"))
"""Also the topic of redrives, which is made where it is missing; it has one partition."""

DELIVERING_HERE = uses("stream", "kafka", "registry", "lake", "delivery", "status", "log", "security")
"""Those of the local engine."""

DELIVERING = tuple(
    name for name in DELIVERING_HERE if name != "delivery.workers" and not name.startswith("status.")
)
"""Those of the Spark application, and so of the commands that start it."""
