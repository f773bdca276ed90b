"""The stack's users on a real broker: whatever they could do before, afterwards they can do what they are to."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka.admin import AclOperation, AdminClient, ResourceType
from integration.secured.broker import SecuredKafka
from pydantic import SecretStr

from waybill_access.broker_rights import BROKER_RIGHTS, rights_on
from waybill_access.granting_on_brokers import set_passwords, set_rights
from waybill_common.kafka import librdkafka_config

SOMEBODY = "user7"


@pytest.mark.parametrize("before", ["nothing", "too much"])
def test_rights_are_exactly_those_of_the_table(secured: SecuredKafka, before: str) -> None:
    if before == "too much":
        secured.grant("console", ResourceType.TOPIC, "names_topic", AclOperation.WRITE)
    secured.grant(SOMEBODY, ResourceType.TOPIC, "mine", AclOperation.READ)
    for _ in range(2):  # the second time there is nothing to do
        set_rights(secured.settings(), BROKER_RIGHTS)
    for user, rights in BROKER_RIGHTS.items():
        assert secured.count_of_rights(user) == len(rights), user
    assert secured.count_of_rights(SOMEBODY) == 1
    set_rights(secured.settings(), {**dict.fromkeys(BROKER_RIGHTS, frozenset()), SOMEBODY: frozenset()})


def test_a_new_password_holds_from_now_on(secured: SecuredKafka) -> None:
    for password in ("the first", "the second"):
        set_passwords(secured.settings(), {"init": SecretStr(password)})
        settings = secured.settings("init", secrets={"sasl.password": password})
        config: dict[str, Any] = {**librdkafka_config(settings), "log_level": 0}
        assert AdminClient(config).list_topics(timeout=15).brokers


def test_a_right_is_one_line_of_the_brokers_list() -> None:
    assert len(rights_on("topic", "names_topic", "Read", "Write")) == 2
