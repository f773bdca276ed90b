from __future__ import annotations

from pathlib import Path

import pytest

from waybill_common.errors import EnvironmentMissing
from waybill_sandbox.s3 import S3Kind, choose_server


def program(folder: Path, name: str, body: str = "exit 0") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_a_named_binary_is_taken_and_a_missing_one_refused(tmp_path: Path) -> None:
    minio = program(tmp_path, "my-minio")
    assert choose_server(str(minio), "").program == minio
    with pytest.raises(EnvironmentMissing, match="/no/such/minio"):
        choose_server("/no/such/minio", str(tmp_path))


@pytest.mark.parametrize(
    ("programs", "kind"),
    [
        ({"minio": "exit 0", "docker": "exit 0"}, S3Kind.MINIO_BINARY),
        ({"docker": "exit 0"}, S3Kind.MINIO_CONTAINER),
        ({"docker": "exit 1"}, S3Kind.MOTO),
        ({}, S3Kind.MOTO),
    ],
    ids=["binary_first", "container_next", "no_engine_or_image", "nothing"],
)
def test_the_best_server_at_hand_is_chosen(tmp_path: Path, programs: dict[str, str], kind: S3Kind) -> None:
    for name, body in programs.items():
        program(tmp_path, name, body)
    assert choose_server(None, str(tmp_path)).kind is kind
