"""A commit's splits through an engine, and once more those whose records' schemas had to be bound first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from waybill_delivery.schema_binding import SchemaBinding
from waybill_delivery.splits import CarriedSplit, SchemasAsked, SplitOutcome, TaskContext


def carry_bound(
    context: TaskContext,
    carry: Callable[[TaskContext], Sequence[SplitOutcome]],
    binding: SchemaBinding,
    manifest_sha256: str,
) -> list[CarriedSplit]:
    """What became of each split. The registry is asked where tasks met ids that nothing in the lake knows yet."""
    manifest, contract = context.manifest, context.contract
    if contract.registry is None:
        return _carried(carry(context))
    standing = binding.standing(manifest, manifest_sha256)
    if standing is not None:
        return _carried(carry(replace(context, schemas=standing.says.schemas)))
    outcomes = carry(context)
    asked = [one for one in outcomes if isinstance(one, SchemasAsked)]
    done = [one for one in outcomes if isinstance(one, CarriedSplit)]
    if not asked:
        return done
    standing = binding.bind(
        manifest, manifest_sha256, contract, (known for one in asked for known in one.ids)
    )
    left = tuple(one.split for one in asked)
    return done + _carried(carry(replace(context, only=left, schemas=standing.says.schemas)))


def _carried(outcomes: Sequence[SplitOutcome]) -> list[CarriedSplit]:
    found = [one for one in outcomes if isinstance(one, CarriedSplit)]
    if len(found) < len(outcomes):
        raise ValueError("a task asks for schemas of a commit whose schemas are bound")
    return found
