"""Whose datasets a redrive goes into besides its own: those of all streams that read the topic it sends to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from waybill_common.errors import DeadLettersRefused, SettingsRefused
from waybill_common.settings import StreamSettings, nearest
from waybill_streams.redrives import RedriveRoute


def check_readers(
    stream: StreamSettings, topics: Mapping[str, str], named: Sequence[str], route: RedriveRoute
) -> None:
    """``topics`` are those of all streams, by their names; ``named`` are the streams that the operator knows of.
    ``route`` is that of the letters that are meant: the stream's own, or those of what was redriven.

    Raises ``DeadLettersRefused`` where one that reads the topic is not among them, ``SettingsRefused`` where one of
    them does not read it.
    """
    sent_to = route.sent_to
    readers = sorted(name for name, topic in topics.items() if topic == sent_to and name != stream.name)
    for name in named:
        if name not in readers:
            raise SettingsRefused(
                f"--also-into names {name[:60]!r}, and no other stream of that name reads {sent_to}"
                f"{nearest(name, readers)}.",
                allowed=f"{', '.join(readers) or 'none: no other stream reads it'}.",
                remedy="correct it, or leave it out. Nothing was written.",
            )
    unnamed = [name for name in readers if name not in named]
    if unnamed:
        flags = " ".join(f"--also-into {name}" for name in unnamed)
        raise DeadLettersRefused(
            f"{sent_to}, which redrives of stream {stream.name} are sent to, is read by {', '.join(unnamed)} as well: "
            "each record that is sent appears as an extra row in that dataset.",
            allowed="every other stream that reads the topic, named by --also-into.",
            remedy=f"add {flags} if that may be so; else export the dead letters, and mend them elsewhere. Nothing was "
            "written.",
        )
