"""Topics that somebody else fills: nothing is written to them or made beside them, and a change of them is noticed."""

from __future__ import annotations

import pytest
from integration.delivery.conftest import kafka_settings as kafka_settings
from integration.delivery.test_refusals import stored
from integration.local_engine.others import Orders
from integration.local_engine.others import others as others

from waybill_common.errors import TopicRefused
from waybill_common.kafka import librdkafka_config
from waybill_common.kafka.clients import open_admin
from waybill_local import local_run


def test_a_misspelled_name_is_refused_with_the_nearest_and_makes_no_topic(
    others: Orders, capsys: pytest.CaptureFixture[str]
) -> None:
    before = topics(others)
    right, others.topic = others.topic, others.topic.replace("shop", "shp")
    with pytest.raises(
        TopicRefused, match=f"{others.topic} does not exist at .*nearest names there are {right}"
    ):
        local_run.run(others.settings(), others.stop)
    for verb in ("init", "lag", "verify"):
        code, _, told = others.command(verb, capsys)
        assert (code, right in told) == (22, True), verb
    assert stored(others) == {}
    assert topics(others) == before


def test_no_topic_is_made_beside_one_of_others(others: Orders, capsys: pytest.CaptureFixture[str]) -> None:
    others.send(2)
    others.produce([b"{broken"])
    code, told, _ = others.command("init", capsys, "--kafka.replication-factor=1")
    assert (code, [one["name"] for one in told["parts"] if one["kind"] == "topic"]) == (0, [others.topic])
    assert others.run().dead == 1
    code, told, said = others.command("redrive", capsys, "--kafka.replication-factor=1")
    assert (code, told["verdicts"]["broken"]) == (0, 1), said
    assert [one for one in topics(others) if one.startswith(others.topic)] == [others.topic]


def topics(others: Orders) -> list[str]:
    return sorted(open_admin(librdkafka_config(others.kafka)).list_topics(timeout=15).topics)


@pytest.mark.parametrize("change", ["compacted", "made anew"])
def test_a_topic_that_changes_between_two_looks_ends_an_endless_run_with_nothing_half_written(
    others: Orders, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    others.send(5)
    looks: list[dict[str, bytes]] = []

    def wait(_seconds: float) -> None:
        looks.append(stored(others))
        assert len(looks) < 2, "nobody noticed"
        if change == "compacted":
            others.configure("cleanup.policy", "compact")
        else:
            others.make_anew()

    monkeypatch.setattr(others.stop, "wait", wait)
    monkeypatch.setattr("waybill_delivery.loop._SETTLING", (0.0,))
    with pytest.raises(TopicRefused, match="compaction removes" if change == "compacted" else "recreated"):
        others.run("latest", trigger="1 minutes")
    assert stored(others) == looks[0]
