"""What a run without crashes publishes."""

from __future__ import annotations

import json
import re
import signal
import time

import pytest
from integration.producer.runs import Pipeline, await_event, finish, headers
from model_judge import Dead, judge

from waybill_sandbox.api import Simulator
from waybill_sandbox.api.faults import ApiFault, FaultKind, FaultPlan
from waybill_streams.names import NAMES


def faults(*given: ApiFault) -> FaultPlan:
    return FaultPlan(faults=given)


def test_events_are_the_users_asked_for(pipeline: Pipeline) -> None:
    first = pipeline.run(producer__pages=3)
    assert first.code == 0, first.stderr
    second = pipeline.run(producer__pages=2)
    assert second.code == 0, second.stderr
    assert second.summary is not None
    assert second.summary["events"] == 100
    assert second.summary["cursor"] == {"seed": "abc", "page": 5, "events": 250, "dead_letters": 0}
    assert pipeline.pages() == dict.fromkeys(range(1, 6), 50)
    assert len(pipeline.ids()) == 250
    assert [cursor["page"] for cursor in pipeline.cursors()] == [1, 2, 3, 4, 5]


def test_every_record_keeps_the_contract_and_says_what_it_is(pipeline: Pipeline) -> None:
    assert pipeline.run(producer__pages=1).code == 0
    for message in pipeline.events():
        event = judge(NAMES, message.value())
        assert not isinstance(event, Dead), event
        found = headers(message)
        assert found["content-type"] == b"application/json"
        assert found["contract"] == b"names/1"
        assert found["source"].startswith(f"{pipeline.url}1.4/?results=50&seed=abc&page=1#".encode())
        assert re.fullmatch(rb"00-[0-9a-f]{32}-[0-9a-f]{16}-01", found["traceparent"])


def test_malformed_users_are_dead_letters_with_what_is_valid_of_them(
    pipeline: Pipeline, simulator: Simulator
) -> None:
    simulator.set_faults(faults(ApiFault(kind=FaultKind.MALFORMED_USERS, share=0.3, times=None)))
    ran = pipeline.run(producer__pages=2)
    assert ran.code == 0, ran.stderr
    assert ran.summary is not None
    spoilt = simulator.counts()["malformed"]
    assert spoilt > 0
    letters = pipeline.dead_letters()
    assert len(letters) == ran.summary["dead_letters"]["total"] == spoilt
    assert len(pipeline.events()) == ran.summary["events"] == 100 - spoilt
    indices = {(headers(one)["page"], headers(one)["index"]) for one in (*letters,)}
    assert len(indices) == spoilt
    for letter in letters:
        body = json.loads(letter.value() or b"")
        assert body["fields"]["id"]
        assert {"login.password", "login.salt"} <= {one["name"] for one in body["members"]}
        assert headers(letter)["body"] == b"masked"
        assert headers(letter)["reason"].decode() in ran.summary["dead_letters"]["by_reason"]
        assert headers(letter)["detail"]


@pytest.mark.parametrize(
    "fault",
    [
        ApiFault(kind=FaultKind.RATE_LIMIT, from_request=2),
        ApiFault(kind=FaultKind.GATEWAY_ERROR, from_request=2, status=503, times=2),
        ApiFault(kind=FaultKind.SERVER_ERROR, from_request=2),
        ApiFault(kind=FaultKind.TRUNCATED_BODY, from_request=2),
        ApiFault(kind=FaultKind.EMPTY_RESULTS, from_request=2),
        ApiFault(kind=FaultKind.REPEATED_PAGE, pages=(2, 2)),
    ],
    ids=lambda fault: fault.kind.value,
)
def test_a_passing_fault_of_the_api_leaves_no_trace(
    pipeline: Pipeline, simulator: Simulator, fault: ApiFault
) -> None:
    simulator.set_faults(faults(fault))
    ran = pipeline.run(producer__pages=2)
    assert ran.code == 0, ran.stderr
    assert simulator.counts()[f"fault_{fault.kind.value}"] >= 1
    assert pipeline.pages() == {1: 50, 2: 50}
    assert set(pipeline.ids().values()) == {1}


def test_an_outage_ends_with_its_code_and_keeps_what_was_published(
    pipeline: Pipeline, simulator: Simulator
) -> None:
    simulator.set_faults(faults(ApiFault(kind=FaultKind.EMPTY_RESULTS, pages=(2, 9), times=None)))
    ran = pipeline.run(source__attempts=3)
    assert ran.code == 10
    assert ran.summary is not None
    assert ran.summary["pages"] == 1
    assert ran.summary["error"]["type"] == "SourceUnavailable"
    simulator.set_faults(faults())
    assert pipeline.run(producer__pages=1).code == 0
    assert pipeline.pages() == {1: 50, 2: 50}


def test_an_unknown_version_is_refused(pipeline: Pipeline) -> None:
    ran = pipeline.run(source__version="9.9")
    assert ran.code == 11
    assert "404" in ran.stderr
    assert pipeline.events() == []


def test_sigterm_ends_a_run_between_pages_with_success(pipeline: Pipeline) -> None:
    process = pipeline.start(producer__pages=None, producer__pause_interval=60)
    await_event(process, "page published")
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    ran = finish(process)
    assert time.monotonic() - asked < 30
    assert ran.code == 0, ran.stderr
    assert ran.summary is not None
    assert ran.summary["ended"] == "signal"
    assert len(pipeline.events()) == ran.summary["events"] == 50 * ran.summary["pages"]


@pytest.mark.parametrize(("page", "before"), [(1, "position"), (2, "page published")], ids=["first", "ahead"])
def test_sigterm_does_not_wait_for_a_slow_api(
    pipeline: Pipeline, simulator: Simulator, page: int, before: str
) -> None:
    simulator.set_faults(faults(ApiFault(kind=FaultKind.LATENCY, seconds=30, pages=(page, 9), times=None)))
    process = pipeline.start()
    await_event(process, before)
    time.sleep(0.3)
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    ran = finish(process)
    assert time.monotonic() - asked < 20
    assert ran.code == 0, ran.stderr
    assert pipeline.pages() == dict.fromkeys(range(1, page), 50)


def test_the_duration_ends_a_run(pipeline: Pipeline) -> None:
    ran = pipeline.run(producer__pages=None, producer__streaming_duration=2, producer__pause_interval=0.5)
    assert ran.code == 0, ran.stderr
    assert ran.summary is not None
    assert ran.summary["ended"] == "duration"
    assert len(pipeline.events()) == 50 * ran.summary["pages"] > 0


def test_without_a_seed_pages_are_counted_and_never_repeated(pipeline: Pipeline) -> None:
    for _ in range(2):
        ran = pipeline.run(source__seed=None, producer__pages=2)
        assert ran.code == 0, ran.stderr
    assert pipeline.pages() == dict.fromkeys(range(1, 5), 50)
    assert len(pipeline.ids()) == 200


def test_a_full_page_of_5000_users_is_one_transaction(pipeline: Pipeline) -> None:
    ran = pipeline.run(source__results=5000, producer__pages=1)
    assert ran.code == 0, ran.stderr
    assert pipeline.pages() == {1: 5000}
    assert len(pipeline.cursors()) == 1
