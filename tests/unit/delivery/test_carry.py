"""A cluster whose machines have a folder of the same name each, but not the same folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from unit.ledger.entries import manifest3

from waybill_common.errors import KafkaUnavailable, LakeRefused
from waybill_common.lake import open_lake
from waybill_common.ledger import Split
from waybill_common.ledger.keys import manifest_key
from waybill_common.settings import KafkaSettings, LakeSettings
from waybill_delivery.splits import task
from waybill_delivery.splits.split_process import check_lake_is_shared, reply_to
from waybill_delivery.splits.task_context import TaskContext
from waybill_streams.names import NAMES


def context(lake: str) -> TaskContext:
    return TaskContext(
        manifest3(), NAMES, KafkaSettings(), open_lake(LakeSettings(url=lake), "names"), accept_loss=False
    )


def test_an_executor_without_the_drivers_folder_refuses_to_store(tmp_path: Path) -> None:
    one = context(str(tmp_path))
    with pytest.raises(LakeRefused, match="finds no manifest 1"):
        check_lake_is_shared(one)
    one.lake.put_new(manifest_key(1), b"{}")
    check_lake_is_shared(one)


def test_an_object_store_is_not_asked() -> None:
    check_lake_is_shared(context("s3://nobody/asks"))


def test_a_worker_that_waited_in_vain_does_not_wait_for_the_commits_other_splits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = context(str(tmp_path))
    one.lake.put_new(manifest_key(1), b"{}")
    waits: list[Split] = []

    def wait_in_vain(_context: TaskContext, splits: Sequence[Split], *_: object) -> None:
        waits.extend(splits)
        raise KafkaUnavailable("No broker answered.", allowed="an answer.", remedy="run again.")

    monkeypatch.setattr(task, "deliver_splits", wait_in_vain)
    replies = {reply_to(one, one.manifest.splits[0]) for _ in range(3)}
    assert [json.loads(reply)["exit_code"] for reply in replies] == [KafkaUnavailable.exit_code]
    assert len(waits) == 1
