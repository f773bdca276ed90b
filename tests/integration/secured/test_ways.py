"""Each way to log in that works with librdkafka works with Spark's Java client, told by the same properties."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer
from integration.conftest import ROOT
from integration.secured import spark_read
from integration.secured.broker import PASSWORD, SecuredKafka
from integration.secured.tokens import Issuer
from waiting import wait_until

from waybill_common.errors import KafkaRefused, SettingsRefused
from waybill_common.jars import fetch_jars, read_jar_manifest
from waybill_common.kafka import ensure_topic, spark_options, watermarks
from waybill_common.settings import KafkaSettings
from waybill_sandbox.ports import LOOPBACK

WAYS = (
    "scram",
    "scram, small letters",
    "pem files",
    "pem texts",
    "pkcs12",
    "oidc",
    "no host names",
)
NOT_WITH_SPARK = ("encrypted key",)
KEY_PASSWORD = "a key's own"  # of this test
RECORDS = 5


def way(name: str, kafka: SecuredKafka, issuer: Issuer) -> KafkaSettings:
    papers, ports = kafka.papers, kafka.ports
    authority = {"ssl.ca.location": str(papers.trusted.file)}
    certificate, key = papers.client.certificate_file, papers.client.key_file
    tls = {"security.protocol": "SSL", **authority}
    scram = kafka.scram()["properties"]
    assert isinstance(scram, dict)
    given: dict[str, tuple[int, dict[str, str]]] = {
        "scram": (ports.scram, {**scram, "sasl.password": PASSWORD}),
        "scram, small letters": (
            ports.scram,
            {**scram, "security.protocol": "sasl_ssl", "sasl.password": PASSWORD},
        ),
        "pem files": (
            ports.mtls,
            {**tls, "ssl.certificate.location": str(certificate), "ssl.key.location": str(key)},
        ),
        "encrypted key": (
            ports.mtls,
            {
                **tls,
                "ssl.certificate.location": str(papers.client.both),
                "ssl.key.location": str(papers.client.encrypted_key(KEY_PASSWORD)),
                "ssl.key.password": KEY_PASSWORD,
            },
        ),
        "pem texts": (
            ports.mtls,
            {
                "security.protocol": "SSL",
                "ssl.ca.pem": papers.trusted.file.read_text(),
                "ssl.certificate.pem": certificate.read_text(),
                "ssl.key.pem": key.read_text(),
            },
        ),
        "pkcs12": (
            ports.mtls,
            {
                **tls,
                "ssl.keystore.location": str(papers.client.pkcs12(KEY_PASSWORD)),
                "ssl.keystore.password": KEY_PASSWORD,
            },
        ),
        "oidc": (ports.oauth, {**issuer.properties(), **authority}),
        "no host names": (ports.elsewhere, {**tls, "enable.ssl.certificate.verification": "False"}),
    }
    port, properties = given[name]
    return KafkaSettings(
        bootstrap_servers=f"{LOOPBACK}:{port}", properties=properties, replication_factor=1, timeout=20
    )


@pytest.fixture(scope="module")
def filled(secured: SecuredKafka) -> str:
    """A topic that the plain TLS listeners' nameless clients may read too."""
    topic = f"ways.{uuid.uuid4().hex[:12]}"
    ensure_topic(secured.settings(), topic, partitions=1)
    producer = Producer({"bootstrap.servers": secured.cluster.bootstrap_servers})
    for number in range(RECORDS):
        producer.produce(topic, str(number).encode())
    producer.flush(30)
    return topic


@pytest.mark.parametrize("name", (*WAYS, *NOT_WITH_SPARK))
def test_librdkafka_reads(name: str, secured: SecuredKafka, issuer: Issuer, filled: str) -> None:
    assert watermarks(way(name, secured, issuer), filled, [0]) == {0: (0, RECORDS)}


def test_spark_reads_by_the_same_properties(
    secured: SecuredKafka, issuer: Issuer, filled: str, java: Path, spark_home: Path, jar_cache: Path
) -> None:
    manifest = read_jar_manifest(ROOT / "3rdparty" / "jvm" / "spark_kafka.json")
    jars = ",".join(map(str, fetch_jars(manifest, jar_cache, java=java, spark_home=spark_home)))
    ways = {name: spark_options(way(name, secured, issuer)) for name in WAYS}
    asked = {"jars": jars, "topic": filled, "ways": ways}
    done = subprocess.run(
        [sys.executable, spark_read.__file__],
        input=json.dumps(asked),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(spark_home.parent),
            "SPARK_HOME": str(spark_home),
            "SPARK_LOCAL_IP": LOOPBACK,
            "JAVA_HOME": str(java.parents[1]),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == dict.fromkeys(WAYS, RECORDS)


@pytest.mark.parametrize("name", NOT_WITH_SPARK)
def test_what_java_cannot_read_is_refused_before_spark_starts(
    name: str, secured: SecuredKafka, issuer: Issuer
) -> None:
    with pytest.raises(SettingsRefused, match=r"ssl\.key\.location is encrypted by PBES2"):
        spark_options(way(name, secured, issuer))


def test_a_token_is_renewed_in_a_client_that_does_nothing(secured: SecuredKafka, issuer: Issuer) -> None:
    """As a long run's: librdkafka asks before the token's end, without anybody calling the client."""
    asked: list[float] = []

    def tokens(_config: str) -> tuple[str, float]:
        asked.append(time.time())
        return issuer.token(), time.time() + 2

    properties = {"security.protocol": "SASL_SSL", "ssl.ca.location": str(secured.papers.trusted.file)}
    reader = Consumer(
        {
            "bootstrap.servers": f"{LOOPBACK}:{secured.ports.oauth}",
            **properties,
            "sasl.mechanism": "OAUTHBEARER",
            "oauth_cb": tokens,
            "group.id": "any",
        }
    )
    wait_until(lambda: len(asked) >= 3, lambda: f"{len(asked)} tokens were asked for")
    reader.close()


def test_tokens_are_asked_for_with_their_scope_and_a_wrong_secret_ends_at_once(
    secured: SecuredKafka, issuer: Issuer, filled: str
) -> None:
    watermarks(way("oidc", secured, issuer), filled, [0])
    assert set(issuer.asked) == {"kafka"}
    properties = {**way("oidc", secured, issuer).properties, "sasl.oauthbearer.client.secret": "not that"}
    with pytest.raises(KafkaRefused, match="invalid_client"):
        watermarks(way("oidc", secured, issuer).model_copy(update={"properties": properties}), filled, [0])
