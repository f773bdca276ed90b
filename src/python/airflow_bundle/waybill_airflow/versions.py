"""Reading versions and deployments from where they lie."""

from __future__ import annotations

import codecs
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from obstore import exceptions
from obstore.store import LocalStore, ObjectStore, S3Store

from waybill_airflow.bundle_error import BundleError
from waybill_airflow.layout import (
    DEPLOYMENTS,
    Deployment,
    archive_key,
    deployment_key,
    location_of,
    numbers,
    read_deployment,
    version_of,
)

if TYPE_CHECKING:  # obstore has these for type checkers only
    from obstore.store import ClientConfig, RetryConfig, S3Config, S3Credential, S3CredentialProvider

log = logging.getLogger(__name__)

_REQUEST = timedelta(seconds=30)
_CONNECT = timedelta(seconds=5)
_RETRIES = 3


@dataclass(frozen=True)
class VersionReader:
    """A folder or bucket of versions. ``conn_id`` names the Airflow connection with the S3 keys, read at each use."""

    url: str
    endpoint: str | None
    region: str
    conn_id: str | None
    ca_file: str | None = None

    def current(self) -> Deployment:
        """The deployment with the highest number. Raises ``BundleError``, also where there is none."""
        with self._errors("the deployments"):
            store = self._open()
            known = numbers(one["path"] for page in obstore.list(store, DEPLOYMENTS) for one in page)
            if known:
                key = deployment_key(known[0])
                return read_deployment(known[0], bytes(obstore.get(store, key).bytes()))
        raise BundleError(
            f"Nothing is published at {self.url} yet.",
            allowed="at least one deployment.",
            remedy="run `waybill dags publish dist/airflow_dags.zip` with this url as dags.url.",
        )

    def archive(self, version: str) -> bytes:
        """The zip of ``version``. Raises ``BundleError`` where there is none, or one with other bytes."""
        key = archive_key(version)
        with self._errors(key):
            found = bytes(obstore.get(self._open(), key).bytes())
        actual = version_of(found)
        if actual != version:
            raise BundleError(
                f"The zip at {self.url}/{key} is torn or altered: its {len(found)} bytes have sha256 {actual}.",
                allowed=f"bytes with sha256 {version}, as they were published.",
                remedy="remove that object and publish the zip again, or `waybill dags rollback`.",
            )
        return found

    def _open(self) -> ObjectStore:
        location = location_of(self.url)
        if location.folder is not None:
            return LocalStore(location.folder)
        client: ClientConfig = {"timeout": _REQUEST, "connect_timeout": _CONNECT}
        retry: RetryConfig = {"max_retries": _RETRIES, "retry_timeout": _REQUEST * (_RETRIES + 1)}
        config: S3Config = {
            "region": self.region,
            "skip_signature": False,
            "virtual_hosted_style_request": False,
        }
        if self.endpoint is not None:
            config["endpoint"] = config["aws_endpoint_url_s3"] = self.endpoint
            client["allow_http"] = self.endpoint.startswith("http:")
        if self.ca_file is not None:
            client["root_certificate"] = _authorities(Path(self.ca_file))
        return S3Store(
            location.bucket,
            prefix=location.prefix or None,
            config=config,
            client_options=client,
            retry_config=retry,
            credential_provider=_own_keys() if self.conn_id is None else _keys(self.conn_id),
        )

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        try:
            yield
        except (exceptions.BaseError, OSError) as error:
            raise BundleError(
                f"{what} at {self.url} can't be read: {_gist(error)}.",
                allowed="a folder or bucket that is there, answers, and lets these credentials list and read.",
                remedy="check the store, and url, endpoint and conn_id in dag_bundle_config_list.",
            ) from error


@lru_cache
def warn_of_exposure(endpoint: str | None) -> None:
    """Once in a process. Keys are not sent, but what comes back is code, and anybody on the way could change it."""
    parts = urlsplit(endpoint or "")
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        log.warning(
            "The DAG bundle's endpoint is http://, on %s: DAGs come from there without anybody's signature. "
            "Remedy: https://, with ca_file where the CA is your own.",
            ascii(parts.hostname),
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _authorities(path: Path) -> bytes:
    context, found, why = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), b"", "there is none in it"
    try:
        found = path.read_bytes()
        context.load_verify_locations(cadata=found.decode("ascii", "replace"))
    except (OSError, ValueError) as error:
        why = str(error)
    plain = b"-----BEGIN CERTIFICATE-----" in found and not found.startswith(codecs.BOM_UTF8)
    if not plain or not context.cert_store_stats()["x509"]:
        raise BundleError(
            f"ca_file names {path}, which holds no certificates that can be read: {why}.",
            allowed="a file of certificates in PEM, each after -----BEGIN CERTIFICATE-----, without a byte order mark.",
            remedy="correct ca_file in dag_bundle_config_list.",
        )
    return found


def _gist(error: BaseException) -> str:
    """Everything but obstore's debug output: S3's Code and Message stand on the second line."""
    said = str(error).strip().partition("\n\nDebug source:")[0] or repr(error)
    return " ".join(said.split())[:500].rstrip(".")


def _own_keys() -> S3CredentialProvider | None:
    """The machine's own, found as AWS's tools do, and renewed. None: obstore's own search, which knows no profiles.

    The Amazon provider brings botocore along; who has no S3 need not install it.
    """
    try:
        from botocore.exceptions import BotoCoreError  # pants: no-infer-dep
        from botocore.session import get_session  # pants: no-infer-dep
    except ImportError:
        return None
    try:
        found, why = get_session().get_credentials(), "none were found"
    except BotoCoreError as error:
        found, why = None, str(error).rstrip(".")
    if found is None:
        raise BundleError(
            f"This machine has no AWS credentials: {why}.",
            allowed="variables, a web identity, a profile, or the role of a container or an instance.",
            remedy="give it one of these, or name a connection with keys as conn_id in dag_bundle_config_list.",
        )

    def now() -> S3Credential:
        keys = found.get_frozen_credentials()
        return {
            "access_key_id": keys.access_key,
            "secret_access_key": keys.secret_key,
            "token": keys.token,
            "expires_at": datetime.now(UTC) + _REQUEST,
        }

    return now


def _keys(conn_id: str) -> S3CredentialProvider:
    try:
        connection = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        connection = None
    if connection is None or not connection.login or not connection.password:
        raise BundleError(
            f"The Airflow connection {conn_id} {'has no login or no password' if connection else 'is not there'}.",
            allowed="a connection with the S3 access key as its login and the secret key as its password.",
            remedy="correct it, or leave conn_id out: then the machine's own AWS credentials are used.",
        )
    keys: S3Credential = {
        "access_key_id": connection.login,
        "secret_access_key": connection.password,
        "token": connection.extra_dejson.get("aws_session_token"),
        "expires_at": None,
    }
    return lambda: keys
