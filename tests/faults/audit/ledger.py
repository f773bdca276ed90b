"""Do manifests and receipts chain, add up, and describe what is stored?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from faults.audit.stored import Stored


def ledger_faults(lake: Stored, *, complete: bool) -> Iterator[str]:
    """With ``complete`` no manifest may be open, and no object in flight."""
    last = max(lake.receipts, default=0)
    numbers = [*range(1, last + 1)]
    if sorted(lake.receipts) != numbers or sorted(lake.manifests)[: len(numbers)] != numbers:
        yield f"numbers are skipped: manifests {sorted(lake.manifests)}, receipts {sorted(lake.receipts)}"
        return
    still_open = [number for number in lake.manifests if number > last]
    if len(still_open) > (0 if complete else 1):
        yield f"manifests {still_open} are open"
    if without := lake.without_document():
        yield f"manifests {without} name documents that do not stand as they were"
    previous = None
    for number in numbers:
        yield from (f"commit {number}: {what}" for what in _commit_faults(lake, number, previous))
        previous = _sha256(lake.receipts[number])
    yield from _objects(lake, still_open)


def _commit_faults(lake: Stored, number: int, previous: str | None) -> Iterator[str]:
    manifest, receipt = lake.manifest(number), lake.receipt(number)
    if manifest["previous_receipt"] != previous or receipt["manifest_sha256"] != _sha256(
        lake.manifests[number]
    ):
        yield "the chain is broken"
    if receipt["frontier"] != manifest["after"]:
        yield "the frontier is not where the manifest ends"
    if [_span(one) for one in receipt["splits"]] != [_span(one) for one in manifest["splits"]]:
        yield "other splits than the manifest's"
    for what in ("rows", "dead", "empty"):
        if receipt[what] != sum(one[what] for one in receipt["splits"]):
            yield f"{what} do not add up"
    for split in receipt["splits"]:
        if split["rows"] + split["dead"] + split["empty"] + split["lost"] != split["end"] - split["start"]:
            yield f"split {_span(split)} does not add up"
    covered = sum(one["end"] - one["start"] for one in [*manifest["splits"], *manifest["holes"]])
    if covered != sum(end - manifest["before"][p] for p, end in manifest["after"].items()):
        yield "splits and holes do not cover what was to be delivered"


def entries(lake: Stored) -> list[dict[str, Any]]:
    """What the receipts say of objects: key, rows, bytes, sha256."""
    return [
        one
        for number in lake.receipts
        for split in lake.receipt(number)["splits"]
        for one in [*split["data"], *([split["dead_letters"]] if split["dead_letters"] else [])]
    ]


def _objects(lake: Stored, still_open: list[int]) -> Iterator[str]:
    """Every object as its receipt says; none beside them but those of the open manifest."""
    for entry in entries(lake):
        stored = lake.objects.get(entry["key"])
        if stored is None or (stored.sha256, stored.bytes) != (entry["sha256"], entry["bytes"]):
            yield f"{entry['key']} is not as its receipt says"
        elif stored.rows is not None and len(stored.rows) != entry["rows"]:
            yield f"{entry['key']} has other rows than its receipt says"
    in_flight = tuple(
        f"-{partition}-{start:020d}-{end:020d}.parquet"
        for number in still_open
        for partition, start, end in (_span(one) for one in lake.manifest(number)["splits"])
    )
    known = [entry["key"] for entry in entries(lake)]
    if len(set(known)) != len(known):
        yield "an object is in two receipts"
    for key in lake.objects.keys() - set(known):
        if not in_flight or not key.endswith(in_flight):
            yield f"{key} is in no receipt"


def _span(split: dict[str, Any]) -> tuple[int, int, int]:
    return split["partition"], split["start"], split["end"]


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
