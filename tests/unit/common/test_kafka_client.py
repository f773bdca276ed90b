"""One connection in two spellings: librdkafka's and the Java client's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from waybill_common.errors import SettingsRefused
from waybill_common.kafka import librdkafka_config, spark_options
from waybill_common.kafka.clients import open_admin
from waybill_common.kafka.tls_probe import Tls, find_cause
from waybill_common.settings import KafkaSettings

RESERVED = [
    "bootstrap.servers",
    "metadata.broker.list",
    "request.required.acks",
    "isolation.level",
    "group.id",
    "auto.offset.reset",
    "enable.auto.commit",
    "enable.idempotence",
    "transactional.id",
    "acks",
]
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"
BASE = {
    "kafka.bootstrap.servers": "b:9092",
    "kafka.isolation.level": "read_committed",
    "kafka.request.timeout.ms": "30000",
    "kafka.default.api.timeout.ms": "30000",
}


def kafka(properties: dict[str, str], **secrets: str) -> KafkaSettings:
    named = {name.replace("_", "."): value for name, value in secrets.items()}
    return KafkaSettings.model_validate(
        {"bootstrap_servers": "b:9092", "properties": properties, "secrets": named}
    )


def test_without_properties_both_name_the_brokers_and_spark_reads_committed_records_only() -> None:
    assert librdkafka_config(kafka({}))["bootstrap.servers"] == "b:9092"
    assert spark_options(kafka({})) == BASE


def test_properties_and_secrets_reach_librdkafka_and_ours_come_last() -> None:
    settings = kafka({"linger.ms": "5", "client.id": "theirs"}, sasl_password="hush")
    assert (
        librdkafka_config(settings, {"client.id": "ours"}).items()
        >= {
            "bootstrap.servers": "b:9092",
            "linger.ms": "5",
            "sasl.password": "hush",
            "client.id": "ours",
        }.items()
    )


@pytest.mark.parametrize("name", RESERVED)
@pytest.mark.parametrize("form", [librdkafka_config, spark_options], ids=["librdkafka", "spark"])
def test_a_property_that_delivery_rests_on_is_refused(name: str, form: object) -> None:
    with pytest.raises(SettingsRefused) as raised:
        form(kafka({name: "x"}))  # type: ignore[operator]  # both take the settings
    assert f"{name} = 'x'" in raised.value.found
    assert name in raised.value.remedy


@pytest.mark.parametrize("key", ["sasl.mechanism", "sasl.mechanisms"])
@pytest.mark.parametrize(
    ("mechanism", "module"),
    [("PLAIN", PLAIN), ("SCRAM-SHA-256", SCRAM), ("SCRAM-SHA-512", SCRAM)],
    ids=["plain", "scram-256", "scram-512"],
)
def test_sasl_with_a_password_becomes_a_jaas_line(key: str, mechanism: str, module: str) -> None:
    settings = kafka(
        {"security.protocol": "SASL_SSL", key: mechanism, "sasl.username": "ada"}, sasl_password='a"b\\c'
    )
    assert spark_options(settings) == BASE | {
        "kafka.security.protocol": "SASL_SSL",
        "kafka.sasl.mechanism": mechanism,
        "kafka.sasl.jaas.config": f'{module} required username="ada" password="a\\"b\\\\c";',
    }


def test_a_mechanism_that_has_no_password_is_refused_with_those_that_have() -> None:
    with pytest.raises(SettingsRefused, match="GSSAPI") as raised:
        spark_options(kafka({"sasl.mechanism": "GSSAPI", "sasl.username": "ada"}))
    assert "SCRAM-SHA-512" in raised.value.allowed


def test_tls_with_pem_files_and_texts() -> None:
    settings = kafka(
        {"security.protocol": "SSL", "ssl.ca.location": "/ca.pem", "ssl.certificate.pem": "CERT"},
        ssl_key_pem="KEY",
        ssl_key_password="hush",
    )
    assert spark_options(settings) == BASE | {
        "kafka.security.protocol": "SSL",
        "kafka.ssl.truststore.type": "PEM",
        "kafka.ssl.truststore.location": "/ca.pem",
        "kafka.ssl.keystore.type": "PEM",
        "kafka.ssl.keystore.certificate.chain": "CERT",
        "kafka.ssl.keystore.key": "KEY",
        "kafka.ssl.key.password": "hush",
    }


def test_a_ca_as_text() -> None:
    options = spark_options(kafka({"ssl.ca.pem": "CA"}))
    assert options["kafka.ssl.truststore.certificates"] == "CA"
    assert options["kafka.ssl.truststore.type"] == "PEM"


@pytest.mark.parametrize(
    "properties",
    [{"enable.ssl.certificate.verification": "false"}, {"ssl.endpoint.identification.algorithm": "none"}],
    ids=["no verification", "no host names"],
)
def test_host_names_that_librdkafka_does_not_check_java_does_not_check_either(
    properties: dict[str, str],
) -> None:
    assert spark_options(kafka(properties))["kafka.ssl.endpoint.identification.algorithm"] == ""


@pytest.mark.parametrize("spelled", ["False", "FALSE", "f", "F", "0"])
def test_every_spelling_of_false_that_librdkafka_takes_means_the_same_to_java(spelled: str) -> None:
    settings = kafka(
        {
            "security.protocol": "ssl",
            "enable.ssl.certificate.verification": spelled,
            "ssl.ca.location": "/ca.pem",
        }
    )
    options = spark_options(settings)
    assert options["kafka.ssl.endpoint.identification.algorithm"] == ""
    assert options["kafka.security.protocol"] == "SSL"


def test_java_can_not_be_told_to_trust_anybody() -> None:
    settings = kafka({"security.protocol": "SSL", "enable.ssl.certificate.verification": "0"})
    with pytest.raises(SettingsRefused, match=r"enable\.ssl\.certificate\.verification = '0'"):
        spark_options(settings)


def test_pem_files_are_read_and_only_what_java_takes_is_passed_on(tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text(f"Bag Attributes\n{KEY}\nsubject=CN\n{CERTIFICATE}\n")
    options = spark_options(kafka({"ssl.certificate.location": str(both), "ssl.key.location": str(both)}))
    assert options["kafka.ssl.keystore.certificate.chain"] == CERTIFICATE
    assert options["kafka.ssl.keystore.key"] == KEY
    assert options["kafka.ssl.keystore.type"] == "PEM"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (KEY.replace("PRIVATE", "RSA PRIVATE"), "RSA PRIVATE KEY"),
        (KEY.replace("PRIVATE", "EC PRIVATE"), "EC PRIVATE KEY"),
        ("no key", "no PEM private key"),
    ],
    ids=["PKCS#1", "SEC1", "none"],
)
def test_a_key_that_java_can_not_read_is_refused(text: str, found: str, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text(text)
    with pytest.raises(SettingsRefused, match=found):
        spark_options(kafka({"ssl.key.location": str(key)}))


def test_a_file_that_is_not_there_and_a_folder_of_authorities_are_refused(tmp_path: Path) -> None:
    for name, value in (("ssl.certificate.location", "/no/such.pem"), ("ssl.ca.location", str(tmp_path))):
        with pytest.raises(SettingsRefused, match=name):
            spark_options(kafka({name: value}))


def test_pkcs12_is_a_keystore_of_its_own() -> None:
    options = spark_options(kafka({"ssl.keystore.location": "/s.p12"}, ssl_keystore_password="hush"))
    assert options["kafka.ssl.keystore.type"] == "PKCS12"
    assert options["kafka.ssl.keystore.password"] == options["kafka.ssl.key.password"] == "hush"


def test_tokens_of_an_endpoint_become_a_jaas_line() -> None:
    prefix = "sasl.oauthbearer."
    properties = {
        "sasl.mechanism": "OAUTHBEARER",
        f"{prefix}method": "oidc",
        f"{prefix}client.id": "ada",
        f"{prefix}scope": "kafka",
        f"{prefix}extensions": "logicalCluster=lkc-1,identityPoolId=p",
        f"{prefix}token.endpoint.url": "https://idp/token",
        "https.ca.location": "/idp.pem",
    }
    options = spark_options(kafka(properties, sasl_oauthbearer_client_secret='h"ush'))
    assert options["kafka.sasl.jaas.config"] == (
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required "
        'clientId="ada" clientSecret="h\\"ush" scope="kafka" extension_logicalCluster="lkc-1" '
        'extension_identityPoolId="p" ssl.truststore.type="PEM" ssl.truststore.location="/idp.pem";'
    )
    assert options["kafka.sasl.oauthbearer.token.endpoint.url"] == "https://idp/token"
    assert options["kafka.sasl.login.callback.handler.class"].endswith(".OAuthBearerLoginCallbackHandler")


@pytest.mark.parametrize(
    "more",
    [{}, {"method": "oidc", "grant.type": "urn:ietf:params:oauth:grant-type:jwt-bearer"}],
    ids=["a method of librdkafka's", "another grant"],
)
def test_other_tokens_are_refused(more: dict[str, str]) -> None:
    named = {f"sasl.oauthbearer.{name}": value for name, value in more.items()}
    with pytest.raises(SettingsRefused, match=r"sasl\.oauthbearer\."):
        spark_options(kafka({"sasl.mechanism": "OAUTHBEARER", **named}))


def test_tuning_that_only_librdkafka_knows_stays_there() -> None:
    settings = kafka({"queued.min.messages": "1000", "client.rack": "a", "fetch.wait.max.ms": "10"})
    assert spark_options(settings) == BASE | {"kafka.client.rack": "a"}


@pytest.mark.parametrize("text", ["\ud800", "a\x00b"], ids=["surrogate", "nul"])
def test_a_property_that_no_text_has_is_refused(text: str) -> None:
    with pytest.raises(SettingsRefused, match="a character that no text has"):
        librdkafka_config(KafkaSettings(properties={"client.id": text}))


@pytest.mark.parametrize(
    "name", ["topic.acks", "topic.auto.offset.reset", "test.mock.num.brokers", "GROUP.ID", ""]
)
def test_what_librdkafka_takes_beside_its_properties_is_refused(name: str) -> None:
    with pytest.raises(SettingsRefused, match="no property of librdkafka") as raised:
        librdkafka_config(kafka({name: "hush"}))
    assert repr(name) in raised.value.found
    assert "hush" not in str(raised.value)


def test_a_misspelled_property_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(SettingsRefused, match=r"did you mean sasl\.username"):
        librdkafka_config(kafka({"sasl.user": "ada"}))


@pytest.mark.parametrize("value", ["", " "], ids=["empty", "blank"])
@pytest.mark.parametrize("name", ["ssl.ca.location", "sasl.password"])
def test_a_property_without_a_value_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsRefused, match=f"{name}, and it is empty"):
        spark_options(kafka({name: value}))


def test_blanks_around_a_value_are_refused_but_in_secrets_and_texts() -> None:
    with pytest.raises(SettingsRefused, match=r"security\.protocol = ' ssl'"):
        spark_options(kafka({"security.protocol": " ssl"}))
    librdkafka_config(kafka({"ssl.ca.pem": f"{CERTIFICATE}\n"}, sasl_password=" a "))


def test_a_brokers_scheme_is_the_protocol() -> None:
    settings = KafkaSettings(bootstrap_servers="a:1,ssl://b:9093")
    with pytest.raises(SettingsRefused, match=r"ssl://b:9093, and security\.protocol is PLAINTEXT"):
        librdkafka_config(settings)
    librdkafka_config(
        settings.model_copy(
            update={"properties": {"security.protocol": "SSL"}, "bootstrap_servers": "ssl://b:1"}
        )
    )


def test_a_line_end_in_a_password_does_not_end_the_jaas_line() -> None:
    options = spark_options(kafka({"sasl.username": "ada"}, sasl_password="a\r\nb"))
    assert 'password="a\\r\\nb";' in options["kafka.sasl.jaas.config"]


def test_a_key_that_stands_where_its_file_belongs_is_not_shown() -> None:
    settings = kafka({"ssl.key.location": KEY, "ssl.certificate.location": CERTIFICATE})
    for form in (spark_options, lambda one: open_admin(librdkafka_config(one))):
        with pytest.raises(
            SettingsRefused, match=r"ssl\.(key|certificate)\.location, which can't be read"
        ) as raised:
            form(settings)
        assert "BEGIN" not in str(raised.value)


@pytest.mark.parametrize("name", ["ssl.ca.location", "ssl.keystore.location"])
def test_a_pipe_is_no_file_of_a_client_and_is_not_waited_for(name: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SettingsRefused, match="it is no regular file"):
        open_admin(librdkafka_config(kafka({name: str(pipe)})))


@pytest.mark.parametrize(("has", "lacks"), [("certificate", "key"), ("key", "certificate")])
def test_a_certificate_and_its_key_belong_together(has: str, lacks: str, tmp_path: Path) -> None:
    file = tmp_path / "both.pem"
    file.write_text(f"{KEY}\n{CERTIFICATE}\n")
    with pytest.raises(SettingsRefused, match=rf"sets ssl\.{has}\.…, and no ssl\.{lacks}\.…"):
        open_admin(librdkafka_config(kafka({"security.protocol": "SSL", f"ssl.{has}.location": str(file)})))


def test_a_file_that_librdkafka_refuses_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    with pytest.raises(SettingsRefused, match=rf"ssl\.ca\.location = '{empty}' failed"):
        open_admin(librdkafka_config(kafka({"security.protocol": "SSL", "ssl.ca.location": str(empty)})))


def test_a_name_that_no_host_can_have_has_no_cause_to_look_for() -> None:
    assert find_cause(f"{'x' * 300}:9092", "PLAINTEXT", Tls()) is None
