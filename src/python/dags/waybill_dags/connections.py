"""Airflow's connections as the programs' settings. Pure: fields in, environment variables out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

KAFKA = "waybill_kafka"
"""As Airflow's Kafka provider has it: ``extra`` is librdkafka's configuration, ``bootstrap.servers`` in it."""

S3 = "waybill_s3"
"""As Airflow's Amazon provider has it: login and password are the keys; ``extra`` may name endpoint, region, a profile,
the token of keys that expire, and as ``verify`` a PEM file of CAs."""

_ROLES = ("role_arn", "assume_role_method", "assume_role_kwargs", "external_id", "session_kwargs")
"""What only that provider's own client can do with a connection."""

_KEYS = "WAYBILL_LAKE__ACCESS_KEY_ID"
_SECRET_KEY = "WAYBILL_LAKE__SECRET_ACCESS_KEY"  # noqa: S105  # a variable's name
_TOKEN = "WAYBILL_LAKE__SESSION_TOKEN"  # noqa: S105  # a variable's name
_PROFILE = "AWS_PROFILE"
_OF_AWS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

_SECRET = ("password", "passphrase", "secret", "key.pem")
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


class ConnectionRefused(ValueError):
    """A connection asks for what the programs can't do; its text says what, and what to do instead."""


def s3_settings(login: str | None, password: str | None, extra: Mapping[str, Any]) -> dict[str, str]:
    """Raises ``ConnectionRefused`` where it would be another identity than the connection's."""
    if roles := [name for name in _ROLES if extra.get(name)]:
        raise ConnectionRefused(
            f"The connection {S3} has {', '.join(roles)} in its extra. Allowed: keys, aws_session_token, profile_name, "
            "endpoint_url and region_name. Remedy: write the role into a profile of the worker's ~/.aws/config, and "
            "name that as profile_name."
        )
    if extra.get("verify") in (False, "false", "False"):
        raise ConnectionRefused(
            f"The connection {S3} has verify = false in its extra. Allowed: nothing, or the path of a PEM file of CAs. "
            "Remedy: name the CA that signed the server's certificate."
        )
    found = {
        _KEYS: login or extra.get("aws_access_key_id"),
        _SECRET_KEY: password or extra.get("aws_secret_access_key"),
        _TOKEN: extra.get("aws_session_token"),
        "WAYBILL_LAKE__ENDPOINT": extra.get("endpoint_url"),
        "WAYBILL_LAKE__REGION": extra.get("region_name"),
        "WAYBILL_LAKE__CA_FILE": extra.get("verify"),
        _PROFILE: extra.get("profile_name"),
    }
    # verify = true is what the programs do anyway.
    return {
        name: str(value) for name, value in found.items() if value and value not in (True, "true", "True")
    }


def over(below: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """``above`` wins. ``X`` and ``X_FILE`` are one setting: the programs would take the file, wherever it came from.

    A token belongs to the keys that it came with: other keys do without. A profile stands for all of them, and AWS's
    tools would take keys in variables before it.
    """
    said = {name.removesuffix(_FILE) for name in above}
    if _KEYS in said:
        said.add(_TOKEN)
    if _PROFILE in above:
        said.update((_KEYS, _SECRET_KEY, _TOKEN, *_OF_AWS))
    return {**{name: text for name, text in below.items() if name.removesuffix(_FILE) not in said}, **above}
