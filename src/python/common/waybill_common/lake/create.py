"""Creating an object once, whatever the network does to the reply.

"Already exists" proves nothing. A client that retries inside meets its own object after a lost reply; a 409 can
come back with nothing stored; a time-out may have stored it. So the store is asked what stands there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from waybill_common.errors import LakeUnavailable
from waybill_common.lake.store import Lake


@dataclass(frozen=True)
class Created:
    """What stands under a key now. ``mine`` is false where another writer was first."""

    body: bytes
    mine: bool


def create(
    lake: Lake,
    key: str,
    body: bytes,
    is_mine: Callable[[bytes], bool],
    sleep: Callable[[float], None] = time.sleep,
    get: Callable[[str], bytes | None] | None = None,
) -> Created:
    """Create ``key`` with ``body`` unless something stands there; tell which of the two it is.

    ``get`` reads what stands, where the lake's own way would take too much memory. Raises ``LakeUnavailable`` after
    ``lake.attempts`` unclear replies with nothing stored.
    """
    why = ""
    for attempt in range(lake.settings.attempts):
        put = lake.put_new(key, body)
        if put.stored:
            return Created(body, mine=True)
        why = put.why
        stored = (get or lake.get)(key)
        if stored is not None:
            return Created(stored, mine=is_mine(stored))
        sleep(min(0.1 * 2**attempt, 5.0))
    raise LakeUnavailable(
        f"The lake {lake.address} neither created {key} nor shows it: {why}.",
        allowed=f"an object stored within {lake.settings.attempts} attempts.",
        remedy="check the store's health; run again, the next start goes on from here.",
    )
