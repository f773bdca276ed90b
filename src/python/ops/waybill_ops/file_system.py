"""The lake as pyarrow sees it. Nothing of the writer's store (obstore) is in it, so that the two check each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from pyarrow import fs

from waybill_common.errors import LakeRefused
from waybill_common.errors import LakeUnavailable
from waybill_common.settings import LakeSettings

_REFUSALS = (
    "ACCESS_DENIED",
    "NO_SUCH_BUCKET",
    "INVALID_ACCESS_KEY_ID",
    "SIGNATURE_DOES_NOT_MATCH",
    "HTTP status 403",
)


def is_local(settings: LakeSettings) -> bool:
    return settings.url.startswith(("/", "file:"))


def base_path(settings: LakeSettings) -> str:
    """The lake as a path of its file system: the folder, or the bucket with its prefix."""
    parts = urlsplit(settings.url)
    return f"{parts.netloc}{parts.path}".rstrip("/") or "/"


def top_folder(settings: LakeSettings) -> str:
    """What has to exist before there can be a lake: the folder, or the bucket."""
    base = base_path(settings)
    return base if is_local(settings) else base.split("/", 1)[0]


def open_file_system(settings: LakeSettings, *, create_buckets: bool = False) -> fs.FileSystem:
    """Connects at first use. Raises ``LakeRefused`` for a kind of store that pyarrow does not know."""
    if is_local(settings):
        return fs.LocalFileSystem()
    if settings.url.startswith("s3:"):
        key, endpoint = settings.secret_access_key, settings.endpoint
        return fs.S3FileSystem(
            access_key=settings.access_key_id,
            secret_key=key.get_secret_value() if key else None,
            region=settings.region,
            endpoint_override=f"{endpoint.host}:{endpoint.port}" if endpoint else None,
            scheme=endpoint.scheme if endpoint else "https",
            connect_timeout=5,
            request_timeout=settings.timeout,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=settings.attempts),
            allow_bucket_creation=create_buckets,
        )
    if settings.url.startswith("gs:"):
        return fs.FileSystem.from_uri(settings.url)[0]
    raise LakeRefused(
        f"{settings.url} can't be read with pyarrow.",
        allowed="a lake on a local folder, s3:// or gs://.",
        remedy="mount the container, or run the auditor in examples/ against a copy.",
    )


@contextmanager
def lake_errors(settings: LakeSettings, address: str, doing: str) -> Iterator[None]:
    """pyarrow's ``OSError`` as ``LakeRefused``, or ``LakeUnavailable`` where another try may help."""
    try:
        yield
    except OSError as error:
        why = str(error).splitlines()[0][:300]
        if is_local(settings) or isinstance(error, PermissionError) or any(code in why for code in _REFUSALS):
            raise LakeRefused(
                f"The lake {address} refused {doing}: {why}.",
                allowed="a folder or bucket that these credentials may list and read.",
                remedy="correct lake.url, its owner or the credentials.",
            ) from error
        raise LakeUnavailable(
            f"The lake {address} did not manage {doing}: {why}.",
            allowed=f"an answer within {settings.attempts} attempts of {settings.timeout:g} s.",
            remedy="check that the store runs and lake.endpoint is right; run again.",
        ) from error
