"""The commit that `contract publish --tighten` writes is sound to both auditors, in the middle of a ledger."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from unit.delivery.published import NARROWER, TOPIC, Dataset

from waybill_common.ledger import receipt_key
from waybill_common.settings import LakeSettings
from waybill_delivery import contract_publish
from waybill_ops.audit.findings import Code
from waybill_ops.audit.lake_reader import LakeReader
from waybill_ops.audit.ledger_files import read_ledger

EXAMPLE = Path(__file__).parents[3] / "examples" / "audit.py"


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setattr(contract_publish, "topic_state", lambda *_: TOPIC)
    return Dataset(tmp_path)


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    found = importlib.util.spec_from_file_location("example_audit", EXAMPLE)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    monkeypatch.setitem(sys.modules, found.name, module)  # its dataclasses look there
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("old", [False, True], ids=["format 3", "format 1"])
def test_a_commit_that_moves_nothing_is_sound_in_the_middle_of_a_ledger(
    dataset: Dataset, example: ModuleType, *, old: bool
) -> None:
    dataset.begin(old=old)
    assert dataset.tighten(NARROWER) == 0
    dataset.go_on(NARROWER)
    assert dataset.at().number == 3
    ledger = read_ledger(LakeReader(LakeSettings(url=str(dataset.folder / "lake")), "names"))
    assert [(one.code, one.detail) for one in ledger.findings] == []
    assert (ledger.commits, ledger.frontier) == (3, {0: 20})
    assert list(example.read_ledger(dataset.folder / "lake" / "names").findings()) == []


@pytest.mark.parametrize("change", [("rows", 1), ("frontier", {"0": 11})], ids=["rows", "frontier"])
def test_such_a_commit_is_not_passed_over(
    change: tuple[str, object], dataset: Dataset, example: ModuleType
) -> None:
    dataset.begin()
    assert dataset.tighten(NARROWER) == 0
    path = dataset.folder / "lake" / "names" / receipt_key(2)
    path.write_text(json.dumps(json.loads(path.read_bytes()) | dict([change])))
    ledger = read_ledger(LakeReader(LakeSettings(url=str(dataset.folder / "lake")), "names"))
    assert {(one.code, one.where) for one in ledger.findings} == {(Code.COMMIT_INCONSISTENT, receipt_key(2))}
    [found] = example.read_ledger(dataset.folder / "lake" / "names").findings()
    assert found.startswith(f"{2:020d}.receipt.json")
