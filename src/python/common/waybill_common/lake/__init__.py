"""The lake: one stream's folder in an object store, and the one way in which objects are created."""

from __future__ import annotations

from waybill_common.lake.create import Created
from waybill_common.lake.create import create
from waybill_common.lake.probe import probe
from waybill_common.lake.store import Lake
from waybill_common.lake.store import open_lake

__all__ = ["Created", "Lake", "create", "open_lake", "probe"]
