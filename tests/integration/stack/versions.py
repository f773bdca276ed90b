"""Versions of the DAGs in the stack's bucket."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from integration.stack.lake import bucket
from integration.stack.stack import Stack

from waybill_common.errors import OK
from waybill_common.lake import open_lake
from waybill_ops.cli import main

OPERATOR = "waybill_dags/operator.py"
FIRST_LINE = "        words = [word for word in self.command if word]\n"
"""Of what a task does there."""


def current(stack: Stack) -> str:
    """The version that the bucket calls current."""
    return str(_deployments(stack)[0]["version"])


def changed(stack: Stack, version: str, marker: str) -> bytes:
    """That version's zip, with an operator that logs ``marker`` before it runs a program."""
    keys = f"versions/{version}/airflow_dags.zip"
    archive = open_lake(bucket(stack), "airflow").get(keys)
    assert archive is not None
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == OPERATOR:
                assert text.count(FIRST_LINE) == 1
                text = text.replace(FIRST_LINE, f"        self.log.info({marker!r})\n{FIRST_LINE}")
            new.writestr(name, text)
    return changed.getvalue()


def publish(stack: Stack, archive: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody on this machine would."""
    settings = bucket(stack)
    assert settings.secret_access_key is not None
    monkeypatch.setenv("WAYBILL_DAGS__URL", "s3://waybill/airflow")
    monkeypatch.setenv("WAYBILL_LAKE__ENDPOINT", str(settings.endpoint))
    monkeypatch.setenv("WAYBILL_LAKE__ACCESS_KEY_ID", str(settings.access_key_id))
    monkeypatch.setenv("WAYBILL_LAKE__SECRET_ACCESS_KEY", settings.secret_access_key.get_secret_value())
    (folder / "airflow_dags.zip").write_bytes(archive)
    assert main(["dags", "publish", str(folder / "airflow_dags.zip")]) == OK


def _deployments(stack: Stack) -> list[dict[str, object]]:
    listed = stack.run("waybill", "dags", "list", "--json")
    assert listed.code == OK, listed.err
    return list(json.loads(listed.out)["deployments"])
