"""Files of keys that librdkafka's properties name: judged like files of secrets, but that librdkafka reads them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from waybill_common.settings.given_value import GivenValue
from waybill_common.settings.secret_files import PRIVATE, FileAccess, access_of

_TABLES = ("kafka.properties", "kafka.secrets")
_BARE = ("ssl.key.location", "sasl.oauthbearer.assertion.private.key.file", "sasl.oauthbearer.assertion.file")
"""A key in PEM may be encrypted there."""

_KEYTAB = "sasl.kerberos.keytab"
_KEY_FILES = (*_BARE, "ssl.keystore.location", _KEYTAB)
_ENCRYPTED = (b"ENCRYPTED PRIVATE KEY-----", b"Proc-Type: 4,ENCRYPTED")
_MOST = 1 << 20


def judge_key_files(found: GivenValue) -> None:
    """Refuse those that others can write, and those that others can read and that no password protects."""
    for table in _TABLES:
        given = found.values.get(table)
        named = given if isinstance(given, dict) else {}
        for name in _KEY_FILES:
            if isinstance(named.get(name), str):
                _judge(found, (table, name), named[name])


def _judge(found: GivenValue, setting: tuple[str, str], path: str) -> None:
    access, protected = _looked_at(setting[1], path)
    origin = found.origins.get(setting) or found.origins.get(setting[:1]) or "default"
    told = f"{'.'.join(setting)} (from {origin}) names a file that others can {{}} (mode {access.mode:04o}); {{}}"
    if access.writable:
        found.refuse(told.format("write", "chmod go-w it, and have a new key made"))
    elif access.readable and not protected:
        remedy = "chmod 600, or put it below /run/secrets, on tmpfs or on a read-only mount"
        found.exposed.append((setting[0], told.format("read", f"{remedy}; or set security.readable_files")))


def _looked_at(name: str, path: str) -> tuple[FileAccess, bool]:
    """What others may do with it, and whether it tells them anything. librdkafka says what else is wrong with it."""
    try:
        file = os.open(Path(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return PRIVATE, True
    try:
        access = access_of(file)
        if not stat.S_ISREG(os.fstat(file).st_mode) or not access.readable:
            return access, True
        content = os.read(file, _MOST) if name in _BARE else b""
        return access, name not in (*_BARE, _KEYTAB) or any(one in content for one in _ENCRYPTED)
    except OSError:
        return access, True
    finally:
        os.close(file)
