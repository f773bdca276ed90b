"""``waybill deliver --status-port`` on a real Kafka: whoever scrapes it sees what the ledger has."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import requests
from integration.delivery.conftest import Stream
from integration.delivery.conftest import kafka_settings as kafka_settings
from integration.delivery.conftest import new_stream as new_stream
from integration.delivery.conftest import stream as stream
from integration.local_engine.test_local_engine import deliver, delivering
from processes import descendants
from prometheus_client.parser import text_string_to_metric_families
from waiting import wait_until

from waybill_common.errors import PortInUse, SettingsRefused


def url_in(log: Path) -> str:
    """Where the pages are; empty before that is logged."""
    for line in log.read_text().splitlines():
        if line.startswith("{") and json.loads(line)["event"] == "status_ready":
            return str(json.loads(line)["url"])
    return ""


def health(url: str) -> tuple[int, str]:
    answer = requests.get(f"{url}/healthz", timeout=10)
    return answer.status_code, answer.text


def scraped(url: str) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the labels beside the stream's."""
    text = requests.get(f"{url}/metrics", timeout=10).text
    return {
        (
            one.name.removeprefix("waybill_delivery_"),
            *(v for n, v in one.labels.items() if n != "stream"),
        ): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_a_run_is_watched_from_its_start_to_its_end(stream: Stream, tmp_path: Path) -> None:
    stream.names(30)
    stream.produce([b"no event"], partition=1)
    flags = ("--delivery.trigger=100 milliseconds", "--status-port=0", "--delivery.workers=2")
    with delivering(stream, tmp_path / "log", *flags) as process:
        log = (tmp_path / "log").read_text
        url = wait_until(lambda: url_in(tmp_path / "log"), log, process=process)
        # From before the first look, through it and a commit: each scrape is answered.
        wait_until(lambda: scraped(url)["commits_total",], log, process=process, pause=0.001)
        found = scraped(url)
        assert (found["rows_total",], found["dead_letters_total", "not_json"]) == (30, 1)
        ends = stream.ends()
        assert {p: found["frontier_offset", str(p)] for p in ends} == ends
        assert {p: found["retention_headroom_offsets", str(p)] for p in ends} == ends
        assert [found["pending_offsets", str(p)] for p in ends] == [0] * len(ends)
        assert health(url) == (200, "ok\n")
        # Splits are in hand and stay there: no commit, no look, and the pages still answer.
        workers = [pid for pid, _ in descendants(process.pid)]
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        stream.names(5)
        wait_until(lambda: health(url)[0] == 503, log, process=process)
        assert "allowed are" in health(url)[1]
        assert scraped(url)["healthy",] == 0
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
        wait_until(lambda: health(url)[0] == 200, log, process=process)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(out)["rows"] == 35


def test_a_taken_port_ends_the_run_before_anything_is_delivered(stream: Stream) -> None:
    stream.names(3)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = deliver(stream, f"--status-port={taken.getsockname()[1]}")
    assert done.returncode == PortInUse.exit_code
    assert "for the status pages" in done.stderr
    assert stream.driver().position.number == 0
    assert (
        deliver(stream, "--status-port=0", "--status.host=203.0.113.7").returncode
        == SettingsRefused.exit_code
    )
