"""A lake on S3 where nothing but a test needs the server: moto's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import HttpUrl, SecretStr

from waybill_common.settings import LakeSettings
from waybill_sandbox.s3 import ACCESS_KEY, REGION, SECRET_KEY, S3Choice, S3Kind, S3Server


@contextmanager
def lake_on_moto(folder: Path) -> Iterator[LakeSettings]:
    """Settings of a lake in a new bucket; the server ends behind the block, its log lies in ``folder``."""
    choice = S3Choice(S3Kind.MOTO, Path(sys.executable))
    with S3Server(choice, folder, {"PATH": os.environ["PATH"]}) as server:
        server.create_bucket("waybill")
        yield LakeSettings(
            url="s3://waybill/some/prefix",
            endpoint=HttpUrl(server.endpoint),
            region=REGION,
            access_key_id=ACCESS_KEY,
            secret_access_key=SecretStr(SECRET_KEY),
            attempts=2,
        )
