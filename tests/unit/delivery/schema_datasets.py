"""A dataset whose schemas two ids of a registry name, and what tests call its entries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from registry_server import TestRegistry, running
from unit.delivery.registry_world import (
    RENAMED,
    SCHEMA,
    RegistryDataset,
    contract,
)

from waybill_common.contract import SchemaDocument

__all__ = ["FIRST", "NOT_FOUND", "SECOND", "dataset", "registry", "sha256"]

NOT_FOUND = (404, b'{"error_code":40403,"message":"Schema not found"}')
FIRST = "00000000000000000001"
SECOND = "00000000000000000002"


@pytest.fixture
def registry() -> Iterator[TestRegistry]:
    with running() as one:
        one.put(7, SCHEMA)
        one.put(9, RENAMED)
        yield one


@pytest.fixture
def dataset(registry: TestRegistry, tmp_path: Path) -> RegistryDataset:
    return RegistryDataset(tmp_path, registry, contract(extra="ignore"))


def sha256(text: str, kind: str = "AVRO") -> str:
    return SchemaDocument(kind, text).sha256
