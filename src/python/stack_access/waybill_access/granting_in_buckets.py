"""Tells MinIO of the stack's users: their keys, and a policy of its own for each."""

from __future__ import annotations

from collections.abc import Mapping

import urllib3
from minio import Minio, MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException, S3Error
from pydantic import SecretStr

from waybill_access.bucket_policies import policy
from waybill_common.errors import LakeRefused, LakeUnavailable, SettingsRefused
from waybill_common.settings import LakeSettings


def set_users(store: LakeSettings, keys: Mapping[str, SecretStr], own_bucket: str) -> None:
    """``store`` has the root's key. ``own_bucket`` is made where it is missing. Raises ``LakeRefused`` and
    ``LakeUnavailable``.
    """
    url = store.endpoint
    if url is None or store.access_key_id is None or store.secret_access_key is None:
        raise SettingsRefused(
            "MinIO's address or its root's key is missing.",
            allowed="lake.endpoint, lake.access_key_id and lake.secret_access_key.",
            remedy="set the three; docker/compose.yaml shows how.",
        )
    root = StaticProvider(store.access_key_id, store.secret_access_key.get_secret_value())
    pool = urllib3.PoolManager(timeout=store.timeout, retries=store.attempts)
    address, secure = f"{url.host}:{url.port}", url.scheme == "https"
    try:
        admin = MinioAdmin(endpoint=address, credentials=root, secure=secure, http_client=pool)
        for user, key in keys.items():
            admin.policy_add(user, policy=policy(user))
            admin.user_add(user, key.get_secret_value())
            admin.policy_set(user, user=user)
        _make(Minio(address, credentials=root, secure=secure, http_client=pool), own_bucket)
    except (MinioAdminException, S3Error) as error:
        raise LakeRefused(
            f"MinIO at {url} refused to be told of its users: {error}",
            allowed="the root's key, of a MinIO that this release knows.",
            remedy="see MinIO's log; docker/README.md says where the root's key lies.",
        ) from error
    except urllib3.exceptions.HTTPError as error:
        raise LakeUnavailable(
            f"MinIO at {url} does not answer: {error}",
            allowed=f"an answer within {store.timeout:g} s, {store.attempts} tries.",
            remedy="see whether it runs; then run this again.",
        ) from error


def _make(store: Minio, bucket: str) -> None:
    try:
        store.make_bucket(bucket)
    except S3Error as error:
        if error.code != "BucketAlreadyOwnedByYou":
            raise
