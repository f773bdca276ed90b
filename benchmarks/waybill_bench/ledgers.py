"""Ledgers of any length over one topic, made in seconds.

A start lists names and reads the last entries. So only the last ones are whole, each chained to the one before it; the
others, and all objects, are there by name, without bytes: a start that read more of them would fail.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from waybill_bench.commits import History
from waybill_common.kafka import TopicState
from waybill_common.ledger.keys import DATA, LATEST, manifest_key, receipt_key

REAL = 10
"""Commits at the end whose entries are whole."""

_EARLIEST_OF_A_RUN = "date=2020"


def write_ledger(dataset: Path, topic: TopicState, commits: int, ends: Mapping[int, int]) -> None:
    """``commits`` commits that together deliver each partition up to ``ends``, in a stream's folder of a local lake.

    Raises ``ValueError`` where a commit would have nothing to deliver.
    """
    if max(ends.values()) < commits:
        raise ValueError(f"{commits} commits are more than {dict(ends)} has offsets for")
    history, first_whole = History(topic, commits, ends), max(1, commits - REAL + 1)
    for number in range(1, first_whole):
        for key in history.names(number):
            _store(dataset / key, b"")
    for key, body in history.whole(first_whole):
        _store(dataset / key, body)
    point_at(dataset, commits)


def rewind(dataset: Path, commits: int) -> None:
    """Take back what a run has added to such a ledger, so that the next one finds it as it was written."""
    number = commits + 1
    while (entry := dataset / manifest_key(number)).exists():
        entry.unlink()
        (dataset / receipt_key(number)).unlink(missing_ok=True)
        number += 1
    for day in (dataset / DATA).iterdir():
        if day.name >= _EARLIEST_OF_A_RUN:
            shutil.rmtree(day)
    point_at(dataset, commits)


def point_at(dataset: Path, number: int) -> None:
    """Write the hint where to start listing."""
    (dataset / LATEST).write_text(json.dumps({"number": number}) + "\n")


def _store(path: Path, body: bytes) -> None:
    """In three system calls: Python's own way takes six or more, and here are hundreds of thousands of files."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except FileNotFoundError:
        path.parent.mkdir(parents=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    os.write(file, body)
    os.close(file)
