"""Tokens for Amazon MSK: a signed URL of the region, and who may not be asked for one."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from waybill_common.errors import KafkaRefused, KafkaUnavailable, SettingsRefused
from waybill_common.kafka import librdkafka_config, spark_options
from waybill_common.kafka.msk import IamTokens
from waybill_common.settings import KafkaSettings

SETTINGS = KafkaSettings(bootstrap_servers="b:9098", auth="aws_msk_iam", region="eu-central-1")


@pytest.fixture(autouse=True)
def _no_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of this machine's own."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))


def test_a_token_is_a_signed_url_that_connects_to_clusters_of_the_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    token, ends = IamTokens("eu-central-1", None)()
    url = urlsplit(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode())
    said = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (url.scheme, url.hostname) == ("https", "kafka.eu-central-1.amazonaws.com")
    assert said["Action"] == "kafka-cluster:Connect"
    assert said["X-Amz-Credential"].startswith("AKIDEXAMPLE/")
    assert said["X-Amz-Credential"].endswith("/eu-central-1/kafka-cluster/aws4_request")
    assert (said["X-Amz-Algorithm"], said["X-Amz-Security-Token"]) == ("AWS4-HMAC-SHA256", "session")
    assert len(said["X-Amz-Signature"]) == 64
    assert 0 < ends - time.time() <= 900


def test_without_credentials_it_says_so() -> None:
    with pytest.raises(KafkaRefused, match="no AWS credentials"):
        IamTokens("eu-central-1", None)()


def test_what_a_process_of_a_profile_wrote_is_not_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\ncredential_process = /bin/sh -c 'echo token=hunter2-S3cr3t >&2; exit 1'\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with pytest.raises((KafkaRefused, KafkaUnavailable), match="credential_process failed") as raised:
        IamTokens("eu-west-1", None)()
    assert "hunter2" not in str(raised.value)


def test_librdkafka_is_told_tls_and_where_tokens_come_from() -> None:
    config = librdkafka_config(SETTINGS)
    assert config["security.protocol"] == "SASL_SSL"
    assert config["sasl.mechanism"] == "OAUTHBEARER"
    assert config["oauth_cb"] == IamTokens("eu-central-1", None)


def test_it_is_not_with_spark() -> None:
    with pytest.raises(SettingsRefused, match="not with Spark"):
        spark_options(SETTINGS)


def test_another_way_to_log_in_beside_it_is_refused() -> None:
    both = SETTINGS.model_copy(update={"properties": {"sasl.mechanism": "PLAIN"}})
    with pytest.raises(SettingsRefused, match=r"sasl\.mechanism = 'PLAIN' beside kafka\.auth"):
        librdkafka_config(both)


@pytest.mark.parametrize(
    "given",
    [{"auth": "aws_msk_iam"}, {"region": "eu-central-1"}, {"role": "arn:aws:iam::123456789012:role/r"}],
    ids=["no region", "no auth", "only a role"],
)
def test_auth_region_and_role_belong_together(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="belong together"):
        KafkaSettings.model_validate(given)
