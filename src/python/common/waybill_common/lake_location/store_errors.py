"""A cause as an error with an exit code: the same one whichever client met it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from waybill_common.errors import LakeRefused, LakeUnavailable
from waybill_common.lake_location.resolve import LakeLocation
from waybill_common.lake_location.store_causes import StoreCause, cause_of
from waybill_common.settings import LakeSettings
from waybill_common.tls import speaks_tls

_PROBE_SECONDS = 3.0


def judged(error: BaseException, location: LakeLocation) -> StoreCause:
    """The cause. A folder's is always permanent; a plain client that meets TLS sees only an end of its connection."""
    cause = cause_of(error)
    if location.is_local:
        return replace(cause, permanent=True)
    plain = location.s3 is not None and location.s3.endpoint.startswith("http:") and location.s3.proxy is None
    unheard = cause.sent and not (cause.permanent or cause.answered)
    if location.s3 is not None and plain and unheard and _speaks_tls(location.s3.endpoint):
        return StoreCause(
            "it speaks TLS, and was asked without", permanent=True, remedy="write https:// in lake.endpoint"
        )
    return cause


@lru_cache(maxsize=8)
def _speaks_tls(endpoint: str) -> bool:
    """Asked once a process, after a request without TLS failed."""
    parts = urlsplit(endpoint)
    return speaks_tls((parts.hostname or "", parts.port or 80), _PROBE_SECONDS)


def lake_failure(
    settings: LakeSettings,
    location: LakeLocation,
    address: str,
    doing: str,
    cause: StoreCause,
    setting: str = "lake.url",
) -> LakeRefused | LakeUnavailable:
    """``address`` is the folder that was asked for, ``setting`` what its own setting is called."""
    if location.is_local:
        return LakeRefused(
            f"The lake {address} failed at {doing}: {cause.text}.",
            allowed="a folder that this user may create and write, on a disk with room.",
            remedy=f"correct {setting}, the folder's owner or the disk; then run again.",
        )
    way = _way(location)
    if cause.permanent:
        return LakeRefused(
            f"The lake {address}{way} refused {doing}: {cause.text}.",
            allowed="a bucket that exists, at the right address, with credentials that may list, read and write.",
            remedy=f"{_remedy(cause, setting)}; then run again.",
        )
    return LakeUnavailable(
        f"The lake {address}{way} did not manage {doing}: {cause.text}.",
        allowed=f"an answer within {settings.attempts} attempts of {settings.timeout:g} s.",
        remedy="check that the store runs and that its address is spelled right: from here the one looks like the "
        "other; run again, nothing is lost.",
    )


def _remedy(cause: StoreCause, setting: str) -> str:
    if cause.no_bucket:
        return f"{cause.remedy}, or correct {setting}"
    return cause.remedy or f"correct {setting}, lake.endpoint or the credentials"


def _way(location: LakeLocation) -> str:
    if location.s3 is None:
        return ""
    host = urlsplit(location.s3.proxy).hostname if location.s3.proxy else None
    return f" (at {location.s3.endpoint}{f' by the proxy {host}' if host else ''})"
