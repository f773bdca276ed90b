"""One list of the mistakes in how Kafka is reached: TLS, SASL, rights, names, properties. The broker has all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from integration.secured.broker import MECHANISM, PASSWORD, SecuredKafka
from integration.secured.tokens import Issuer

from waybill_sandbox.ports import LOOPBACK

Properties = dict[str, str]

REFUSED, WRONG, DOWN = 28, 2, 20


@dataclass(frozen=True)
class Reached:
    """A way to reach a broker: ``properties`` with the secrets among them."""

    servers: str
    properties: Properties


@dataclass(frozen=True)
class Mistake:
    """Every verb that reaches Kafka ends with ``exit_code`` and says ``texts``; ``but`` names those that end otherwise.

    ``topic`` stands for the stream's where that is the mistake.
    """

    id: str
    kind: str
    reached: Callable[[SecuredKafka, Issuer], Reached]
    texts: tuple[str, ...]
    exit_code: int = REFUSED
    but: Mapping[str, int] = field(default_factory=dict)
    topic: str | None = None
    only: tuple[str, ...] = ()
    in_ci: bool = False


def scram(kafka: SecuredKafka, **changes: str | None) -> Reached:
    """As ``ada``; ``changes`` with ``__`` for each dot, None for a property that is to go."""
    given = {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": MECHANISM,
        "sasl.username": "ada",
        "sasl.password": PASSWORD,
        "ssl.ca.location": str(kafka.papers.trusted.file),
    }
    return _changed(kafka.ports.scram, given, changes)


def tls(kafka: SecuredKafka, port: int, **changes: str | None) -> Reached:
    given = {"security.protocol": "SSL", "ssl.ca.location": str(kafka.papers.trusted.file)}
    return _changed(port, given, changes)


def _changed(port: int, given: Properties, changes: Mapping[str, str | None]) -> Reached:
    named = {name.replace("__", "."): value for name, value in changes.items()}
    kept = {name: value for name, value in {**given, **named}.items() if value is not None}
    return Reached(f"{LOOPBACK}:{port}", kept)


def _plain(kafka: SecuredKafka) -> str:
    return kafka.cluster.bootstrap_servers


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "wrong password",
        "credentials",
        lambda kafka, _: scram(kafka, sasl__password="not that"),  # the mistake
        ("invalid credentials", "sasl.password"),
        in_ci=True,
    ),
    Mistake(
        "unknown user",
        "credentials",
        lambda kafka, _: scram(kafka, sasl__username="nobody"),
        ("invalid credentials", "sasl.username"),
    ),
    Mistake(
        "a dead broker first",
        "credentials",
        lambda kafka, _: Reached(
            f"{LOOPBACK}:9,{LOOPBACK}:{kafka.ports.scram}",
            scram(kafka, sasl__password="not that").properties,  # the mistake
        ),
        ("invalid credentials",),
    ),
    Mistake(
        "mechanism off",
        "mechanism",
        lambda kafka, _: scram(kafka, sasl__mechanism="PLAIN"),
        ("Unsupported SASL mechanism", MECHANISM, "sasl.mechanism"),
        in_ci=True,
    ),
    Mistake(
        "the other SCRAM",
        "mechanism",
        lambda kafka, _: scram(kafka, sasl__mechanism="SCRAM-SHA-256"),
        ("Unsupported SASL mechanism", MECHANISM),
    ),
    Mistake(
        "no CA",
        "certificate",
        lambda kafka, _: scram(kafka, ssl__ca__location=None),
        ("unable to get local issuer certificate", "ssl.ca.location"),
    ),
    Mistake(
        "wrong CA",
        "certificate",
        lambda kafka, _: scram(kafka, ssl__ca__location=str(kafka.papers.stranger.file)),
        ("certificate is refused", "ssl.ca.location"),
        in_ci=True,
    ),
    Mistake(
        "wrong host",
        "certificate",
        lambda kafka, _: tls(kafka, kafka.ports.elsewhere),
        ("not valid for '127.0.0.1'",),
    ),
    Mistake(
        "localhost for 127.0.0.1",
        "certificate",
        lambda kafka, _: Reached(f"localhost:{kafka.ports.scram}", scram(kafka).properties),
        ("not valid for 'localhost'",),
    ),
    Mistake(
        "expired",
        "certificate",
        lambda kafka, _: tls(kafka, kafka.ports.expired),
        ("certificate has expired",),
    ),
    Mistake(
        "no client certificate",
        "client certificate",
        lambda kafka, _: tls(kafka, kafka.ports.mtls),
        ("alert bad certificate", "ssl.certificate.location"),
        in_ci=True,
    ),
    Mistake(
        "client of another CA",
        "client certificate",
        lambda kafka, _: tls(
            kafka,
            kafka.ports.mtls,
            ssl__certificate__location=str(kafka.papers.impostor.certificate_file),
            ssl__key__location=str(kafka.papers.impostor.key_file),
        ),
        ("alert bad certificate", "ssl.key.location"),
    ),
    Mistake(
        "plaintext to TLS",
        "protocol",
        lambda kafka, _: Reached(f"{LOOPBACK}:{kafka.ports.tls}", {}),
        ("the listener speaks TLS", "security.protocol"),
        in_ci=True,
    ),
    Mistake(
        "SASL_PLAINTEXT to SASL_SSL",
        "protocol",
        lambda kafka, _: scram(kafka, security__protocol="SASL_PLAINTEXT"),
        ("the listener speaks TLS",),
    ),
    Mistake(
        "TLS to plaintext",
        "protocol",
        lambda kafka, _: Reached(_plain(kafka), tls(kafka, 1).properties),
        ("the listener speaks no TLS", "security.protocol"),
    ),
    Mistake(
        "TLS without SASL",
        "protocol",
        lambda kafka, _: tls(kafka, kafka.ports.scram),
        (f"asks for SASL ({MECHANISM})", "security.protocol"),
    ),
    Mistake(
        "SASL to none",
        "protocol",
        lambda kafka, _: Reached(f"{LOOPBACK}:{kafka.ports.tls}", scram(kafka).properties),
        ("not valid in current SASL state", "security.protocol"),
    ),
    Mistake(
        "no token",
        "token",
        lambda kafka, issuer: Reached(
            f"{LOOPBACK}:{kafka.ports.oauth}",
            {**issuer.properties("not that"), "ssl.ca.location": str(kafka.papers.trusted.file)},
        ),
        ("invalid_client", "sasl.oauthbearer.client.id"),
        in_ci=True,
    ),
    Mistake(
        "no rights at all",
        "rights",
        lambda kafka, _: scram(kafka, sasl__username="user7"),
        ("uthorization failed", "docs/security.md", "user7"),
        in_ci=True,
    ),
    Mistake(
        "colliding topic",
        "names",
        lambda kafka, _: scram(kafka),
        ("collides with", "stream.topic"),
        only=("init", "producer"),
        in_ci=True,
    ),
    Mistake(
        "topic ..",
        "names",
        lambda kafka, _: scram(kafka),
        ("stream.topic", "'..'"),
        exit_code=WRONG,
        topic="..",
    ),
    Mistake(
        "misspelled property",
        "properties",
        lambda kafka, _: scram(kafka, sasl__user="ada"),
        ("sasl.user", "librdkafka"),
        exit_code=WRONG,
        in_ci=True,
    ),
    Mistake(
        "no such file",
        "properties",
        lambda kafka, _: scram(kafka, ssl__ca__location="/no/such/ca.pem"),
        ("/no/such/ca.pem",),
        exit_code=WRONG,
    ),
    Mistake(
        "no mechanism",
        "properties",
        lambda kafka, _: scram(kafka, sasl__mechanism=None),
        ("SASL mechanism",),
        exit_code=WRONG,
    ),
    Mistake(
        "another's key",
        "properties",
        lambda kafka, _: tls(
            kafka,
            kafka.ports.mtls,
            ssl__certificate__location=str(kafka.papers.client.certificate_file),
            ssl__key__location=str(kafka.papers.impostor.key_file),
        ),
        ("ssl.key.location",),
        exit_code=WRONG,
    ),
    Mistake(
        "a property of ours",
        "properties",
        lambda kafka, _: scram(kafka, metadata__broker__list="elsewhere:9092"),
        ("metadata.broker.list",),
        exit_code=WRONG,
    ),
    Mistake(
        "callback",
        "properties",
        lambda kafka, _: scram(kafka, error_cb="print"),
        ("error_cb",),
        exit_code=WRONG,
    ),
    Mistake(
        "down",
        "down",
        lambda _kafka, _: Reached(f"{LOOPBACK}:9", {}),
        ("Connection refused", "run again"),
        exit_code=DOWN,
        only=("producer", "submit", "verify"),
        in_ci=True,
    ),
    Mistake(
        "token endpoint down",
        "down",
        lambda kafka, issuer: Reached(
            f"{LOOPBACK}:{kafka.ports.oauth}",
            {
                **issuer.properties(),
                "ssl.ca.location": str(kafka.papers.trusted.file),
                "sasl.oauthbearer.token.endpoint.url": f"http://{LOOPBACK}:9/token",
            },
        ),
        ("OAUTHBEARER token", "run again"),
        exit_code=DOWN,
    ),
)
