from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from model_judge import judge
from unit.producer.users import make_query

from waybill_bench.events import Recipe, values
from waybill_bench.flow.contenders import last_report
from waybill_bench.flow.dataset import Rows
from waybill_bench.flow.latency import Window
from waybill_bench.flow.pace import due, stamped
from waybill_bench.flow.pages import FIELDS, made_pages, reply_parts
from waybill_bench.flow.percentile import percentile
from waybill_bench.flow.published import Published, read_published, steady_state
from waybill_bench.meter import Meter, Sample
from waybill_producer.source.query import INCLUDED
from waybill_producer.source.reply import Page, SourceReply, check_reply
from waybill_sandbox.api.request_query import parse
from waybill_streams.names import NAMES
from waybill_streams.names.contract import Name

NOW = datetime(2026, 11, 25, 9, 30, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("share", "expected"), [(50, 5.0), (95, 10.0), (99, 10.0), (10, 1.0), (0, 1.0), (100, 10.0)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([float(one) for one in range(1, 11)], share) == expected


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_the_steady_state_leaves_out_what_was_made_before_the_first_page() -> None:
    log = "\n".join(
        [
            "a line of Java's",
            json.dumps({"event": "position", "timestamp": "2026-11-25T09:29:59.000000Z"}),
            json.dumps({"event": "page published", "events": 7, "timestamp": "2026-11-25T09:30:00.000000Z"}),
            json.dumps({"event": "page published", "events": 8, "timestamp": "2026-11-25T09:30:01.500000Z"}),
            json.dumps({"event": "page published", "events": 9, "timestamp": "2026-11-25T09:30:02.000000Z"}),
        ]
    )
    pages = list(read_published(log))
    assert [page.events for page in pages] == [7, 8, 9]
    steady = steady_state(pages)
    assert (steady.seconds, steady.events) == (2.0, 17)


def test_a_single_page_is_no_steady_state() -> None:
    with pytest.raises(ValueError, match="one page"):
        steady_state([Published(1.0, 5)])


def test_a_runs_cpu_is_that_of_its_steady_state() -> None:
    steady = steady_state([Published(10.0, 1), Published(12.0, 1000)])
    meter = Meter(
        0, [Sample(10.0, 3.0, 50), Sample(11.0, 4.0, 70), Sample(12.0, 5.0, 60), Sample(13.0, 5.0, 1)]
    )
    assert steady.run_values(meter) == {
        "events_per_second": 500.0,
        "cpu_seconds_per_million_events": pytest.approx(2000.0),
        "peak_memory_bytes": 70.0,
    }


def test_the_load_generators_last_line_counts() -> None:
    output = (
        "123 records sent, 1.0 records/sec (0.00 MB/sec), 2.0 ms avg latency, 3.0 ms max latency.\n"
        "300000 records sent, 85470.1 records/sec (33.05 MB/sec), 100.00 ms avg latency, 400.00 ms max latency, "
        "90 ms 50th, 300 ms 95th, 390 ms 99th, 399 ms 99.9th.\n"
    )
    assert last_report(output) == (300_000, 85470.1)


def test_a_made_page_is_one_that_the_producer_takes() -> None:
    pages = made_pages(2, results=3)
    query = parse(f"/api/1.4/?results=3&inc={FIELDS}&seed=turn-1-a&page=7")
    assert query is not None
    body = b"".join(reply_parts(pages, query))
    assert tuple(FIELDS.split(",")) == INCLUDED

    asked = make_query(seed="turn-1-a", results=3)
    page = check_reply(asked, 7, None, SourceReply(200, None, body, NOW))
    assert isinstance(page, Page)
    assert len(page.users) == 3


@pytest.mark.parametrize("size", [350, 1200])
def test_a_stamped_value_keeps_the_contract(size: int) -> None:
    value = stamped(next(values(Recipe(bytes=size), 1)), NOW)
    event = judge(NAMES, value)
    assert isinstance(event, Name), event
    assert event.produced_at == NOW


@pytest.mark.parametrize(("elapsed", "expected"), [(0.0, 1), (0.5, 6), (1.0, 11), (99.0, 20)])
def test_a_pace_begins_at_once_and_ends_with_its_total(elapsed: float, expected: int) -> None:
    assert due(elapsed, 10, 20) == expected


def test_only_events_of_the_window_have_a_latency() -> None:
    objects = [Rows(20.0, (9.9, 10.0, 19.0)), Rows(21.5, (19.5, 20.0))]
    assert Window(10.0, 20.0).latencies(objects) == [1.0, 2.0, 10.0]
