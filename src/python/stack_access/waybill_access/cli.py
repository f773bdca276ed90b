"""``access kafka`` and ``access store``: an administrator tells brokers and store of the stack's users. ``access
schemas``: the registry is told of schemas.

It may be run at any time and any number of times: in the end passwords, rights and policies are those of this release.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import SecretStr

from waybill_access.broker_rights import BROKER_RIGHTS
from waybill_access.bucket_policies import CONNECT, STATEMENTS
from waybill_access.granting_in_buckets import set_users
from waybill_access.granting_on_brokers import set_passwords, set_rights
from waybill_access.registering import register, subjects_of
from waybill_common.cli import Parser, run_program, settings_of
from waybill_common.errors import OK, SettingsRefused
from waybill_common.flag_types import path_of
from waybill_common.redaction import hide_too
from waybill_common.settings import CREATION, UnreadableFile, add_settings_flags, as_text, read_judged, uses
from waybill_common.terminal import say_json
from waybill_common.version import VERSION
from waybill_streams.finding import StreamFolders

KAFKA_SETTINGS = uses("kafka", "log", without=CREATION)
STORE_SETTINGS = uses(
    "lake.endpoint", "lake.access_key_id", "lake.secret_access_key", "lake.attempts", "lake.timeout", "log"
)
SCHEMAS_SETTINGS = uses("registry.url", "registry.attempts", "registry.timeout", "log")
_PASSWORD = "sasl.password"  # noqa: S105  # a property's name


def main(argv: Sequence[str] | None = None) -> int:
    """Exit codes: ``waybill_common.errors``."""
    return run_program("access", lambda: _command(argv))


def _command(argv: Sequence[str] | None) -> int:
    parser = Parser(
        prog="access",
        description="Tell brokers and store of the stack's users and their rights, and its registry of schemas.",
    )
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, what, settings in (
        ("kafka", "the brokers: users for SCRAM-SHA-512, and their rights", KAFKA_SETTINGS),
        ("store", "MinIO: users with a policy each, and Connect's bucket", STORE_SETTINGS),
    ):
        command = commands.add_parser(name, help=what, description=f"Tell {what}.")
        command.add_argument(
            "--secrets",
            type=path_of,
            default=Path("/run/secrets"),
            metavar="FOLDER",
            help="where each user's secret lies: kafka_USER.json, s3_USER (default: %(default)s)",
        )
        add_settings_flags(command, *settings)
    what = "the registry: schemas of the streams that Waybill brings along and others write"
    add_settings_flags(
        commands.add_parser("schemas", help=what, description=f"Tell {what}."), *SCHEMAS_SETTINGS
    )
    return _run(parser.parse_args(argv))


def _run(flags: Namespace) -> int:
    settings = settings_of(flags, os.environ, "access")
    if flags.command == "kafka":
        passwords = {user: _password(flags.secrets / f"kafka_{user}.json") for user in BROKER_RIGHTS}
        set_passwords(settings.kafka, passwords)
        set_rights(settings.kafka, BROKER_RIGHTS)
        _say(flags.command, passwords)
    elif flags.command == "store":
        keys = {user: SecretStr(_text(flags.secrets / f"s3_{user}")) for user in STATEMENTS}
        set_users(settings.lake, keys, CONNECT)
        _say(flags.command, keys)
    else:
        subjects = register(settings.registry, subjects_of(StreamFolders().readable))
        say_json({"told": flags.command, "subjects": subjects})
    return OK


def _say(command: str, users: Iterable[str]) -> None:
    say_json({"told": command, "users": sorted(users)})


def _password(file: Path) -> SecretStr:
    """Of a file that is somebody's kafka.secrets."""
    try:
        password = str(json.loads(_text(file))[_PASSWORD])
        hide_too((password,))
        return SecretStr(password)
    except (ValueError, KeyError, TypeError) as error:
        raise _refused(file, f"a JSON object with {_PASSWORD}") from error


def _text(file: Path) -> str:
    try:
        content, access = read_judged(file)
        found = as_text(content).strip()
    except UnreadableFile as error:
        raise _refused(file, f"a readable file ({error})") from error
    if not found:
        raise _refused(file, "a secret, not an empty file")
    if access.writable or access.readable:
        raise _refused(file, "a file of its owner's alone; others may read one below /run/secrets")
    hide_too((found,))
    return found


def _refused(file: Path, allowed: str) -> SettingsRefused:
    return SettingsRefused(
        f"The secret {file} can't be used.",
        allowed=f"{allowed}.",
        remedy="`docker/stack.sh down` and `up` make all secrets anew; the data is gone then.",
    )


if __name__ == "__main__":
    sys.exit(main())
