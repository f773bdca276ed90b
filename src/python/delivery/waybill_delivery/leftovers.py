"""Temporary files that a killed writer left on a local lake."""

from __future__ import annotations

import re
from pathlib import Path

import structlog

from waybill_common.lake import Lake
from waybill_common.ledger import DATA, DEAD_LETTERS, LedgerPosition

# A local store writes to `<name>#<n>` and links that to `<name>`.
_TEMPORARY = re.compile(r".*-(?P<partition>[0-9]+)-[0-9]{20}-(?P<end>[0-9]{20})\.parquet#[0-9]+")


def remove_leftovers(lake: Lake, position: LedgerPosition) -> int:
    """Remove those of finished manifests; an open manifest's may belong to a writer that still lives."""
    if lake.local_root is None:
        return 0
    removed = 0
    for folder in (DATA, DEAD_LETTERS):
        for path in sorted(Path(lake.local_root, folder).rglob("*#*")):
            match = _TEMPORARY.fullmatch(path.name)
            if match and int(match["end"]) <= position.frontier.get(int(match["partition"]), 0):
                path.unlink(missing_ok=True)
                removed += 1
    if removed:
        structlog.get_logger().info("leftovers_removed", files=removed)
    return removed
