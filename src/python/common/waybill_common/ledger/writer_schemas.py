"""The schemas of a commit's records: which id means which, where no manifest has said it before.

One object for each commit of a stream that asks a registry, created once: whoever delivers the commit, and whatever a
registry says by then, an id means what stands there. An id that neither it nor the manifest knows is null: its records
are dead letters of that commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from waybill_common.ledger.entry import Entry, Number, Sha256, WriterId

MOST_ASKED = 1000
"""New ids of one commit that are asked for, the lowest ones: so no task need tell of more. The others are null."""

SchemaName = Annotated[
    str,
    Field(
        pattern=r"^((confluent|apicurio):(0|[1-9][0-9]{0,18})"
        r"|confluent_header:(0|[1-9][0-9]{0,9}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$"
    ),
]
"""A frame and the id in it; of ``confluent_header`` a number or a GUID, as the header has it."""


class CommitSchemas(Entry):
    """``schemas`` has null for what the registry does not have. ``manifest_sha256`` is of the commit's manifest."""

    format: Literal[3]
    kind: Literal["schemas"]
    stream: str
    number: Number
    manifest_sha256: Sha256
    schemas: dict[SchemaName, Sha256 | None]
    writer: WriterId
    release: str


@dataclass(frozen=True)
class StandingSchemas:
    """The object as it stands."""

    says: CommitSchemas
    body: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def after_commit(before: Mapping[str, str], standing: StandingSchemas | None) -> dict[str, str]:
    """What the next manifest knows: all that this commit's knew, and what it has added. A null is of one commit alone:
    a registry that lags is asked again.
    """
    added = standing.says.schemas if standing is not None else {}
    known = {name: sha256 for name, sha256 in added.items() if sha256 is not None}
    return dict(sorted({**known, **before}.items()))
