"""Schemas of the newest records of a stream whose schemas a registry has, as the run would know them."""

from __future__ import annotations

from collections.abc import Sequence

from waybill_common.ledger import StoredSchemas
from waybill_common.settings import Settings
from waybill_contracts.document import ContractDocument
from waybill_contracts.judging import KnownSchemas, Writers, ids_of
from waybill_contracts.newest_records import NewestRecord
from waybill_delivery.beginning import Beginning
from waybill_delivery.events import ids_to_ask
from waybill_delivery.planning.steps_part import StepsAhead
from waybill_delivery.schema_binding import binding_of


def writers_of_newest(
    settings: Settings,
    begun: Beginning,
    ahead: StepsAhead,
    document: ContractDocument,
    newest: Sequence[NewestRecord],
) -> Writers:
    """Of what is delivered, by what the dataset knows; for the rest the registry is asked. Nothing is bound.

    Raises what the run would end with where the registry does not answer.
    """
    binding, frame = binding_of(settings, begun.journal), document.value.frame or ""
    bound, first = dict[str, str | None](begun.position.schemas or {}), ahead.frontier
    if ahead.left_open is not None:
        standing = binding.standing(ahead.left_open, begun.position.open_sha256 or "")
        if standing is None:
            first = begun.position.frontier
        else:
            bound = {**standing.says.schemas, **bound}
    ids = ids_of(frame, bound)
    waiting = [one.record for one in newest if one.offset >= first.get(one.partition, 0)]
    values, headers = [one.value for one in waiting], (one.headers for one in waiting)
    new = ids_to_ask(document.value, values, headers, ids)
    told = binding.asked(begun.registry.current, new, "The run's commit would stay open.") if new else {}
    fresh = {one.sha256: one for one in told.values() if one is not None}
    stored = StoredSchemas(begun.journal.lake)
    ids |= {number: one.sha256 for number, one in told.items() if one is not None}
    return Writers(KnownSchemas(document), ids, lambda sha256: fresh.get(sha256) or stored.read(sha256))
