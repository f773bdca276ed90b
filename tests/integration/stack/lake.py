"""The stack's bucket, read past Waybill's own programs."""

from __future__ import annotations

import json
from typing import Any

from integration.stack.stack import Stack

from waybill_common.lake import open_lake
from waybill_common.settings import LakeSettings


def bucket(stack: Stack) -> LakeSettings:
    """As the operator."""
    return LakeSettings.model_validate(
        {
            "url": "s3://waybill",
            "endpoint": stack.address("minio"),
            "access_key_id": "operator",
            "secret_access_key": stack.secret("s3_operator"),
        }
    )


def receipts(stack: Stack) -> list[dict[str, Any]]:
    """Every receipt, in order."""
    lake = open_lake(bucket(stack), "names")
    keys = sorted(key for key in lake.keys("_waybill") if key.endswith(".receipt.json"))
    return [json.loads(lake.get(key) or b"") for key in keys]


def objects(receipt: dict[str, Any]) -> int:
    """How many objects a receipt names."""
    return sum(len(split["data"]) + (split["dead_letters"] is not None) for split in receipt["splits"])
