"""How versions of the DAGs lie in a folder or a bucket, and which one is current.

    <url>/versions/<sha256 of the zip>/airflow_dags.zip   named by its content: created once, never overwritten
    <url>/deployments/000000000001.json                   one entry a deployment: created once, never overwritten

The deployment with the highest number is the current one. To publish is to store the zip and then to create the next
deployment, conditionally: readers see the old version or the new one, and of two publishers one is first. To roll back
is to create a deployment that names an older version. Nothing is changed, so nothing has to be locked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from waybill_airflow.bundle_error import BundleError

DEPLOYMENTS = "deployments/"
_VERSION = re.compile(r"[0-9a-f]{64}")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_OPTION = re.compile(
    r"[?&](region|scheme|profile|endpoint(_url|_override)?|(aws_)?access_key(_id)?|(aws_)?secret((_access)?_key)?"
    r"|(aws_)?session_token|allow_bucket_(creation|deletion)|anonymous|versionId|X-Amz-[A-Za-z]+)=",
    re.IGNORECASE,
)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ENTRY = re.compile(rf"{DEPLOYMENTS}([0-9]{{12}})\.json")


@dataclass(frozen=True)
class Deployment:
    """One entry: from ``at`` (UTC, ISO 8601) on, and until a later number exists, ``version`` is the current one."""

    number: int
    version: str
    at: str
    note: str = ""

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=2, sort_keys=True).encode() + b"\n"


def version_of(archive: bytes) -> str:
    """A zip's version: its SHA-256 in hex."""
    return hashlib.sha256(archive).hexdigest()


def is_version(text: str) -> bool:
    return _VERSION.fullmatch(text) is not None


def archive_key(version: str) -> str:
    return f"versions/{version}/airflow_dags.zip"


def deployment_key(number: int) -> str:
    """Twelve digits, so that keys sort as numbers do."""
    return f"{DEPLOYMENTS}{number:012d}.json"


def numbers(keys: Iterable[str]) -> list[int]:
    """The deployments among ``keys``, the current one first. Other files, such as an editor's copy, are ignored."""
    found = (_ENTRY.fullmatch(key) for key in keys)
    return sorted((int(one.group(1)) for one in found if one), reverse=True)


def read_deployment(number: int, body: bytes) -> Deployment:
    """The entry stored under ``number``. Raises ``BundleError`` where it is not what a publisher writes."""
    try:
        read = Deployment(**json.loads(body))
        if read.number == number and is_version(read.version) and isinstance(read.at + read.note, str):
            return read
        why = f"it says number {read.number!r} and version {read.version!r}"
    except (ValueError, TypeError) as error:
        why = str(error)
    raise BundleError(
        f"Deployment {deployment_key(number)} is damaged: {why}.",
        allowed="an entry as `waybill dags publish` writes it.",
        remedy="remove that object, or restore it from a backup, then publish again.",
    )


def following(current: Deployment | None, version: str, at: str, note: str) -> Deployment:
    """The entry after ``current``."""
    return Deployment(1 if current is None else current.number + 1, version, at, note)


@dataclass(frozen=True)
class VersionsLocation:
    """``folder``, or a ``bucket`` with a ``prefix``. Every character of the url stands for itself."""

    folder: str | None
    bucket: str
    prefix: str


def location_of(url: str) -> VersionsLocation:
    """What ``url`` names, as the lake's url is read. Raises ``BundleError``, without the url's user and password."""
    local = url.startswith(("/", "file:///"))
    whole = url.removeprefix("file://") if local else url.removeprefix("s3://")
    bucket, _, path = whole.partition("/")
    parts = path.removesuffix("/").split("/") if path or local else []
    too_long = local and (
        len(path.encode(errors="replace")) > 3000
        or any(len(one.encode(errors="replace")) > 255 for one in parts)
    )
    user = re.match(r"[A-Za-z0-9+.-]+:/*[^/]*@", url) is not None or _OPTION.search(url) is not None
    good = (
        not bucket if local else url.startswith("s3://") and _BUCKET.fullmatch(bucket) is not None
    ) and not user
    if not good or too_long or any(part in ("", ".", "..") for part in parts) or _UNPRINTABLE.search(url):
        may_hold_secret = re.search(r"(?::|//).*(?:@|%(?:25)*40)|:/*[^/]*:", url, re.DOTALL) is not None
        shown = " with a user or an option in it" if user else "" if may_hold_secret else f", {url!r},"
        raise BundleError(
            f"The url of the DAG versions{shown} can't be used.",
            allowed="/folder, file:///folder or s3://bucket/prefix, without user and password, and without the parts "
            "`.` and `..` and empty ones.",
            remedy="correct it; keys belong into the Airflow connection that conn_id names.",
        )
    joined = "/".join(parts)
    return VersionsLocation(f"/{joined}", "", "") if local else VersionsLocation(None, bucket, joined)


def checked_url(url: str) -> str:
    """``url`` without a slash at its end. Raises ``BundleError``, without the url's user and password."""
    location_of(url)
    return url.removesuffix("/")
