"""The same connection for Spark's Kafka source, whose client is Java's: translated, or refused before data moves."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from waybill_common.errors import SettingsRefused
from waybill_common.kafka.client_config import Properties, librdkafka_config
from waybill_common.kafka.properties import NOT_IN_JAVA, SAME
from waybill_common.settings import KafkaSettings, UnreadableFile, as_text, read_small

_PATIENCE = ("kafka.request.timeout.ms", "kafka.default.api.timeout.ms")

_SECURITY = "org.apache.kafka.common.security"
_MODULES = {
    "PLAIN": f"{_SECURITY}.plain.PlainLoginModule",
    "SCRAM-SHA-256": f"{_SECURITY}.scram.ScramLoginModule",
    "SCRAM-SHA-512": f"{_SECURITY}.scram.ScramLoginModule",
}
_BEARER_MODULE = f"{_SECURITY}.oauthbearer.OAuthBearerLoginModule"
_BEARER_HANDLER = f"{_SECURITY}.oauthbearer.OAuthBearerLoginCallbackHandler"

_ESCAPED = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"))
"""As Java reads a JAAS line, whose quotes end with the line."""

_FALSE = ("false", "f", "0")
"""As librdkafka reads it, in any case."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_KEY = re.compile(
    r"-----BEGIN (?P<kind>[A-Z0-9 ]*)PRIVATE KEY-----(?P<body>.+?)-----END [A-Z0-9 ]*PRIVATE KEY-----",
    re.DOTALL,
)
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
"""Its object identifier: how every current tool encrypts."""


def spark_options(settings: KafkaSettings) -> dict[str, str]:
    """Options of Spark's Kafka source (``kafka.…``) for the connection that librdkafka has.

    librdkafka's own tuning has no meaning there and is left out. Raises ``SettingsRefused`` for what can't be said to
    the Java client, naming the property.
    """
    librdkafka_config(settings)
    if settings.auth is not None:
        raise SettingsRefused(
            f"kafka.auth = {settings.auth!r} is not with Spark: its Java client needs a jar for that.",
            allowed="SASL with a password, OAUTHBEARER with a token endpoint, or TLS client certificates.",
            remedy="give Spark's user a SCRAM password or a client certificate, which MSK offers beside IAM; every "
            "command but submit and backfill takes kafka.auth.",
        )
    given = Properties(settings)
    for name, why in NOT_IN_JAVA.items():
        if name in given:
            _refuse(name, given, why, f"remove {name}, or run a command without Spark.")
    java = {name: given[name] for name in SAME if name in given}
    java |= _protocol(given) | _sasl(given) | _trust(given) | _identity(given)
    options = {f"kafka.{name}": value for name, value in java.items()}
    options["kafka.bootstrap.servers"] = settings.bootstrap_servers
    options["kafka.isolation.level"] = "read_committed"
    # As long as ours, instead of a minute for each of its tries.
    options |= dict.fromkeys(_PATIENCE, f"{settings.timeout * 1000:.0f}")
    return options


def _protocol(given: Properties) -> dict[str, str]:
    java = {}
    if "security.protocol" in given:
        java["security.protocol"] = given["security.protocol"].upper()
    unchecked = given.get("enable.ssl.certificate.verification", "true").lower() in _FALSE
    if unchecked and java.get("security.protocol", "").endswith("SSL") and not _has_authority(given):
        _refuse(
            "enable.ssl.certificate.verification",
            given,
            "Java always checks who signed the broker's certificate",
            "name that authority in ssl.ca.location; then both clients leave only the host's name unchecked.",
        )
    if unchecked or given.get("ssl.endpoint.identification.algorithm", "https").lower() == "none":
        java["ssl.endpoint.identification.algorithm"] = ""
    return java


def _sasl(given: Properties) -> dict[str, str]:
    mechanism = given.get("sasl.mechanisms", given.get("sasl.mechanism"))
    if mechanism == "OAUTHBEARER":
        return {"sasl.mechanism": mechanism, **_bearer(given)}
    if "sasl.username" not in given:
        return {"sasl.mechanism": mechanism} if mechanism else {}
    name = "sasl.mechanisms" if "sasl.mechanisms" in given else "sasl.mechanism"
    mechanism = mechanism or "PLAIN"
    if mechanism not in _MODULES:
        raise SettingsRefused(
            f"kafka.properties names {name} {mechanism!r} together with sasl.username.",
            allowed=", ".join(_MODULES),
            remedy="use one of these, or TLS client certificates.",
        )
    options = {"username": given["sasl.username"], "password": given.get("sasl.password", "")}
    named = {"sasl.mechanism": mechanism} if "sasl.mechanism" in given or "sasl.mechanisms" in given else {}
    return {**named, "sasl.jaas.config": _jaas(_MODULES[mechanism], options)}


