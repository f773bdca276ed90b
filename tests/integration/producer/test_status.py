"""``producer --status-port``: what it published is what it tells; an API that throttles makes it wait, not ill."""

from __future__ import annotations

import json
import signal
import subprocess

import requests
from integration.producer.runs import Pipeline, finish
from prometheus_client.parser import text_string_to_metric_families
from waiting import wait_until

from waybill_sandbox.api import Simulator
from waybill_sandbox.api.faults import ApiFault, FaultKind, FaultPlan


def await_url(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("{") and json.loads(line)["event"] == "status_ready":
            return str(json.loads(line)["url"])
    raise AssertionError("the run ended without status pages")


def scraped(url: str) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the labels beside the stream's."""
    text = requests.get(f"{url}/metrics", timeout=10).text
    return {
        (
            one.name.removeprefix("waybill_producer_"),
            *(v for n, v in one.labels.items() if n != "stream"),
        ): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_a_run_is_watched_from_its_start_to_its_end(pipeline: Pipeline, simulator: Simulator) -> None:
    limited = ApiFault(kind=FaultKind.RATE_LIMIT, pages=(3, 3), times=2)
    broken = ApiFault(kind=FaultKind.MALFORMED_USERS, share=0.3, times=None)
    simulator.set_faults(FaultPlan(faults=(limited, broken)))
    process = pipeline.start(
        producer__pages=None, producer__pause_interval=0.2, status__port=0, log__level="info"
    )
    url = await_url(process)
    wait_until(lambda: scraped(url)["pages_total",] >= 3, "three pages", process=process, pause=0.001)
    found = scraped(url)
    assert requests.get(f"{url}/healthz", timeout=10).text == "ok\n"
    assert found["throttles_total", "api"] == found["failed_requests_total",] == 2
    dead = sum(value for (name, *_), value in found.items() if name == "dead_letters_total")
    assert dead > 0
    assert found["records_total",] + dead == 50 * found["pages_total",]
    process.send_signal(signal.SIGTERM)
    ran = finish(process)
    assert ran.code == 0, ran.stderr
    assert ran.summary is not None
    assert ran.summary["ended"] == "signal"
    assert ran.summary["events"] == len(pipeline.events()) >= found["records_total",]
