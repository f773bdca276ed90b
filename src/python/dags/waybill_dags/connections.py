"""Airflow's connections as the programs' settings. Pure: fields in, environment variables out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

KAFKA = "waybill_kafka"
"""As Airflow's Kafka provider has it: ``extra`` is librdkafka's configuration, ``bootstrap.servers`` in it."""

S3 = "waybill_s3"
"""As Airflow's Amazon provider has it: login and password are the keys, ``extra`` may name endpoint and region."""

_SECRET = ("password", "secret", "key.pem")
"""Ends of the names of properties that nobody may read; docs/settings.md, kafka."""

_FILE = "_FILE"


def kafka_settings(extra: Mapping[str, Any]) -> dict[str, str]:
    """librdkafka's properties by their names; those that are secret go where they are never printed."""
    given = {name: str(value) for name, value in extra.items()}
    brokers = given.pop("bootstrap.servers", None)
    secrets = {name: value for name, value in given.items() if name.endswith(_SECRET)}
    properties = {name: value for name, value in given.items() if name not in secrets}
    return {
        **({"WAYBILL_KAFKA__BOOTSTRAP_SERVERS": brokers} if brokers else {}),
        **({"WAYBILL_KAFKA__PROPERTIES": json.dumps(properties)} if properties else {}),
        **({"WAYBILL_KAFKA__SECRETS": json.dumps(secrets)} if secrets else {}),
    }


def s3_settings(login: str | None, password: str | None, extra: Mapping[str, Any]) -> dict[str, str]:
    found = {
        "WAYBILL_LAKE__ACCESS_KEY_ID": login,
        "WAYBILL_LAKE__SECRET_ACCESS_KEY": password,
        "WAYBILL_LAKE__ENDPOINT": extra.get("endpoint_url"),
        "WAYBILL_LAKE__REGION": extra.get("region_name"),
    }
    return {name: str(value) for name, value in found.items() if value}


def over(below: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """``above`` wins. ``X`` and ``X_FILE`` are one setting: the programs would take the file, wherever it came from."""
    said = {name.removesuffix(_FILE) for name in above}
    return {**{name: text for name, text in below.items() if name.removesuffix(_FILE) not in said}, **above}
