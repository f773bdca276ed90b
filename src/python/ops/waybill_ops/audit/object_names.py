"""What a key promises about its object: docs/format.md specifies the names."""

from __future__ import annotations

import re
from dataclasses import dataclass

LEDGER = "_waybill"
DATA = "data"
DEAD_LETTERS = "dead_letters"
LATEST = "_waybill/latest.json"
CHANGES = "_waybill/changes/"
"""Entries that a later release may make; what they change is not known here."""

_ENTRY = re.compile(r"_waybill/([0-9]{20})\.(manifest|receipt)\.json")
_SCHEMAS = re.compile(r"_waybill/([0-9]{20})\.schemas\.json")
_KNOWN = re.compile(
    r"_waybill/(?:latest\.json|[0-9]{20}\.schemas\.json|(?:contracts|schemas)/[0-9a-f]{64}\.json|(?:audits|probes)/.+)"
)
_UNFINISHED = re.compile(r".+#[0-9]+")
"""Temporary files that a killed writer leaves on a local disk."""
_DATA = re.compile(r"data/((?:[^/=]+=[^/]+/)*)([^/]+)")
_DATE = re.compile(r"date=([0-9]{4}-[0-9]{2}-[0-9]{2})")
_ESCAPE = re.compile("%([0-9A-F]{2})")
_DEAD = re.compile(r"dead_letters/([^/]+)")
_SPLIT = re.compile(r"(.+)-(0|[1-9][0-9]{0,9})-([0-9]{20})-([0-9]{20})\.parquet", re.DOTALL)


@dataclass(frozen=True)
class ExpectedName:
    """Records ``[start, end)`` of one partition. ``place`` is the path below ``data/`` of a row's object, empty where
    rows have no folders, and None for dead letters."""

    topic: str
    partition: int
    start: int
    end: int
    place: str | None

    @property
    def date(self) -> str | None:
        """Of the one folder that rows have by a contract without a document."""
        found = _DATE.fullmatch(self.place or "")
        return found[1] if found else None

    @property
    def values(self) -> tuple[str, ...]:
        """What the folders stand for."""
        folders = self.place.split("/") if self.place else []
        return tuple(_unescaped(folder.split("=", 1)[1]) for folder in folders)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def entry_key(number: int, kind: str) -> str:
    return f"{LEDGER}/{number:020d}.{kind}.json"


def document_key(sha256: str) -> str:
    return f"{LEDGER}/contracts/{sha256}.json"


def schemas_key(number: int) -> str:
    return f"{LEDGER}/{number:020d}.schemas.json"


def schema_key(sha256: str) -> str:
    return f"{LEDGER}/schemas/{sha256}.json"


def parse_entry_key(key: str) -> tuple[int, str] | None:
    match = _ENTRY.fullmatch(key)
    return (int(match[1]), match[2]) if match else None


def number_of_schemas(key: str) -> int | None:
    """Of the commit whose object of writers' schemas it is."""
    match = _SCHEMAS.fullmatch(key)
    return int(match[1]) if match else None


def is_known(key: str) -> bool:
    """Whether the format has a place for a key below ``_waybill/``."""
    return any(known.fullmatch(key) for known in (_ENTRY, _KNOWN, _UNFINISHED))


def parse_object_key(key: str) -> ExpectedName | None:
    """None where the key is no name that a writer could have given."""
    data, dead = _DATA.fullmatch(key), _DEAD.fullmatch(key)
    split = _SPLIT.fullmatch(data[2] if data else dead[1] if dead else "")
    if split is None:
        return None
    return ExpectedName(split[1], int(split[2]), int(split[3]), int(split[4]), data[1][:-1] if data else None)
