"""One broker with TLS, SASL and ACLs. Its plain listener is its owner's: nobody else's settings name it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from integration.secured.certificates import Authority, Certificate, new_authority
from waiting import wait_until

from waybill_common.settings import KafkaSettings
from waybill_sandbox.kafka import KafkaCluster
from waybill_sandbox.kafka.kafka_plan import Listener, Security
from waybill_sandbox.ports import LOOPBACK, free_ports

PASSWORD = "correct horse"
MECHANISM = "SCRAM-SHA-512"
USERS = ("ada", *(f"user{number}" for number in range(8)))
"""``ada`` may do everything; the others nothing until a test grants it."""

AUDIENCE = "waybill"
_MODULES = "org.apache.kafka.common.security"


@dataclass(frozen=True)
class Papers:
    """Every certificate of a run."""

    trusted: Authority
    stranger: Authority
    broker: Certificate
    elsewhere: Certificate
    expired: Certificate
    client: Certificate
    impostor: Certificate


def make_papers(folder: Path) -> Papers:
    trusted, stranger = new_authority(folder, "trusted"), new_authority(folder, "stranger")
    return Papers(
        trusted,
        stranger,
        broker=trusted.issue("broker", LOOPBACK),
        elsewhere=trusted.issue("elsewhere", "elsewhere.example"),
        expired=trusted.issue("expired", LOOPBACK, expired=True),
        client=trusted.issue("grace"),
        impostor=stranger.issue("impostor"),
    )


@dataclass(frozen=True)
class Ports:
    scram: int
    mtls: int
    tls: int
    elsewhere: int
    expired: int
    oauth: int


def secured_plan(papers: Papers, ports: Ports, keys: Path) -> Security:
    """``keys`` is a JWKS file: whose tokens the OAUTH listener takes."""

    def shown(certificate: Certificate) -> dict[str, str]:
        return {"ssl.keystore.type": "PEM", "ssl.keystore.location": str(certificate.both)}

    scram = {
        **shown(papers.broker),
        "sasl.enabled.mechanisms": MECHANISM,
        "scram-sha-512.sasl.jaas.config": f"{_MODULES}.scram.ScramLoginModule required;",
    }
    asking = {"ssl.client.auth": "required", "ssl.truststore.type": "PEM"}
    bearer = {
        **shown(papers.broker),
        "sasl.enabled.mechanisms": "OAUTHBEARER",
        "oauthbearer.sasl.jaas.config": f"{_MODULES}.oauthbearer.OAuthBearerLoginModule required;",
        "oauthbearer.sasl.server.callback.handler.class": f"{_MODULES}.oauthbearer.OAuthBearerValidatorCallbackHandler",
        "oauthbearer.sasl.oauthbearer.jwks.endpoint.url": keys.as_uri(),
        "oauthbearer.sasl.oauthbearer.expected.audience": AUDIENCE,
    }
    return Security(
        listeners=(
            Listener("SCRAM", "SASL_SSL", ports.scram, scram),
            Listener(
                "MTLS",
                "SSL",
                ports.mtls,
                {**shown(papers.broker), **asking, "ssl.truststore.location": str(papers.trusted.file)},
            ),
            Listener("TLS", "SSL", ports.tls, shown(papers.broker)),
            Listener("ELSEWHERE", "SSL", ports.elsewhere, shown(papers.elsewhere)),
            Listener("EXPIRED", "SSL", ports.expired, shown(papers.expired)),
            Listener("OAUTH", "SASL_SSL", ports.oauth, bearer),
        ),
        properties={
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS;User:ada;User:CN=grace",
            "allow.everyone.if.no.acl.found": "false",
        },
        scram=tuple(f"{MECHANISM}=[name={user},password={PASSWORD}]" for user in USERS),
    )


@dataclass(frozen=True)
class SecuredKafka:
    """``papers`` and ``ports`` are for mistakes; ``settings`` makes none."""

    cluster: KafkaCluster
    papers: Papers
    ports: Ports

    def settings(self, user: str = "ada", **changes: object) -> KafkaSettings:
        """As a user of the SCRAM listener; ``changes`` are of the settings."""
        return KafkaSettings.model_validate(
            {**self.scram(user), "replication_factor": 1, "timeout": 15, **changes}
        )

    def scram(self, user: str = "ada") -> dict[str, object]:
        return {
            "bootstrap_servers": f"{LOOPBACK}:{self.ports.scram}",
            "properties": {
                "security.protocol": "SASL_SSL",
                "sasl.mechanism": MECHANISM,
                "sasl.username": user,
                "ssl.ca.location": str(self.papers.trusted.file),
            },
            "secrets": {"sasl.password": PASSWORD},
        }

    def owner(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.cluster.bootstrap_servers, "log_level": 0})

    def grant(
        self, user: str, kind: ResourceType, name: str, *operations: AclOperation, prefix: bool = False
    ) -> None:
        pattern = ResourcePatternType.PREFIXED if prefix else ResourcePatternType.LITERAL
        allow = AclPermissionType.ALLOW
        made = [AclBinding(kind, name, pattern, f"User:{user}", "*", one, allow) for one in operations]
        owner, before = self.owner(), self._rights(user)
        for future in owner.create_acls(made).values():
            future.result(timeout=30)
        wait_until(
            lambda: self._rights(user) == before | {*made}, f"the broker never knew the rights of {user}"
        )

    def revoke(self, user: str) -> None:
        """Everything."""
        owner = self.owner()
        for future in owner.delete_acls([_all_of(user)]).values():
            future.result(timeout=30)
        wait_until(lambda: not self._rights(user), f"the broker never forgot the rights of {user}")

    def count_of_rights(self, user: str) -> int:
        return len(self._rights(user))

    def _rights(self, user: str) -> set[AclBinding]:
        """As the broker's authorizer knows them, which hears of a change a moment later than its controller."""
        owner = self.owner()  # which ends with its last name, and its questions with it
        found: list[AclBinding] = owner.describe_acls(_all_of(user)).result(timeout=30)
        return {*found}


def _all_of(user: str) -> AclBindingFilter:
    return AclBindingFilter(
        ResourceType.ANY,
        None,  # type: ignore[arg-type]  # any name
        ResourcePatternType.ANY,
        f"User:{user}",
        None,  # type: ignore[arg-type]  # any host
        AclOperation.ANY,
        AclPermissionType.ANY,
    )


def new_ports() -> Ports:
    return Ports(*free_ports(6))