def _bearer(given: Properties) -> dict[str, str]:
    """OIDC's client credentials. The handler of the Java client reads all else from the JAAS line."""
    prefix = "sasl.oauthbearer."
    only = {
        f"{prefix}method": "oidc",
        f"{prefix}grant.type": "client_credentials",
        f"{prefix}metadata.authentication.type": "none",
    }
    for name, value in only.items():
        if given.get(name, "default" if name.endswith("method") else value) != value:
            _refuse(
                name,
                given,
                f"for Java it is {value}",
                f"set it to {value}, or use SCRAM or client certificates.",
            )
    options = {
        "clientId": given.get(f"{prefix}client.credentials.client.id", given.get(f"{prefix}client.id", "")),
        "clientSecret": given.get(
            f"{prefix}client.credentials.client.secret", given.get(f"{prefix}client.secret", "")
        ),
    }
    if f"{prefix}scope" in given:
        options["scope"] = given[f"{prefix}scope"]
    for pair in filter(None, given.get(f"{prefix}extensions", "").split(",")):
        key, _, value = pair.partition("=")
        options[f"extension_{key.strip()}"] = value
    if "https.ca.location" in given or "https.ca.pem" in given:
        options |= _trusted(given, "https.ca.location", "https.ca.pem")
    java = {
        "sasl.jaas.config": _jaas(_BEARER_MODULE, options),
        "sasl.login.callback.handler.class": _BEARER_HANDLER,
        "sasl.oauthbearer.token.endpoint.url": given.get(f"{prefix}token.endpoint.url", ""),
    }
    if f"{prefix}sub.claim.name" in given:
        java["sasl.oauthbearer.sub.claim.name"] = given[f"{prefix}sub.claim.name"]
    return java


def _has_authority(given: Properties) -> bool:
    return "ssl.ca.pem" in given or given.get("ssl.ca.location", "probe") != "probe"


def _trust(given: Properties) -> dict[str, str]:
    """Without an authority both clients trust those of their machine."""
    return _trusted(given, "ssl.ca.location", "ssl.ca.pem") if _has_authority(given) else {}


def _trusted(given: Properties, file: str, text: str) -> dict[str, str]:
    java = {"ssl.truststore.type": "PEM"}
    if file in given and os.path.isdir(given[file]):  # noqa: PTH112  # pathlib raises for what no path can be
        _refuse(file, given, "it is a folder, and Java takes a file", "put its certificates into one file.")
    if text not in given:
        return {**java, "ssl.truststore.location": given[file]}
    both = given[text] if given.get(file, "probe") == "probe" else f"{_read(file, given)}\n{given[text]}"
    return {**java, "ssl.truststore.certificates": both}


def _identity(given: Properties) -> dict[str, str]:
    """The client's certificate and key. Of several ways to name one librdkafka takes the last of these."""
    if "ssl.keystore.location" in given:
        password = given.get("ssl.keystore.password", "")
        return {
            "ssl.keystore.type": "PKCS12",
            "ssl.keystore.location": given["ssl.keystore.location"],
            "ssl.keystore.password": password,
            "ssl.key.password": password,
        }
    java: dict[str, str] = {}
    chain = _text("ssl.certificate.location", "ssl.certificate.pem", given)
    if chain is not None:
        java |= {"ssl.keystore.type": "PEM", "ssl.keystore.certificate.chain": _certificates(chain, given)}
    key = _text("ssl.key.location", "ssl.key.pem", given)
    if key is not None:
        java["ssl.keystore.key"] = _private_key(key, given)
    if "ssl.key.password" in given:
        java["ssl.key.password"] = given["ssl.key.password"]
    return java


def _text(file: str, text: str, given: Properties) -> str | None:
    return given[text] if text in given else _read(file, given) if file in given else None


def _read(name: str, given: Properties) -> str:
    try:
        return as_text(read_small(Path(given[name])))
    except UnreadableFile as error:
        raise SettingsRefused(
            f"{given.shown(name)}, which can't be read: {error}.",
            allowed="a PEM file that this user may read.",
            remedy="correct the path or the file's mode.",
        ) from error


def _certificates(text: str, given: Properties) -> str:
    """Only the certificates: a file may hold the key and remarks as well."""
    found = _CERTIFICATE.findall(text)
    if not found and "ssl.certificate.location" in given and "ssl.certificate.pem" not in given:
        _refuse("ssl.certificate.location", given, "it holds no PEM certificate", "name a PEM file.")
    return "\n".join(found) if found else text


def _private_key(text: str, given: Properties) -> str:
    name = "ssl.key.pem" if "ssl.key.pem" in given else "ssl.key.location"
    found = _KEY.search(text)
    if found is None and name == "ssl.key.location":
        _refuse(name, given, "it holds no PEM private key", "name a PEM file.")
    if found is not None and found["kind"] not in ("", "ENCRYPTED "):
        raise SettingsRefused(
            f"kafka's {name} is a {found['kind'].strip()} PRIVATE KEY; Spark's Java client reads PKCS#8 only.",
            allowed="a key that begins with BEGIN PRIVATE KEY or BEGIN ENCRYPTED PRIVATE KEY.",
            remedy="convert it, such as by `openssl pkcs8 -topk8 -nocrypt -in old.pem -out new.pem`.",
        )
    if found is not None and found["kind"] and _PBES2 in _decoded(found["body"]):
        raise SettingsRefused(
            f"kafka's {name} is encrypted by PBES2, which Spark's Java client can't read on Java 17.",
            allowed="a key in a PKCS#12 file (ssl.keystore.location), or one that is not encrypted.",
            remedy="convert it, such as by `openssl pkcs12 -export -inkey key.pem -in certificate.pem -out store.p12`.",
        )
    return text if found is None else found[0]


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode("".join(body.split()))
    except ValueError:
        return b""


def _refuse(name: str, given: Properties, why: str, remedy: str) -> NoReturn:
    raise SettingsRefused(
        f"{given.shown(name)}, which Spark's Java client can't be told: {why}.",
        allowed="what docs/security.md lists for Spark.",
        remedy=remedy,
    )


def _jaas(module: str, options: Mapping[str, str]) -> str:
    return (
        f"{module} required " + " ".join(f"{name}={_quoted(value)}" for name, value in options.items()) + ";"
    )


def _quoted(text: str) -> str:
    for plain, escaped in _ESCAPED:
        text = text.replace(plain, escaped)
    return f'"{text}"'
