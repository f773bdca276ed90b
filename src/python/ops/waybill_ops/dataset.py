"""The ledger of a dataset that is only read: nothing is created where the dataset is missing."""

from __future__ import annotations

from pathlib import Path

from waybill_common.errors import LakeRefused
from waybill_common.lake import Lake, open_lake
from waybill_common.ledger import NOTHING, Journal, LedgerPosition, check_same_stream
from waybill_common.settings import Settings
from waybill_ops.file_system import NO_OBJECT, no_store
from waybill_streams.redrives import DatasetHome, home_of


def open_journal(settings: Settings, home: DatasetHome | None = None) -> Journal:
    """To read with, of the stream's own dataset or of another ``home``; it has no writer's name.

    Raises ``LakeRefused`` for a local lake whose folder is not there.
    """
    lake = open_lake(settings.lake, (home or home_of(settings.stream)).folder)
    if lake.local_root is not None and not Path(lake.local_root).parent.is_dir():
        raise LakeRefused(
            f"The lake {settings.lake.url} is no folder.",
            allowed="the folder that a delivery or `waybill init` made.",
            remedy="correct lake.url, or mount the folder.",
        )
    return Journal(lake, writer="")


def position_of(journal: Journal, settings: Settings, home: DatasetHome | None = None) -> LedgerPosition:
    """Where the ledger stands; costs the same however long it is.

    Raises ``LakeRefused`` where it is another stream's or topic's, and ``LedgerCorrupt``.
    """
    if not _has_folder(journal.lake):
        return NOTHING
    position = journal.position()
    if position == NOTHING and journal.lake.local_root is None and journal.lake.get(NO_OBJECT) is not None:
        raise no_store(journal.lake.address)
    home = home or home_of(settings.stream)
    check_same_stream(position, home.stream, home.topic)
    return position


def begun_position(settings: Settings, home: DatasetHome) -> LedgerPosition | None:
    """None for a dataset that has not begun, and for one that a stream of ours cannot have had where this user may not
    list it. Raises as ``open_journal`` and ``position_of`` do.
    """
    journal = open_journal(settings, home)
    try:
        if journal.is_empty():
            return None
    except LakeRefused:
        if settings.stream.is_filled:
            return None
        raise
    return position_of(journal, settings, home)


def _has_folder(lake: Lake) -> bool:
    return lake.local_root is None or Path(lake.local_root).is_dir()
