"""Who carried which splits, from what the tasks log on their executors."""

from __future__ import annotations

import json
import re

from integration.artifacts import Pipeline

from waybill_sandbox.spark.spark_cluster import SparkCluster

Span = tuple[int, int, int]
"""Partition, start, end."""

# Not whole lines: the JVM writes to the same file, and its lines may begin where a task's line ends.
_ENTRY = re.compile(r'\{"commit": [^{}]*"event": "split"[^{}]*\}')


def planned(pipeline: Pipeline) -> set[Span]:
    """The splits of the last manifest."""
    return {_span(split) for split in pipeline.ledger("manifest")[-1]["splits"]}


def carried(cluster: SparkCluster, worker: int, topic: str) -> set[Span]:
    """The splits that executors on this worker say to have carried."""
    texts = (log.read_text(errors="replace") for log in cluster.executor_logs(worker))
    entries = [json.loads(entry) for text in texts for entry in _ENTRY.findall(text)]
    return {_span(one) for one in entries if one["topic"] == topic}


def _span(split: dict[str, int]) -> Span:
    return split["partition"], split["start"], split["end"]
