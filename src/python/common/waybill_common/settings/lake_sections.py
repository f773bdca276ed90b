"""Sections about where the lake and the DAG versions lie."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, HttpUrl, SecretStr, ValidationInfo, field_validator

from waybill_common.lake_url import parse_location_url
from waybill_common.settings.section import Seconds, Section


class LakeSettings(Section):
    """Where the dataset lies: a folder, or a bucket with an optional prefix. In its URL every character stands for
    itself: ``%``, ``#``, ``?`` and blanks too.
    """

    url: str = Field(
        "file:///var/lib/waybill",
        description="Where datasets lie: a folder, or a bucket of S3 or GCS with or without a prefix.",
    )
    endpoint: HttpUrl | None = Field(
        None,
        description="Address of an S3 server other than Amazon's. Else AWS_ENDPOINT_URL_S3 and the like count.",
    )
    region: str | None = Field(
        None,
        description="Region of an S3 bucket. Else AWS_REGION, AWS_DEFAULT_REGION, the AWS profile's, us-east-1.",
    )
    ca_file: str | None = Field(
        None,
        description="PEM file of the CAs that an S3 server's certificate may be signed by, besides the system's. "
        "Executors need it under the same path. Else AWS_CA_BUNDLE counts.",
    )
    access_key_id: str | None = Field(
        None,
        min_length=1,
        description="S3 access key. Without one, the machine's own AWS credentials are used (docs/lake.md).",
    )
    secret_access_key: SecretStr | None = Field(
        None, validate_default=True, description="S3 secret key, with `access_key_id`."
    )
    session_token: SecretStr | None = Field(
        None, validate_default=True, description="With keys that expire, the token that came with them."
    )
    sse: Literal["AES256", "aws:kms", "aws:kms:dsse"] | None = Field(
        None, description="Encryption that each object is stored with. Unset: what the bucket does by itself."
    )
    sse_kms_key_id: str | None = Field(
        None,
        pattern=r"^[!-~]+$",
        validate_default=True,
        description="KMS key for `aws:kms` and `aws:kms:dsse`: an id, ARN or alias. Unset: the account's own for S3.",
    )
    attempts: int = Field(
        6, ge=1, le=100, description="Tries of one request to the store before the run gives up."
    )
    timeout: Seconds = Field(30.0, description="Longest wait for one request to the store.")

    @field_validator("url")
    @classmethod
    def _a_place(cls, url: str) -> str:
        parse_location_url(url)
        return url

    @field_validator("secret_access_key")
    @classmethod
    def _with_an_id(cls, secret: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if secret is not None and not secret.get_secret_value():
            raise ValueError("it is empty")
        if (secret is None) != (others.data.get("access_key_id") is None):
            raise ValueError("lake.access_key_id and lake.secret_access_key belong together")
        return secret

    @field_validator("session_token")
    @classmethod
    def _with_keys(cls, token: SecretStr | None, others: ValidationInfo) -> SecretStr | None:
        if token is not None and others.data.get("access_key_id") is None:
            raise ValueError("lake.session_token belongs to lake.access_key_id, which is not set")
        return token

    @field_validator("sse_kms_key_id")
    @classmethod
    def _with_kms(cls, key: str | None, others: ValidationInfo) -> str | None:
        if key is not None and others.data.get("sse") not in ("aws:kms", "aws:kms:dsse"):
            raise ValueError("lake.sse_kms_key_id belongs to lake.sse = aws:kms or aws:kms:dsse")
        return key


class DagsSettings(Section):
    """Where versions of the DAGs are published, for Airflow's `WaybillDagBundle`. A bucket is reached as the lake's is:
    with `lake.endpoint`, `lake.region` and the lake's keys.
    """

    url: str | None = Field(
        None, description="A folder of its own, or a bucket of S3 with or without a prefix."
    )

    @field_validator("url")
    @classmethod
    def _a_place(cls, url: str | None) -> str | None:
        if url is not None and parse_location_url(url).scheme == "gs":
            raise ValueError("Airflow's bundle can't read gs://")
        return url
