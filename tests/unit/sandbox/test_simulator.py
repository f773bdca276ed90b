from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests

from waybill_common.errors import PortInUse
from waybill_sandbox.api import ApiFault, FaultKind, FaultPlan, Simulator


@pytest.fixture
def api() -> Iterator[Simulator]:
    with Simulator(limit_users=1000, window_seconds=300) as running:
        yield running


def get(api: Simulator, version: str = "1.4", **parameters: str | int) -> requests.Response:
    return requests.get(f"{api.url}{version}/", params=parameters, timeout=20)


def strike(api: Simulator, kind: FaultKind, **more: object) -> None:
    api.set_faults(FaultPlan(faults=(ApiFault.model_validate({"kind": kind, **more}),)))


def test_a_reply_tells_what_was_asked_for(api: Simulator) -> None:
    document = get(api, results=7, seed="abc", page=2).json()
    assert len(document["results"]) == 7
    assert document["info"] == {"seed": "abc", "results": 7, "page": 2, "version": "1.4"}


def test_a_seeded_page_is_the_same_bytes_each_time(api: Simulator) -> None:
    assert get(api, results=20, seed="abc").content == get(api, results=20, seed="abc").content


def test_without_a_seed_every_reply_is_new(api: Simulator) -> None:
    first, second = get(api, results=5).json(), get(api, results=5).json()
    assert first["info"]["seed"] != second["info"]["seed"]
    assert first["results"] != second["results"]


def test_an_unknown_version_is_not_found_in_plain_text(api: Simulator) -> None:
    reply = get(api, version="7.7")
    assert reply.status_code == 404
    assert reply.headers["Content-Type"].startswith("text/plain")


def test_an_unknown_format_is_json(api: Simulator) -> None:
    assert get(api, format="papyrus").json()["info"]["results"] == 1


def test_over_the_limit_comes_429_without_retry_after(api: Simulator) -> None:
    assert get(api, results=1000).status_code == 200
    reply = get(api, results=1)
    assert reply.status_code == 429
    assert "Retry-After" not in reply.headers
    assert reply.json()["error"].startswith("Whoa, ease up there cowboy.")


def test_the_limit_ends_with_its_window() -> None:
    with Simulator(limit_users=10, window_seconds=0.0) as api:
        assert [get(api, results=10).status_code for _ in range(3)] == [200, 200, 200]


def test_a_rate_limit_on_request_strikes_once(api: Simulator) -> None:
    strike(api, FaultKind.RATE_LIMIT)
    assert [get(api).status_code for _ in range(2)] == [429, 200]


@pytest.mark.parametrize("status", [502, 503, 504, 520])
def test_gateway_errors_are_html(api: Simulator, status: int) -> None:
    strike(api, FaultKind.GATEWAY_ERROR, status=status)
    reply = get(api)
    assert reply.status_code == status
    assert reply.headers["Content-Type"] == "text/html"
    assert reply.text.startswith("<html>")


def test_a_server_error_is_json(api: Simulator) -> None:
    strike(api, FaultKind.SERVER_ERROR)
    reply = get(api)
    assert reply.status_code == 500
    assert reply.json()["error"].startswith("Uh oh, something has gone wrong.")


def test_a_truncated_body_breaks_off(api: Simulator) -> None:
    strike(api, FaultKind.TRUNCATED_BODY)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(api, results=50)
    assert len(get(api, results=50).json()["results"]) == 50


def test_the_outage_answers_200_with_no_results(api: Simulator) -> None:
    strike(api, FaultKind.EMPTY_RESULTS, times=2)
    for _ in range(2):
        reply = get(api, results=10, seed="a", page=3)
        assert reply.status_code == 200
        assert reply.json() == {
            "results": [],
            "info": {"seed": "a", "results": 10, "page": 3, "version": "1.4"},
        }
    assert len(get(api, results=10, seed="a", page=3).json()["results"]) == 10


def test_a_repeated_page_is_the_one_before(api: Simulator) -> None:
    strike(api, FaultKind.REPEATED_PAGE, pages=(4, 4))
    repeated, right = get(api, results=5, seed="a", page=4), get(api, results=5, seed="a", page=4)
    assert repeated.json() == get(api, results=5, seed="a", page=3).json()
    assert right.json()["info"]["page"] == 4


def test_malformed_users_are_the_same_ones_on_a_retry(api: Simulator) -> None:
    strike(api, FaultKind.MALFORMED_USERS, times=None, share=0.2)
    first, again = get(api, results=200, seed="a"), get(api, results=200, seed="a")
    assert first.content == again.content
    assert first.content != get(api, results=200, seed="b").content
    assert all(request.malformed > 20 for request in api.requests)


def test_latency_and_malformed_users_strike_together(api: Simulator) -> None:
    latency = ApiFault(kind=FaultKind.LATENCY, seconds=0.2)
    api.set_faults(FaultPlan(faults=(latency, ApiFault(kind=FaultKind.MALFORMED_USERS, share=1.0))))
    assert get(api, results=3).elapsed.total_seconds() >= 0.2
    assert api.requests[0].malformed == 3
    assert api.requests[0].faults == ("latency", "malformed_users")


def test_the_log_counts_what_was_served(api: Simulator) -> None:
    strike(api, FaultKind.GATEWAY_ERROR)
    for results in (5, 5, 7):
        get(api, results=results)
    get(api, version="7.7")
    assert api.counts() == {
        "fault_gateway_error": 1,
        "malformed": 0,
        "requests": 4,
        "status_200": 2,
        "status_404": 1,
        "status_502": 1,
        "users": 12,
    }
    assert [request.number for request in api.requests] == [1, 2, 3, 4]


def test_another_process_can_set_faults_and_read_the_log(api: Simulator) -> None:
    plan = FaultPlan(faults=(ApiFault(kind=FaultKind.SERVER_ERROR),))
    assert (
        requests.put(f"{api.root}/_sandbox/faults", data=plan.model_dump_json(), timeout=20).status_code
        == 200
    )
    assert get(api).status_code == 500
    log = requests.get(f"{api.root}/_sandbox/requests", timeout=20).json()
    assert log["counts"]["status_500"] == 1
    assert log["log"][0]["faults"] == ["server_error"]


def test_a_bad_plan_is_refused_and_changes_nothing(api: Simulator) -> None:
    reply = requests.put(
        f"{api.root}/_sandbox/faults", data=json.dumps({"faults": [{"kind": "x"}]}), timeout=20
    )
    assert reply.status_code == 400
    assert get(api).status_code == 200


def test_a_taken_port_is_refused(api: Simulator) -> None:
    with pytest.raises(PortInUse):
        Simulator(port=int(api.root.rpartition(":")[2]))
