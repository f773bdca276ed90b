"""What a run refuses before it touches the lake or asks Kafka."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from unit.contracts.documents import ORDERS, field, raw

from waybill_common.errors import ContractUnknown, SettingsRefused, WaybillError
from waybill_common.settings import KafkaSettings, LakeSettings, Settings, StreamSettings
from waybill_contracts.document.canonical_form import canonical_bytes
from waybill_delivery.beginning import begin

AVRO = {name: one for name, one in ORDERS.items() if name != "ignore"} | {
    "value": {"format": "avro", "registry": "default"},
    "extra": "dead",
    "fields": {},
}
LONG = raw(
    field(1, "kind", "string"),
    entries={"1": {"rules": {"enum": ["/" * 80]}}},
    partition_by=["identity(kind)"],
    stream="orders",
)


@pytest.mark.parametrize(
    ("tree", "name", "error", "words"),
    [
        (ORDERS | {"extra": "kept"}, "orders", SettingsRefused, "is no contract of language 1"),
        (ORDERS, "sales", SettingsRefused, "stream orders"),
        (AVRO, "orders", ContractUnknown, "registry"),
    ],
    ids=["outside the language", "another stream", "Avro"],
)
def test_a_document_that_no_run_can_go_by_leaves_nothing_behind(
    tree: dict[str, Any], name: str, error: type[WaybillError], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=words):
        begin(of(tree, name, tmp_path))
    assert not (tmp_path / "lake").exists()


def test_folders_with_too_long_names_are_refused_before_kafka_is_asked(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="a folder with a name of 251 bytes"):
        begin(of(LONG, "orders", tmp_path))
    assert not [*(tmp_path / "lake").rglob("*.json")]


def of(tree: dict[str, Any], name: str, folder: Path) -> Settings:
    return Settings(
        stream=StreamSettings(name=name, topic="t", contract=canonical_bytes(tree)),
        kafka=KafkaSettings(bootstrap_servers="127.0.0.1:1", timeout=1),
        lake=LakeSettings(url=str(folder / "lake")),
    )
