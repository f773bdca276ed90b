"""The stack's users have what docs/security.md says they need, and a secret each."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from waybill_access.broker_rights import BROKER_RIGHTS, PROGRAMS, BrokerRight
from waybill_access.bucket_policies import CONNECT, LAKE, STATEMENTS, policy
from waybill_common.kafka.rights import NEEDS

ROOT = Path(__file__).parents[3]
SECRETS = (ROOT / "docker" / "secrets.sh").read_text()
COMPOSE = (ROOT / "docker" / "compose.yaml").read_text()
PAGE = (ROOT / "docs" / "security.md").read_text()


def listed(name: str) -> set[str]:
    [found] = re.findall(rf"^{name}=\((.*)\)$", SECRETS, re.MULTILINE)
    return set(found.split())


def test_each_user_has_a_secret_and_no_secret_lacks_its_user() -> None:
    assert listed("kafka_users") == {*BROKER_RIGHTS, "broker", "admin"}
    assert listed("s3_users") == set(STATEMENTS)
    named = set(re.findall(r"^  ([\w.]+): \{file:", COMPOSE, re.MULTILINE))
    assert {f"kafka_{user}.json" for user in listed("kafka_users")} <= named
    assert {f"s3_{user}" for user in STATEMENTS} <= named


def services() -> dict[str, str]:
    body = COMPOSE.split("\nservices:\n")[1].split("\nnetworks:\n")[0]
    return dict(re.findall(r"^  (\w+):(.*?)(?=^  \w+:|\Z)", body, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("kind", ["kafka", "s3"])
def test_a_user_is_of_one_service_alone(kind: str) -> None:
    of_users = {
        name: set(re.findall(rf"/run/secrets/{kind}_(\w+)", text))
        for name, text in services().items()
        if not name.endswith("_access")
    }
    used = [user for users in of_users.values() for user in users]
    assert sorted(used) == sorted(set(used))
    assert all(len(users) <= 1 for users in of_users.values())


@pytest.mark.parametrize("user", PROGRAMS)
def test_a_user_may_do_what_his_programs_need(user: str) -> None:
    granted = {(one.name, one.operation, one.prefix) for one in BROKER_RIGHTS[user]}
    for program in PROGRAMS[user]:
        for need in NEEDS[program]:
            name = need.name.format(stream="names", topic="names_topic")
            for operation in need.operations:
                assert (name, operation, need.kind.endswith("prefix")) in granted, program


@pytest.mark.parametrize("user", ["init", "console", "connect", "registry"])
def test_only_producer_and_operator_write_records_of_the_stream(user: str) -> None:
    stream = {"names_topic", "names_topic.cursor", "names_topic.dead", "names_topic.redrives", "*"}
    assert not [one for one in BROKER_RIGHTS[user] if one.operation == "Write" and one.name in stream]
    assert not [one for one in BROKER_RIGHTS[user] if one.operation == "Delete"]


def test_the_cluster_itself_is_nobodys_to_alter() -> None:
    found = {one for rights in BROKER_RIGHTS.values() for one in rights if one.kind == "broker"}
    operations = ("Create", "Describe", "DescribeConfigs")
    assert found == {BrokerRight("broker", "kafka-cluster", one) for one in operations}


ALLOWED = {
    ("airflow", "PutObject", f"{LAKE}/names/data/date=2026-11-29/a.parquet"),
    ("airflow", "DeleteObject", f"{LAKE}/names/_waybill/probes/a"),
    ("console", "GetObject", f"{LAKE}/names/_waybill/commits/1.receipt.json"),
    ("publish", "PutObject", f"{LAKE}/airflow/versions/a/airflow_dags.zip"),
    ("bundles", "GetObject", f"{LAKE}/airflow/versions/a/airflow_dags.zip"),
    ("operator", "DeleteObject", f"{LAKE}/waybill-prove-0123456789ab/data/a"),
    ("connect", "PutObject", f"{CONNECT}/table/a"),
}
REFUSED = {
    ("airflow", "PutObject", f"{LAKE}/airflow/current.json"),
    ("airflow", "DeleteObject", f"{LAKE}/names/data/a"),
    ("airflow", "GetObject", f"{LAKE}/airflow/current.json"),
    ("console", "PutObject", f"{LAKE}/names/data/a"),
    ("publish", "PutObject", f"{LAKE}/names/data/a"),
    ("bundles", "PutObject", f"{LAKE}/airflow/current.json"),
    ("bundles", "GetObject", f"{LAKE}/names/data/a"),
    ("init", "GetObject", f"{LAKE}/names/data/a"),
    ("operator", "DeleteObject", f"{LAKE}/names/data/a"),
    ("connect", "GetObject", f"{LAKE}/names/data/a"),
}


def allows(user: str, action: str, resource: str) -> bool:
    return any(
        f"s3:{action}" in one["Action"]
        and any(fnmatchcase(f"arn:aws:s3:::{resource}", pattern) for pattern in one["Resource"])
        for one in policy(user)["Statement"]
    )


def test_policies_allow_what_is_needed_and_refuse_what_is_not() -> None:
    assert {one for one in ALLOWED | REFUSED if allows(*one)} == ALLOWED


ROWS = {
    "init": "`waybill init`",
    "airflow": "`waybill submit`, `backfill`, `contract publish`",
    "console": "`waybill verify`, `report`, `contract pull`, `lag`, `plan`, `dead-letters`, `redrive`",
    "publish": "`waybill dags publish`, `rollback`",
    "bundles": "`waybill dags list`, Airflow's bundle",
}


@pytest.mark.parametrize("user", ROWS)
def test_a_policy_has_the_actions_of_the_page(user: str) -> None:
    bucket = PAGE.split("### On the lake's bucket")[1]
    rows = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", bucket, re.MULTILINE))
    told = rows[ROWS[user]].replace("those of `submit`", rows[ROWS["airflow"]])
    actions = {action for one in policy(user)["Statement"] for action in one["Action"]}
    assert actions == set(re.findall(r"s3:\w+", told))
