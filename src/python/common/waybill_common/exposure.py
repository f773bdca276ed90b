"""What these settings let others on the network read or pretend: no error, since a network may be trusted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from waybill_common.lake_location import here
from waybill_common.network import is_loopback
from waybill_common.settings import KafkaSettings, Settings

_NO = ("false", "f", "0")
_TOKENS = "sasl.oauthbearer.token.endpoint.url"
_TLS = "use https, with a certificate that ca_file trusts"


@dataclass(frozen=True)
class Exposure:
    """One line. ``setting`` and ``host`` are no secrets."""

    event: str
    setting: str
    host: str
    remedy: str


def warn_of_exposure(settings: Settings, sections: Collection[str]) -> None:
    """One line for each thing in ``sections``, those that this program uses. Raises ``SettingsRefused``."""
    for found in exposures(settings, sections):
        structlog.get_logger().warning(
            found.event, setting=found.setting, host=found.host, remedy=found.remedy, page="docs/security.md"
        )


def exposures(settings: Settings, sections: Collection[str]) -> Iterator[Exposure]:
    if "kafka" in sections:
        yield from _kafka(settings.kafka)
    if "source" in sections and settings.source.username is not None:
        yield from _in_the_clear(str(settings.source.url), "source.url", _TLS)
    if "registry" in sections:
        others = {f"registries.{name}": one for name, one in settings.registry.others.items()}
        for section, one in {"registry": settings.registry, **others}.items():
            if one.url and one.username is not None:
                yield from _in_the_clear(str(one.url), f"{section}.url", _TLS)
    status = settings.status
    if "status" in sections and status.port is not None and not is_loopback(status.host):
        yield Exposure(
            "status_for_others",
            "status.host",
            status.host,
            "let nobody but your monitoring reach that port, by its network or a firewall",
        )
    if "lake" in sections:
        yield from _lake(settings, dags="dags" in sections)


def _lake(settings: Settings, *, dags: bool) -> Iterator[Exposure]:
    """Every request to a bucket is signed: its keys stay here, but tokens and all data are for anybody to read."""
    url = settings.dags.url if dags else settings.lake.url
    if url is not None and url.startswith("s3:"):
        s3 = here(settings.lake.model_copy(update={"url": url})).s3
        if s3 is not None:
            yield from _in_the_clear(s3.endpoint, "lake.endpoint", _TLS)


def _kafka(kafka: KafkaSettings) -> Iterator[Exposure]:
    secrets = {name: secret.get_secret_value() for name, secret in kafka.secrets.items()}
    given = {**kafka.properties, **secrets}
    protocol = "SASL_SSL" if kafka.auth else given.get("security.protocol", "PLAINTEXT").upper()
    strange = [host for host in _hosts(kafka.bootstrap_servers) if not is_loopback(host)]
    if protocol == "SASL_PLAINTEXT" and strange:
        yield Exposure(
            "credentials_in_the_clear",
            "kafka security.protocol",
            strange[0],
            "use SASL_SSL with ssl.ca.location",
        )
    if _TOKENS in given:
        yield from _in_the_clear(given[_TOKENS], f"kafka {_TOKENS}", "use https, with https.ca.location")
    unchecked = {
        "enable.ssl.certificate.verification": given.get("enable.ssl.certificate.verification", "").lower()
        in _NO,
        "ssl.endpoint.identification.algorithm": given.get(
            "ssl.endpoint.identification.algorithm", ""
        ).lower()
        == "none",
    }
    for name, is_off in unchecked.items():
        if is_off and protocol.endswith("SSL"):
            yield Exposure(
                "certificates_not_verified",
                f"kafka {name}",
                _hosts(kafka.bootstrap_servers)[0],
                f"remove {name}, and name the brokers' CA in ssl.ca.location",
            )


def _in_the_clear(url: str, setting: str, remedy: str) -> Iterator[Exposure]:
    host = _host(url)
    if url.lower().startswith("http:") and not is_loopback(host):
        yield Exposure("credentials_in_the_clear", setting, host, remedy)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # whoever uses it says so
        return ""


def _hosts(brokers: str) -> list[str]:
    return [one.rpartition("://")[2].rpartition(":")[0].strip("[]") for one in brokers.split(",")]
