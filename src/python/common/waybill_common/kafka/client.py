"""librdkafka's and the Java client's spelling of the same connection."""

from __future__ import annotations

from collections.abc import Mapping

from waybill_common.errors import SettingsRefused
from waybill_common.settings import KafkaSettings

Value = str | int | float | bool

_RESERVED = (
    "bootstrap.servers",
    "isolation.level",
    "group.id",
    "auto.offset.reset",
    "enable.auto.commit",
    "enable.idempotence",
    "transactional.id",
    "acks",
)

# librdkafka prints a line to stderr for each refused connection; what matters comes back as an error as well.
_CRITICAL = 2

_JAVA_SAME = (
    "security.protocol",
    "sasl.mechanism",
    "client.id",
    "client.rack",
    "metadata.max.age.ms",
    "reconnect.backoff.ms",
    "reconnect.backoff.max.ms",
    "retry.backoff.ms",
    "socket.connection.setup.timeout.ms",
)

_JAVA_PATIENCE = ("kafka.request.timeout.ms", "kafka.default.api.timeout.ms")


def librdkafka_config(settings: KafkaSettings, extra: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """A confluent-kafka configuration: the user's properties, then ours.

    Raises ``SettingsRefused`` for a property on which a guarantee rests.
    """
    given: dict[str, Value] = {**settings.properties, **_secrets(settings)}
    for name in _RESERVED:
        if name in given:
            raise SettingsRefused(
                f"kafka.properties sets {name} = {given[name]!r}.",
                allowed=f"any librdkafka property except {', '.join(_RESERVED)}, on which delivery rests.",
                remedy=f"remove {name}; the brokers go into kafka.bootstrap_servers.",
            )
    return {"bootstrap.servers": settings.bootstrap_servers, "log_level": _CRITICAL, **given, **(extra or {})}


def spark_options(settings: KafkaSettings) -> dict[str, str]:
    """Options of Spark's Kafka source (``kafka.…``) for the same connection.

    librdkafka's SASL user and password become a JAAS line, its PEM files the Java client's PEM stores.
    Tuning that only librdkafka knows has no meaning there and is left out.
    """
    librdkafka_config(settings)
    given = {**settings.properties, **_secrets(settings)}
    java = {name: given[name] for name in _JAVA_SAME if name in given}
    if "sasl.mechanisms" in given:
        java["sasl.mechanism"] = given["sasl.mechanisms"]
    if "sasl.username" in given:
        java["sasl.jaas.config"] = _jaas(java.get("sasl.mechanism", "PLAIN"), given)
    if "ssl.ca.location" in given:
        java |= {"ssl.truststore.type": "PEM", "ssl.truststore.location": given["ssl.ca.location"]}
    if "ssl.ca.pem" in given:
        java |= {"ssl.truststore.type": "PEM", "ssl.truststore.certificates": given["ssl.ca.pem"]}
    if "ssl.certificate.pem" in given:
        java |= {"ssl.keystore.type": "PEM", "ssl.keystore.certificate.chain": given["ssl.certificate.pem"]}
    if "ssl.key.pem" in given:
        java["ssl.keystore.key"] = given["ssl.key.pem"]
    if "ssl.key.password" in given:
        java["ssl.key.password"] = given["ssl.key.password"]
    if given.get("enable.ssl.certificate.verification") == "false" or (
        given.get("ssl.endpoint.identification.algorithm") == "none"
    ):
        java["ssl.endpoint.identification.algorithm"] = ""
    options = {f"kafka.{name}": value for name, value in java.items()}
    options["kafka.bootstrap.servers"] = settings.bootstrap_servers
    options["kafka.isolation.level"] = "read_committed"
    # As long as ours, instead of a minute for each of its tries.
    options |= dict.fromkeys(_JAVA_PATIENCE, f"{settings.timeout * 1000:.0f}")
    return options


def _secrets(settings: KafkaSettings) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in settings.secrets.items()}


def _jaas(mechanism: str, given: Mapping[str, str]) -> str:
    modules = {
        "PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule",
        "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
        "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
    }
    if mechanism not in modules:
        raise SettingsRefused(
            f"kafka.properties names sasl.mechanism {mechanism!r} together with sasl.username.",
            allowed=", ".join(modules),
            remedy="use one of these, or TLS client certificates.",
        )
    user, password = (_quoted(given.get(name, "")) for name in ("sasl.username", "sasl.password"))
    return f"{modules[mechanism]} required username={user} password={password};"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
