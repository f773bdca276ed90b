"""What anyone can see of a run: its moments in the lake, and what is left at the end."""

from __future__ import annotations

import subprocess

from integration.artifacts import Pipeline


def manifest_without_receipt(pipeline: Pipeline) -> bool:
    return len(pipeline.ledger("manifest")) > len(pipeline.ledger("receipt"))


def some_data_without_receipt(pipeline: Pipeline) -> bool:
    return bool(pipeline.objects("data")) and not pipeline.ledger("receipt")


def bucket_of(pipeline: Pipeline) -> str:
    return pipeline.lake.settings.url.removeprefix("s3://")


def audit(pipeline: Pipeline) -> subprocess.CompletedProcess[str]:
    """``waybill verify`` where it may end without a report."""
    return subprocess.run(
        [str(pipeline.artifacts / "waybill.pex"), "verify", "--json"],
        env=pipeline.env,
        cwd=pipeline.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_whole(pipeline: Pipeline, events: int) -> None:
    """Everything that was published is in the lake, each once, and nothing else."""
    code, report = pipeline.verify("--complete")
    assert (code, report["findings"]) == (0, [])
    assert sum(receipt["rows"] for receipt in pipeline.ledger("receipt")) == events
