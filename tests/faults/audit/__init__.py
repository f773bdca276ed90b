"""The reader that judges a cell. It shares no code with the writers: docs/format.md, pyarrow and a Kafka consumer."""

from __future__ import annotations

from faults.audit.judge import Verdict, judge
from faults.audit.pages import Pages, judge_pages
from faults.audit.stored import Stored, read_lake
from faults.audit.topic import Logged, read_topic

__all__ = ["Logged", "Pages", "Stored", "Verdict", "judge", "judge_pages", "read_lake", "read_topic"]
