"""The lake as pyarrow sees it. It uses nothing of the writer's store (obstore), so that the two check each other.

Only where the lake lies and whose keys sign is read by the same function as the writer's:
``waybill_common.lake_location``.
"""

from __future__ import annotations

import atexit
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from pyarrow import fs

from waybill_common.errors import LakeRefused
from waybill_common.lake_location import (
    S3,
    GivenUp,
    Keys,
    LakeLocation,
    StoreCause,
    here,
    judged,
    lake_failure,
    patiently,
)
from waybill_common.settings import LakeSettings

T = TypeVar("T")

NO_OBJECT = "_waybill/no-such-object"
"""A key that nobody stores. A login page answers for it as for anything, and its list of objects would be empty."""

_UNTOLD = "No response body"
"""A reply to HEAD has none, so no code and no message of S3's."""


def no_store(address: str) -> LakeRefused:
    """The error where ``NO_OBJECT`` is there."""
    return LakeRefused(
        f"What answers for {address} is no store: it has {NO_OBJECT}, which nobody stored.",
        allowed="an S3 server, or GCS.",
        remedy="correct lake.endpoint (its port too), or the proxy that answers in its place.",
    )


@dataclass
class FileSystems:
    """The lake's file system, a new one whenever its keys are others: pyarrow's S3 takes keys that never change."""

    settings: LakeSettings
    create_buckets: bool = False
    _built: tuple[Keys, fs.FileSystem] | None = field(default=None, repr=False)

    @cached_property
    def location(self) -> LakeLocation:
        """Raises ``SettingsRefused``."""
        return here(self.settings)

    @property
    def base(self) -> str:
        """The lake as a path of its file system: the folder, or the bucket with its prefix."""
        return self.location.url.base

    @property
    def top_folder(self) -> str:
        """What has to exist before there can be a lake: the folder, or the bucket."""
        return self.location.url.bucket or self.base

    def current(self) -> fs.FileSystem:
        """For the next request. It connects at first use. Raises ``LakeRefused`` and ``LakeUnavailable`` for keys."""
        s3 = self.location.s3
        if s3 is None:
            return self._without_keys
        keys = s3.credentials.now()
        if self._built is None or self._built[0] != keys:
            self._built = keys, self._s3(s3, keys)
        return self._built[1]

    def asked(self, address: str, doing: str, ask: Callable[[fs.FileSystem], T]) -> T:
        """What ``ask`` makes of the file system; a ``FileNotFoundError`` is its business.

        Raises ``LakeRefused``, or ``LakeUnavailable`` where another try may help.
        """
        try:
            return patiently(lambda: ask(self.current()), self.settings.attempts, self._judged)
        except GivenUp as given_up:
            raise lake_failure(self.settings, self.location, address, doing, given_up.cause) from given_up

    @cached_property
    def _without_keys(self) -> fs.FileSystem:
        return fs.LocalFileSystem() if self.location.is_local else fs.GcsFileSystem()

    def _judged(self, error: Exception) -> StoreCause | None:
        if not isinstance(error, OSError):
            return None
        if _UNTOLD in str(error) and self.location.s3 is not None:
            error = self._told() or error
        return judged(error, self.location)

    def _told(self) -> OSError | None:
        """The same refusal with S3's words, where a listing is refused too."""
        try:
            self.current().get_file_info(fs.FileSelector(self.base, allow_not_found=True))
        except OSError as error:
            return error
        return None

    def _s3(self, s3: S3, keys: Keys) -> fs.FileSystem:
        return fs.S3FileSystem(
            access_key=keys.access_key_id,
            secret_key=keys.secret_access_key,
            session_token=keys.session_token,
            region=s3.region,
            scheme=s3.endpoint.partition(":")[0],
            endpoint_override=s3.endpoint,
            proxy_options=s3.proxy,
            tls_ca_file_path=_trusted(s3.system_cas, s3.extra_ca),
            connect_timeout=5,
            request_timeout=self.settings.timeout,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=1),
            allow_bucket_creation=self.create_buckets,
        )


_CERTIFICATE = re.compile(
    rb"-----BEGIN ((?:TRUSTED |X509 )?)CERTIFICATE-----.*?-----END \1CERTIFICATE-----", re.DOTALL
)


@lru_cache(maxsize=8)
def _trusted(system: tuple[Path, ...], extra: Path | None) -> str | None:
    """A file of the CAs that the writer trusts too: it adds AWS's file to the system's. None: pyarrow's default."""
    files = [*system, *([extra] if extra else [])]
    if len(files) < 2:
        return str(files[0]) if files else None
    with tempfile.NamedTemporaryFile(prefix="waybill-ca-", suffix=".pem", delete=False) as whole:
        for one in files:
            # Nothing else that the file may hold, such as the server's own key.
            whole.write(b"".join(found[0] + b"\n" for found in _CERTIFICATE.finditer(one.read_bytes())))
    atexit.register(Path(whole.name).unlink, missing_ok=True)
    return whole.name
