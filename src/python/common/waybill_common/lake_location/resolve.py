"""From settings and environment to the location: its address, the way to it, and whose keys sign."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import HttpUrl

from waybill_common.errors import SettingsRefused
from waybill_common.lake_location.store_keys import (
    Credentials,
    Keys,
    MachineKeys,
    Profile,
    SettingsKeys,
    machine,
    signs_of_profiles,
)
from waybill_common.lake_url import LakeUrl, parse_location_url
from waybill_common.network import (
    amazon_endpoint,
    checked_ca,
    checked_endpoint,
    extra_ca,
    proxy_for,
    system_cas,
)
from waybill_common.settings import LakeSettings

DEFAULT_REGION = "us-east-1"

_READ = ("AWS_", "SSL_CERT_", "HOME", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "GOOGLE_")

# obstore reads these for itself, and nothing can be passed that would undo them; pyarrow does not know them.
_OF_ONE_CLIENT = re.compile(
    "AWS_(SERVER_SIDE_ENCRYPTION|SSE_.+|CHECKSUM_ALGORITHM|COPY_IF_NOT_EXISTS|DISABLE_BULK_DELETE)",
    re.IGNORECASE,
)
_OF_ONE_CLIENT_GS = re.compile(
    "GOOGLE_(SERVICE_ACCOUNT.*|BUCKET(_NAME)?|SKIP_SIGNATURE|BASE_URL)|CLOUD_STORAGE_EMULATOR_ENDPOINT",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class S3:
    """How a bucket is reached. ``endpoint`` is always there, so that no client has a default of its own."""

    endpoint: str
    region: str
    proxy: str | None
    extra_ca: Path | None
    system_cas: tuple[Path, ...]
    sse: str | None
    sse_kms_key_id: str | None
    credentials: Credentials


@dataclass(frozen=True)
class LakeLocation:
    """Where a lake lies. ``s3`` is there exactly where it is a bucket of S3's kind."""

    url: LakeUrl
    s3: S3 | None

    @property
    def is_local(self) -> bool:
        return self.url.scheme == "file"


def here(settings: LakeSettings) -> LakeLocation:
    """The location as this process sees it, resolved once. Raises ``SettingsRefused``.

    A task on an executor has no command line that could hand it an environment, and may have a web identity of its own:
    so this, besides the programs' ``cli`` modules, reads the process's.
    """
    return _resolved(
        settings, frozenset((k, v) for k, v in os.environ.items() if k.upper().startswith(_READ))
    )


def pinned(settings: LakeSettings) -> LakeSettings:
    """For another process: the same location, whatever its environment says and wherever it starts. It finds keys that
    are not set itself."""
    s3 = here(settings).s3
    if s3 is None:
        return settings
    ca = settings.ca_file and str(Path(settings.ca_file).absolute())
    return settings.model_copy(update={"endpoint": HttpUrl(s3.endpoint), "region": s3.region, "ca_file": ca})


@lru_cache(maxsize=32)
def _resolved(settings: LakeSettings, environ: frozenset[tuple[str, str]]) -> LakeLocation:
    return resolve(settings, dict(environ), machine(environ))


def resolve(settings: LakeSettings, environ: Mapping[str, str], own: MachineKeys) -> LakeLocation:
    """Pure but for AWS's files and those of CAs. Raises ``SettingsRefused``."""
    url = parse_location_url(settings.url)
    ca = None if settings.ca_file is None else checked_ca(Path(settings.ca_file), "lake.ca_file")
    if url.scheme == "s3":
        return LakeLocation(url, _s3(settings, environ, own, ca))
    if settings.sse is not None:
        raise _refused("lake.sse", f"and {url.text} is no S3 bucket", "remove lake.sse")
    if url.scheme == "gs":
        _check_gs(settings, environ)
    return LakeLocation(url, None)


def _s3(settings: LakeSettings, environ: Mapping[str, str], own: MachineKeys, ca: Path | None) -> S3:
    for name in environ:
        if _OF_ONE_CLIENT.fullmatch(name):
            raise _refused(
                name, "which the lake's writer alone would obey", f"unset {name}; lake.sse encrypts"
            )
    asks_profile = signs_of_profiles(environ) and not (
        settings.endpoint and settings.region and _given(settings)
    )
    profile = own.profile() if asks_profile else Profile()
    region = (
        settings.region
        or environ.get("AWS_REGION")
        or environ.get("AWS_DEFAULT_REGION")
        or profile.region
        or DEFAULT_REGION
    )
    if not re.fullmatch("[A-Za-z0-9-]{1,63}", region):
        raise SettingsRefused(
            f"The region {region!r} can't be used.",
            allowed="a region's name, such as eu-west-1.",
            remedy="correct lake.region, AWS_REGION, AWS_DEFAULT_REGION or the AWS profile.",
        )
    if _given(settings) is None:
        _refuse_half(environ, profile)
    endpoint = _endpoint(settings, environ, profile) or amazon_endpoint(region, environ)
    tls = endpoint.startswith("https:")
    return S3(
        endpoint=endpoint,
        region=region,
        proxy=proxy_for(endpoint, environ),
        extra_ca=(ca or extra_ca(environ, profile.ca)) if tls else None,
        system_cas=system_cas(environ) if tls else (),
        sse=settings.sse,
        sse_kms_key_id=settings.sse_kms_key_id,
        credentials=_given(settings) or own,
    )


def _refuse_half(environ: Mapping[str, str], profile: Profile) -> None:
    """AWS's own search ignores a secret without its id, and might find another identity."""
    in_environ = environ.get("AWS_SECRET_ACCESS_KEY") and not environ.get("AWS_ACCESS_KEY_ID")
    if in_environ or profile.half:
        where = "The environment" if in_environ else "The AWS profile"
        raise SettingsRefused(
            f"{where} has a secret access key, and no access key id.",
            allowed="both, or neither.",
            remedy="set AWS_ACCESS_KEY_ID (aws_access_key_id in a file), or remove the secret.",
        )


def _endpoint(settings: LakeSettings, environ: Mapping[str, str], profile: Profile) -> str | None:
    if settings.endpoint is not None:
        return checked_endpoint(str(settings.endpoint), "lake.endpoint")
    if environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"):
        if environ.get(name):
            return checked_endpoint(environ[name], name)
    return checked_endpoint(profile.endpoint, "endpoint_url of the AWS profile") if profile.endpoint else None


def _given(settings: LakeSettings) -> SettingsKeys | None:
    if settings.access_key_id is None or settings.secret_access_key is None:
        return None
    token = settings.session_token
    secret = settings.secret_access_key.get_secret_value()
    return SettingsKeys(Keys(settings.access_key_id, secret, token.get_secret_value() if token else None))


def _check_gs(settings: LakeSettings, environ: Mapping[str, str]) -> None:
    for name in ("endpoint", "access_key_id", "ca_file"):
        if getattr(settings, name) is not None:
            raise _refused(f"lake.{name}", "which is of S3, and the lake is on gs://", f"remove lake.{name}")
    for variable in environ:
        if _OF_ONE_CLIENT_GS.fullmatch(variable):
            raise _refused(
                variable,
                "which the lake's writer alone would obey",
                f"unset {variable}; GOOGLE_APPLICATION_CREDENTIALS names a file of credentials to both",
            )


def _refused(name: str, why: str, remedy: str) -> SettingsRefused:
    return SettingsRefused(f"{name} is set, {why}.", allowed="what both clients do.", remedy=f"{remedy}.")
