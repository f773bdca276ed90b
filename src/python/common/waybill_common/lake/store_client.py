"""obstore's client of a location. It reads variables of its own, so each is set here or was refused before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from obstore.store import GCSStore, LocalStore, ObjectStore, S3Store

from waybill_common.errors import WaybillError
from waybill_common.lake_location import S3, Credentials, LakeLocation

if TYPE_CHECKING:  # obstore has these for type checkers only
    from obstore.store import ClientConfig, S3Config, S3Credential

_CONNECT = timedelta(seconds=5)

_ONCE = timedelta(seconds=60)
"""How long obstore keeps keys before it asks for them again. That costs nothing: botocore keeps them, and renews."""

_EVERY_HOST = "*,0.0.0.0/0,::/0"


@dataclass
class Signer:
    """What obstore calls for keys. It passes on only the text of an error, so the last one is kept here."""

    credentials: Credentials
    failure: WaybillError | None = field(default=None)

    def __call__(self) -> S3Credential:
        try:
            keys = self.credentials.now()
        except WaybillError as error:
            self.failure = error
            raise
        self.failure = None
        return {
            "access_key_id": keys.access_key_id,
            "secret_access_key": keys.secret_access_key,
            "token": keys.session_token,
            "expires_at": datetime.now(UTC) + _ONCE,
        }


@dataclass(frozen=True)
class StoreClient:
    """A store, and why its keys could not be had, if they could not."""

    store: ObjectStore
    key_failure: Callable[[], WaybillError | None]


@lru_cache(maxsize=8)
def shared_client(location: LakeLocation, timeout: float) -> StoreClient:
    """One for all datasets in a bucket, and for all commits: each client keeps connections of its own, and a run may be
    of hundreds of streams.
    """
    return open_client(location, timeout=timeout)


def open_folder(folder: str) -> StoreClient:
    """A client of a local dataset's folder, which it makes."""
    return StoreClient(LocalStore(folder, mkdir=True), lambda: None)


def open_client(location: LakeLocation, *, timeout: float) -> StoreClient:
    """A client of a bucket; it connects at first use. It tries a request once: ``patience`` repeats it."""
    prefix = location.url.path or None
    client: ClientConfig = {"timeout": timedelta(seconds=timeout), "connect_timeout": _CONNECT}
    if location.s3 is None:
        gcs = GCSStore(
            location.url.bucket, prefix=prefix, client_options=client, retry_config={"max_retries": 0}
        )
        return StoreClient(gcs, lambda: None)
    signer = Signer(location.s3.credentials)
    store = S3Store(
        location.url.bucket,
        prefix=prefix,
        config=_config(location.s3),
        client_options={**client, **_way(location.s3)},
        retry_config={"max_retries": 0},
        credential_provider=signer,
    )
    return StoreClient(store, lambda: signer.failure)


def _config(s3: S3) -> S3Config:
    config: S3Config = {
        "endpoint": s3.endpoint,
        "aws_endpoint_url_s3": s3.endpoint,
        "region": s3.region,
        "conditional_put": "etag",
        "virtual_hosted_style_request": False,
        "skip_signature": False,
        "unsigned_payload": False,
        "request_payer": False,
        "s3_express": False,
        "disable_tagging": False,
    }
    if s3.sse is not None:
        config["server_side_encryption"] = s3.sse
    if s3.sse_kms_key_id is not None:
        config["sse_kms_key_id"] = s3.sse_kms_key_id
    return config


def _way(s3: S3) -> ClientConfig:
    """Without a proxy of ours it would look for one itself; one that no host uses stops that."""
    way: ClientConfig = {"allow_http": s3.endpoint.startswith("http:")}
    if s3.proxy is not None:
        way["proxy_url"] = s3.proxy
        way["proxy_excludes"] = ""
    else:
        way["proxy_url"] = "http://127.0.0.1:9"
        way["proxy_excludes"] = _EVERY_HOST
    if s3.extra_ca is not None:
        way["root_certificate"] = s3.extra_ca.read_bytes()
    return way
