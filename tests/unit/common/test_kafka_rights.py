"""docs/security.md says what the table of rights says, and a message names those of the program that is running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from confluent_kafka import KafkaError

from waybill_common.kafka.client_errors import failure, may_pass
from waybill_common.kafka.rights import TOPIC, TRANSACTIONAL_ID, needed, table
from waybill_common.lake import open_lake, writers_actions
from waybill_common.settings import KafkaSettings, LakeSettings

PAGE = Path(__file__).parents[3] / "docs" / "security.md"


@pytest.fixture(autouse=True)
def _nobody_runs() -> Iterator[None]:
    structlog.contextvars.clear_contextvars()
    yield
    structlog.contextvars.clear_contextvars()


def test_the_page_has_the_table() -> None:
    rights = PAGE.read_text().split("\n### On the brokers\n")[1].split("\n### ")[0]
    rows = [line for line in rights.splitlines() if line.startswith("| ") and line != "| program | rights |"]
    assert "\n".join(rows) == table()


def test_the_page_has_what_a_plan_says_of_the_bucket() -> None:
    wanted = writers_actions(open_lake(LakeSettings(url="s3://lake"), "orders"))
    assert f"| `waybill submit`, `backfill`, `contract publish` | {wanted} |" in PAGE.read_text()


@pytest.mark.parametrize(
    ("component", "kind", "name", "rights"),
    [
        ("verify", TOPIC, "names_topic", "Describe, DescribeConfigs, Read for waybill verify"),
        ("verify", TOPIC, "t.redrives", "Describe, DescribeConfigs, Read for waybill verify"),
        ("task", TOPIC, "names_topic", "Describe, DescribeConfigs, Read for waybill submit"),
        ("init", TOPIC, "t.dead", "Create, Describe, DescribeConfigs for waybill init"),
        ("producer", TOPIC, "t.dead", "Describe, DescribeConfigs, Write for the producer"),
        ("producer", TRANSACTIONAL_ID, "waybill-names-t", "Describe, Write for the producer"),
        ("redrive", TRANSACTIONAL_ID, "waybill-t.redrives", "Describe, Write for waybill redrive"),
        ("redrive", TRANSACTIONAL_ID, "waybill-names-t-redrive", "Describe, Write for waybill redrive"),
        (
            "prove",
            TOPIC,
            "waybill-prove-0123456789ab",
            "Create, Delete, Describe, DescribeConfigs, Read, Write for waybill prove",
        ),
    ],
)
def test_a_message_names_the_running_programs_rights_there(
    component: str, kind: str, name: str, rights: str
) -> None:
    structlog.contextvars.bind_contextvars(component=component)
    assert needed(kind, name) == rights


def test_where_nobody_knows_who_runs_all_are_named() -> None:
    error = failure(
        KafkaSettings(), "reading t", KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), topic="t.cursor"
    )
    assert "Describe, DescribeConfigs, Read, Write for the producer" in error.allowed


def test_a_consumer_that_only_assigns_does_without_rights_on_a_group() -> None:
    assert may_pass(KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED))
    assert not may_pass(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED))
