"""Which topics streams are made for, and what each stream is called. Pure."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from waybill_common.errors import SettingsRefused, TopicRefused, WaybillError
from waybill_common.stream_names import MOST_OF_A_NAME, stream_name_of, why_no_topic

OF_WAYBILL = (".cursor", ".dead", ".redrives", ".redriven")
"""What topics have after a name that Waybill makes beside a topic or for a stream."""

_PROVES = "waybill-prove-"
_MOST_NAMED = 3
_NEAR = 0.4


@dataclass(frozen=True)
class ChosenTopics:
    """``streams`` are what the topics' streams are called; ``refused`` why a topic has none. ``left_out`` are Kafka's
    and Waybill's own among those that match.
    """

    streams: Mapping[str, str]
    refused: Mapping[str, WaybillError]
    left_out: tuple[str, ...]


def chosen_topics(pattern: str, there: Sequence[str]) -> ChosenTopics:
    """Raises ``TopicRefused`` where no topic matches."""
    matching = [one for one in there if fnmatchcase(one, pattern)]
    left_out = tuple(one for one in matching if is_internal(one) or _may_be_of_waybill(one))
    chosen = [one for one in matching if one not in left_out]
    if not chosen:
        raise _nothing(pattern, there, left_out)
    names, refused = dict[str, str](), dict[str, WaybillError]()
    for topic in chosen:
        try:
            names[topic] = named_after(topic)
        except SettingsRefused as error:
            refused[topic] = error
    by_name = defaultdict[str, list[str]](list)
    for topic, name in names.items():
        by_name[name].append(topic)
    for name, topics in by_name.items():
        if len(topics) > 1:
            refused |= {topic: _of_one_name(topic, name, topics) for topic in topics}
    streams = {topic: name for topic, name in names.items() if topic not in refused}
    return ChosenTopics(streams, {topic: refused[topic] for topic in chosen if topic in refused}, left_out)


def named_after(topic: str) -> str:
    """The stream's name. Raises ``SettingsRefused`` for a topic that no stream can have, or that gives no name."""
    if why := why_no_topic(topic):
        raise SettingsRefused(
            f"{topic[:60]!r} is no topic that a stream can have.",
            allowed=f"{why}.",
            remedy="name another topic; nothing was written.",
        )
    name = stream_name_of(topic)
    if name is None:
        raise SettingsRefused(
            f"The topic {topic} gives no name for a stream: no letter of a-z is in it.",
            allowed=f"small letters, digits and _, at most {MOST_OF_A_NAME}, of which the first is a letter.",
            remedy=f"name the stream: `waybill stream new NAME --topic {topic}`; nothing was written.",
        )
    return name


def is_internal(topic: str) -> bool:
    """Kafka's own, a registry's and the like begin so."""
    return topic.startswith("_")


def check_is_a_source(topic: str, there: Collection[str], streams: Iterable[str]) -> None:
    """Raises ``TopicRefused`` for a topic of Kafka's or of Waybill's own: no stream delivers it."""
    base = next((topic.removesuffix(one) for one in OF_WAYBILL if topic.endswith(one)), "")
    known = {*there, *streams} - {topic}
    is_ours = base in known or any(f"{base}{one}" in known for one in OF_WAYBILL) if base else False
    if is_internal(topic) or is_ours or topic.startswith(_PROVES):
        whose = "Waybill's own" if not is_internal(topic) else "internal: its name begins with _"
        raise TopicRefused(
            f"Topic {topic} is {whose}.",
            allowed="a topic that somebody else fills with records.",
            remedy="name another topic; what was redriven is delivered beside its stream by itself. Nothing was "
            "written.",
        )


def _may_be_of_waybill(topic: str) -> bool:
    return topic.endswith(OF_WAYBILL) or topic.startswith(_PROVES)


def _of_one_name(topic: str, name: str, topics: Sequence[str]) -> SettingsRefused:
    return SettingsRefused(
        f"The topics {' and '.join(topics)} both give the name {name}."
        if len(topics) == 2
        else f"The topics {', '.join(topics)} all give the name {name}.",
        allowed="a name for each stream.",
        remedy=f"name each of them: `waybill stream new NAME --topic {topic}`; no folder was written for them.",
    )


def _nothing(pattern: str, there: Sequence[str], left_out: Sequence[str]) -> TopicRefused:
    if left_out:
        found = f"only internal ones and Waybill's own do: {', '.join(left_out[:_MOST_NAMED])}"
    else:
        usual = [one for one in there if not is_internal(one)]
        near = difflib.get_close_matches(pattern, usual, n=_MOST_NAMED, cutoff=_NEAR)
        found = (
            f"the nearest names there are {', '.join(near)}" if near else "no topic there has a name like it"
        )
    return TopicRefused(
        f"No topic matches {pattern!r}; {found}.",
        allowed="a glob such as 'team.*' that topics match which this user may describe.",
        remedy="correct --topics, or kafka.bootstrap_servers; nothing was written.",
    )
