"""Datasets of topics that somebody else fills, on a real Kafka: where they begin, and that nothing is lost from then
on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from changed_topics import add_partitions
from integration.delivery.conftest import kafka_settings as kafka_settings
from integration.delivery.test_refusals import expire, interrupted, stored
from integration.local_engine.others import Orders, sent
from integration.local_engine.others import others as others
from structlog.testing import capture_logs

from waybill_common.errors import DataLoss, SettingsRefused
from waybill_common.kafka import librdkafka_config
from waybill_common.kafka.clients import open_admin
from waybill_common.lake import open_lake
from waybill_common.ledger import Journal
from waybill_common.settings import LakeSettings
from waybill_delivery.stop_signals import StopSignals
from waybill_local import local_run


def test_a_topic_that_lost_its_first_records_begins_where_its_log_does(
    others: Orders, capsys: pytest.CaptureFixture[str]
) -> None:
    others.send(10)
    expire(others, 4)
    code, told, _ = others.command("lag", capsys)
    assert (code, told["behind"]) == (0, 6)
    assert others.command("verify", capsys)[1]["verdict"] == "nothing_delivered"

    done = others.run()
    assert (done.rows, done.lost) == (6, 0)
    assert others.first().before == {0: 4, 1: 0}
    assert others.arrived() == sent(5, 10)

    others.send(3, 1)
    assert others.run().rows == 3
    code, told, _ = others.command("verify", capsys)
    assert (code, told["origin"], told["findings"]) == (0, {"0": 4}, [])
    assert "the dataset begins at 0:4; nothing before that is judged" in told["remarks"]
    code, told, _ = others.command("lag", capsys)
    assert (code, told["behind"], told["origin"]) == (0, 0, {"0": 4})


def test_latest_with_nothing_to_move_is_written_down_so_that_what_comes_later_is_all_there(
    others: Orders, capsys: pytest.CaptureFixture[str]
) -> None:
    others.send(5)
    assert others.run("latest").commits == [1]
    assert (others.first().before, others.first().splits) == ({0: 5, 1: 0}, ())
    assert others.command("verify", capsys)[1]["verdict"] == "ok"

    others.send(7)
    others.send(4, 1)
    expire(others, 3)
    done = others.run("latest")
    assert (done.rows, others.arrived()) == (11, sent(6, 16))
    code, told, _ = others.command("verify", capsys)
    assert (code, told["origin"], told["counts"]["rows"]) == (0, {"0": 5}, 11)

    with capture_logs() as said:
        assert others.run("earliest").commits == []
    [warning] = [one for one in said if one["event"] == "dataset_began_elsewhere"]
    assert warning["found"] == (
        "stream.start is earliest, and the dataset begins at 0:5, 1:0, as its first commit says"
    )
    with capture_logs() as said:
        others.run("latest")
    assert "dataset_began_elsewhere" not in [one["event"] for one in said]


def test_a_first_commit_that_is_open_says_where_the_dataset_begins(
    others: Orders, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    others.send(5)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Journal, "close", interrupted)
        others.run("latest")
    code, told, _ = others.command("verify", capsys)
    assert (code, told["origin"], told["in_flight"]["offsets"]) == (0, {"0": 5}, {})
    assert "nothing was delivered yet; the topic has no records from there on" in told["remarks"]
    code, told, _ = others.command("lag", capsys)
    assert (code, told["origin"], told["behind"]) == (0, {"0": 5}, 0)
    others.send(1)
    assert others.command("verify", capsys)[1]["verdict"] == "nothing_delivered"
    assert others.run("earliest").rows == 1


def test_a_run_that_is_asked_to_stop_at_once_says_where_the_dataset_begins(others: Orders) -> None:
    others.send(5)
    others.stop._ask("a test")
    assert others.run().commits == [1]
    assert (others.first().before, others.first().splits) == ({0: 0, 1: 0}, ())
    expire(others, 2)
    others.stop = StopSignals()
    with pytest.raises(DataLoss, match="partition 0: 0 to 1"):
        others.run()


def test_an_endless_run_says_where_the_dataset_begins_before_it_waits(
    others: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    others.send(5)
    began: list[Any] = []

    def wait(_seconds: float) -> None:
        began.append(others.first().before)
        others.stop._ask("a test")

    monkeypatch.setattr(others.stop, "wait", wait)
    others.run("latest", trigger="1 minutes")
    assert began == [{0: 5, 1: 0}]


def test_a_time_and_a_table_say_where_a_dataset_begins(others: Orders) -> None:
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    for hours in range(4):
        others.send(2, at=noon + timedelta(hours=hours))
    others.send(1, 1, at=noon)
    moment = noon + timedelta(hours=2)
    assert others.run(moment.isoformat()).rows == 4
    assert others.first().before == {0: 4, 1: 1}
    assert others.arrived() == sent(5, 8)

    other = f"{others.folder}/table"
    others.lake = open_lake(LakeSettings(url=other), "orders")
    local_run.run(
        others.settings({"0": 7, "1": 0}).model_copy(update={"lake": LakeSettings(url=other)}), others.stop
    )
    assert others.arrived() == sent(8, 9)


@pytest.mark.parametrize(
    ("start", "error", "words"),
    [
        ({"0": 1}, SettingsRefused, "names the partitions 0, shop.* has 0, 1"),
        ({"0": 1, "1": 0, "2": 0}, SettingsRefused, "names the partitions 0, 1, 2"),
        ({"0": 11, "1": 0}, SettingsRefused, "names offset 11 of partition 0, and shop.* ends at 10 there"),
        ({"0": 1, "1": 0}, DataLoss, "partition 0: 1 to 3"),
    ],
    ids=["a partition less", "a partition more", "beyond the end", "below the log start"],
)
def test_a_start_that_the_topic_has_not_is_refused_with_nothing_written(
    others: Orders, start: Any, error: type[Exception], words: str
) -> None:
    others.send(10)
    expire(others, 4)
    with pytest.raises(error, match=words):
        others.run(start)
    assert stored(others) == {}


def test_a_loss_before_the_first_commit_can_be_accepted_with_it(others: Orders) -> None:
    others.send(10)
    expire(others, 4)
    done = others.run({"0": 1, "1": 0}, accept_loss=True)
    assert (done.commits, done.rows, done.lost) == ([1], 6, 3)


def test_partitions_that_are_added_later_begin_at_0(others: Orders) -> None:
    others.send(5)
    others.run("latest")
    admin = open_admin(librdkafka_config(others.kafka))
    add_partitions(admin, others.topic, 3)
    others.send(3, 2)
    assert others.run("latest").rows == 3


def test_what_retention_takes_behind_the_origin_is_lost(others: Orders) -> None:
    others.send(5)
    others.run("latest")
    others.send(5)
    expire(others, 8)
    with pytest.raises(DataLoss, match=r"partition 0: 5 to 7"):
        others.run("latest")
