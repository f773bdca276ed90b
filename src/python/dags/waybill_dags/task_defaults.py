"""What the tasks of every DAG have in common."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from waybill_dags.advice import say_what_to_do

START = datetime(2026, 1, 1, tzinfo=UTC)

TASKS: dict[str, Any] = {
    "owner": "waybill",
    "retries": 4,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=20),
    "on_failure_callback": say_what_to_do,
}
"""``default_args``. Retries are for transient exit codes; terminal ones fail at once."""
