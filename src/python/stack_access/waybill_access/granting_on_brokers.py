"""Tells the brokers of the stack's users: their passwords, and exactly their rights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)
from pydantic import SecretStr

from waybill_access.broker_rights import BrokerRight
from waybill_common.kafka import Asked, ask, known_soon
from waybill_common.settings import KafkaSettings

_ROUNDS = 4096
"""Kafka's least. Passwords are random, so more rounds would only make logins slower."""


def set_passwords(kafka: KafkaSettings, passwords: Mapping[str, SecretStr]) -> None:
    """For SCRAM-SHA-512."""
    made: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(
            user,
            ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ROUNDS),
            password.get_secret_value().encode(),
        )
        for user, password in passwords.items()
    ]
    ask(
        kafka,
        lambda admin, seconds: admin.alter_user_scram_credentials(made, request_timeout=seconds),
        "set the passwords of users",
    )


def set_rights(kafka: KafkaSettings, rights: Mapping[str, AbstractSet[BrokerRight]]) -> None:
    """Grants what these users lack and takes what else they have; nobody else's rights change.

    On return the broker knows it, which hears of a change a moment later than its controller. Raises
    ``KafkaUnavailable`` where it does not within 5 seconds.
    """
    wanted = {_binding(user, right) for user, of_user in rights.items() for right in of_user}
    there = _rights_of(kafka, rights)
    if missing := wanted - there:
        ask(
            kafka,
            lambda admin, seconds: admin.create_acls(list(missing), request_timeout=seconds),
            "grant rights",
        )
    if surplus := there - wanted:
        ask(
            kafka,
            lambda admin, seconds: admin.delete_acls(
                [_only(one) for one in surplus], request_timeout=seconds
            ),
            "take rights away",
        )
    known_soon(
        lambda: _rights_of(kafka, rights) == wanted,
        "Rights were granted and taken, and a broker does not show it.",
        "rights that are shown",
        "check the cluster's health, and whether somebody else changes rights; then run it again.",
    )


def _rights_of(kafka: KafkaSettings, users: Iterable[str]) -> set[AclBinding]:
    principals = {_principal(user) for user in users}
    return {one for one in _all_rights(kafka) if one.principal in principals}


def _all_rights(kafka: KafkaSettings) -> list[AclBinding]:
    def question(admin: AdminClient, seconds: float) -> Asked[str]:
        return {"all": admin.describe_acls(_ANY, request_timeout=seconds)}

    found: list[AclBinding] = ask(kafka, question, "list rights")["all"]
    return found


_ANY = AclBindingFilter(
    ResourceType.ANY,
    None,  # type: ignore[arg-type]  # any name
    ResourcePatternType.ANY,
    None,  # type: ignore[arg-type]  # anybody
    None,  # type: ignore[arg-type]  # from any host
    AclOperation.ANY,
    AclPermissionType.ANY,
)


def _principal(user: str) -> str:
    return f"User:{user}"


def _binding(user: str, right: BrokerRight) -> AclBinding:
    return AclBinding(
        ResourceType[right.kind.upper()],
        right.name,
        ResourcePatternType.PREFIXED if right.prefix else ResourcePatternType.LITERAL,
        _principal(user),
        "*",
        AclOperation[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", right.operation).upper()],
        AclPermissionType.ALLOW,
    )


def _only(one: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        one.restype,
        one.name,
        one.resource_pattern_type,
        one.principal,
        one.host,
        one.operation,
        one.permission_type,
    )
