"""The way from the API into Kafka: is every page of it there, whole and once, from the first cursor to the last?"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from faults.audit.topic import Logged

Seat = tuple[int, int]
"""Page, and index on it: both from the header ``source``."""


@dataclass(frozen=True)
class Pages:
    """``events`` counts users that had to be published, as an event or as a dead letter."""

    pages: int
    events: int
    lost: tuple[Seat, ...]
    doubled: tuple[Seat, ...]
    wrong: tuple[str, ...]


def judge_pages(events: Iterable[Logged], dead: Iterable[Logged], cursors: Iterable[Logged]) -> Pages:
    """``cursors`` are the cursor topic's records in their order; compaction may have taken the first ones.

    A page has as many users with or without its cursor: another number takes another seed.
    """
    told = [json.loads(one.value or b"") for one in cursors]
    last = max((one["page"] for one in told), default=0)
    users = told[0]["results"] if told else 0
    wanted = {(page, index) for page in range(1, last + 1) for index in range(users)}
    letters = Counter(map(_seat, dead))
    published = Counter(map(_seat, events))
    found = published + letters
    return Pages(
        pages=last,
        events=len(wanted),
        lost=tuple(sorted(wanted - found.keys())),
        doubled=tuple(sorted(seat for seat, count in found.items() if count > 1)),
        wrong=(
            *_cursor_faults([one["page"] for one in told]),
            *(f"user {seat} is behind the last cursor" for seat in sorted(found.keys() - wanted)),
            *(
                ["the last cursor's counts are not the topic's"]
                if told
                and (told[-1]["events"], told[-1]["dead_letters"]) != (published.total(), letters.total())
                else []
            ),
        ),
    )


def _cursor_faults(pages: list[int]) -> Iterator[str]:
    first = min(pages, default=1)
    if pages != list(range(first, first + len(pages))):
        yield f"the cursors are {pages}"


def _seat(record: Logged) -> Seat:
    match = re.search(rb"page=(\d+)#(\d+)$", record.headers["source"] or b"")
    assert match is not None
    return int(match[1]), int(match[2])
