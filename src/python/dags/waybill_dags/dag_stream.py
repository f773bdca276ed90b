"""What the DAGs of a stream take from its folder: from stream.toml and contract.json, and nothing in it is run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from waybill_common.errors import SettingsRefused
from waybill_streams.stream_folder import CONTRACT_FILE, StreamFolder

PARTITION = "kafka_partition"
"""A column that the rows of every stream have."""


@dataclass(frozen=True)
class DagStream:
    """``columns`` are those of the contract; ``few`` is one that has few values, to count rows by. ``is_old``: its
    contract says that it is the stream that 0.1.0 carried. ``asks``: it names a schema registry.
    """

    name: str
    topic: str
    is_filled: bool
    columns: tuple[str, ...]
    few: str
    is_old: bool
    asks: bool


def dag_stream(folder: StreamFolder) -> DagStream:
    """Raises ``SettingsRefused`` where its contract has no columns; what else is wrong with that, programs say."""
    if folder.contract is None:
        raise SettingsRefused(
            f"{folder.place} has no {CONTRACT_FILE}, so nothing can be delivered.",
            allowed="a contract document beside stream.toml.",
            remedy="make one by `waybill contract init`, or write it; docs/contracts.md is its language.",
        )
    try:
        document = json.loads(folder.contract)
        fields: list[dict[str, Any]] = document["schema"]["fields"]
        names = [str(one["name"]) for one in fields]
        few = next((one["name"] for one in fields if _has_few(one, document["fields"])), PARTITION)
        is_old, asks = "legacy" in document, "registry" in document["value"]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise SettingsRefused(
            f"{folder.place}/{CONTRACT_FILE} is no contract document: it has no schema with fields.",
            allowed="what docs/contracts.md lists.",
            remedy=f"run `waybill stream test {folder.name}`, which says where it is wrong, and correct it.",
        ) from error
    return DagStream(folder.name, folder.topic, folder.is_filled, tuple(names), few, is_old, asks)


def _has_few(field: dict[str, Any], said: dict[str, Any]) -> bool:
    return field["type"] == "boolean" or "enum" in said.get(str(field["id"]), {}).get("rules", {})
