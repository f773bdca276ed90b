"""The reader that judges a cell. It shares no code with the writers: docs/format.md, pyarrow and a Kafka consumer."""

from __future__ import annotations

from faults.audit.judge import Verdict
from faults.audit.judge import judge
from faults.audit.pages import Pages
from faults.audit.pages import judge_pages
from faults.audit.stored import Stored
from faults.audit.stored import read_lake
from faults.audit.topic import Logged
from faults.audit.topic import read_topic

__all__ = ["Logged", "Pages", "Stored", "Verdict", "judge", "judge_pages", "read_lake", "read_topic"]
