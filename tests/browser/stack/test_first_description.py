"""The steps that the first description did in `kafka_ui` on port 8888, one after the other, as there."""

from __future__ import annotations

import re

from browser.visitor import Visitor
from integration.stack.airflow import Airflow
from playwright.sync_api import expect
from waiting import wait_until

DAG = "name_stream_dag"


def create(visitor: Visitor, name: str) -> None:
    page = visitor.go("/new-topic")
    page.get_by_label("Name").fill(name)
    expect(page.get_by_label("Replication")).to_have_value("3")
    page.get_by_role("button", name="Create topic").click()


def test_the_three_brokers_are_seen(visitor: Visitor) -> None:
    brokers = visitor.go("/").get_by_role("region", name="Brokers")
    expect(brokers.get_by_role("row")).to_have_count(1 + 3)
    for number in (1, 2, 3):
        expect(brokers).to_contain_text(f"kafka-broker-{number}:9092")


def test_names_topic_stands_there_and_another_with_three_copies_is_created(visitor: Visitor) -> None:
    create(visitor, "names_topic")
    expect(visitor.page.get_by_role("alert")).to_contain_text("Topic 'names_topic' already exists.")
    create(visitor, "names_topic.of_the_browser")
    visitor.sees("Kafka has made the topic.")
    for topic in ("names_topic", "names_topic.of_the_browser"):
        copies = (
            visitor.go(f"/topics/{topic}").locator("#partition-table tbody tr").first.locator("td").nth(1)
        )
        expect(copies).to_have_text(re.compile(r"^[123], [123], [123]$"))


def test_messages_arrive_when_the_dag_runs_and_the_data_is_in_the_bucket(
    visitor: Visitor, airflow: Airflow
) -> None:
    page = visitor.go("/topics/names_topic")
    expect(page.locator("[data-live-state]")).to_have_text("live")
    expect(page.locator("tr.message")).to_have_count(0)
    wait_until(lambda: DAG in airflow.dags(), "the DAG is not read", seconds=90, pause=1)
    airflow.unpause(DAG)  # which begins with the run of the night before
    wait_until(lambda: airflow.runs(DAG), "no run began", seconds=60, pause=1)
    [run] = airflow.runs(DAG)
    expect(page.locator("tr.message.new").first).to_be_visible(timeout=120_000)
    assert run.ends(300) == "success", run.states()
    delivered = page.locator("tr.message", has_text="delivered")
    wait_until(lambda: page.reload() and delivered.count(), "the rows are not told of", pause=0.5)

    page.locator("tr.message .place a").first.click()
    page.locator("#delivery .links a").first.click()
    expect(page.locator("tr.marked")).to_be_visible()
    visitor.sees("as stored")
    visitor.go("/streams/names").get_by_role("button", name="Verify now").click()
    expect(page.locator("#audit-body .verdict-line")).to_contain_text("ok", timeout=120_000)
