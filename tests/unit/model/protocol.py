"""The delivery protocol: what a driver does next, for each place it can be at.

Read from top to bottom, this is one commit: read_receipts, look_for_open_manifest, plan, put_document, open_manifest,
read, put_schemas, put_object, close, and the `check_…` steps after a create that was not plainly answered. Each step is
atomic; between two steps anything may happen, a freeze of any length and the driver's death included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from unit.model.ahead import held, put_down
from unit.model.store import Reply
from unit.model.turn import Turn, read_split, splits_of
from unit.model.world import (
    EMPTY,
    Document,
    Key,
    Manifest,
    Receipt,
    Rows,
    Schemas,
    State,
    cut,
    highest,
    manifest_at,
    receipt_at,
    too_dead,
)

Steps = Iterator[tuple[str, State]]


def read_receipts(t: Turn) -> Steps:
    number = highest(t.state, "receipt")
    receipt = receipt_at(t.state, number)
    frontier = receipt.frontier if receipt else (0,) * len(t.state.ends)
    if receipt is None and t.world.begins_at_latest:
        frontier = t.state.ends
    if receipt and receipt.format > t.release.format:
        yield "ends: the ledger needs a later release", t.end()
    elif receipt and t.me.origin and t.rules.a_backfill_begins_a_dataset:
        yield "ends: others have begun the dataset", t.end()
    elif t.me.tightens and not number and manifest_at(t.state, 1) is None:
        yield "ends: there is no dataset", t.end()
    else:
        yield f"reads receipts up to {number}", t.next_commit(number + 1, t.me.origin or frontier)


def look_for_open_manifest(t: Turn) -> Steps:
    manifest = manifest_at(t.state, t.me.number)
    if manifest is None:
        yield "finds no open manifest", t.go("plan")
    elif t.me.origin and manifest.starts != t.me.origin and t.rules.a_backfill_begins_a_dataset:
        yield "ends: others are beginning the dataset", t.end()
    elif not t.rules.open_manifest_comes_first:
        yield "plans past the open manifest", t.go("plan", number=highest(t.state, "manifest") + 1)
    else:
        yield from deliver(t, manifest, mine=False)


def plan(t: Turn) -> Steps:
    frontier, before = t.me.frontier, manifest_at(t.state, t.me.number - 1)
    begins = t.world.begins_at_latest and t.me.number == 1
    pins = begins and t.rules.origin_is_pinned
    if pins:
        frontier = t.state.ends
    ends = tuple(max(pair) for pair in zip(frontier, t.state.ends, strict=True))
    contract, newest = t.release.contracts[-1], t.release.format
    last = receipt_at(t.state, t.me.number - 1)
    is_too_dead = (
        last is not None and before is not None and before.contract == contract and too_dead(t.world, last)
    )
    if t.me.tightens:
        ends = frontier
    if t.rules.topic_id_is_checked and before is not None and before.topic != t.state.topic:
        yield "ends: topic recreated", t.end()
    elif t.rules.a_version_never_goes_back and before is not None and before.contract > contract:
        yield "ends: the dataset's contract is of a later version", t.end()
    elif t.me.tightens and before is not None and before.contract == contract:
        yield "ends: it is the dataset's contract already", t.end()
    elif is_too_dead and not t.me.accepts_dead and t.judges(last):
        was_accepted = f"accepted {t.me.number}" in t.state.alarms
        yield "ends: too many dead letters", t.end("asked again" if was_accepted else None)
    elif t.cannot_read(frontier):
        yield "finds its frontier expired", t.go("claim_loss")
    elif (
        ends != frontier
        or pins
        or t.me.tightens
        or (is_too_dead and t.me.accepts_dead and t.rules.acceptance_is_recorded)
    ):
        splits = cut(frontier, ends, t.release.rows_per_object)
        starts = frontier if begins else t.me.origin if t.me.number == 1 else ()
        accepts = t.me.accepts_dead and t.rules.acceptance_is_recorded
        knows = last.knows if last else 0
        manifest = Manifest(
            t.me.writer, contract, t.state.topic, ends, splits, starts, newest, accepts, knows
        )
        yield (
            f"plans manifest {t.me.number} up to {ends}",
            t.go(
                "put_document"
                if t.world.has_documents and t.rules.documents_precede_their_name
                else "open_manifest",
                manifest=manifest,
                frontier=(),
            ),
        )
    elif is_too_dead:
        said = f"accepted {t.me.number}" if t.me.accepts_dead else "too many dead letters"
        yield "ends: all is delivered", t.end(said)
    elif t.world.begins_at_latest:
        yield "ends well", t.end_well()


def put_document(t: Turn) -> Steps:
    assert t.me.manifest is not None
    contract = t.me.manifest.contract
    for reply, then in t.put(Key("document", contract), Document(contract)):
        if reply is Reply.CREATED:
            yield f"puts the document of contract {contract}", with_document(then)
        else:
            yield f"puts the document of contract {contract}: {reply.value}", then.go("check_document")


def check_document(t: Turn) -> Steps:
    assert t.me.manifest is not None
    if t.lacks_document(t.me.manifest):
        yield "finds its document absent", t.go("put_document")
    else:
        yield "finds its document stored", with_document(t)


def with_document(t: Turn) -> State:
    assert t.me.manifest is not None
    after = "read" if t.me.manifest.splits else "close"
    return t.go("open_manifest" if t.rules.documents_precede_their_name else after)


def open_manifest(t: Turn) -> Steps:
    assert t.me.manifest is not None
    for reply, then in t.put(Key("manifest", t.me.number), t.me.manifest):
        if reply is Reply.CREATED or (reply is Reply.EXISTS and not t.rules.already_exists_is_no_proof):
            yield from deliver(then, t.me.manifest, mine=True, said=f"opens manifest: {reply.value}")
        else:
            yield f"opens manifest: {reply.value}", then.go("check_manifest")


def check_manifest(t: Turn) -> Steps:
    stored = manifest_at(t.state, t.me.number)
    if stored is None:
        yield "finds its manifest absent", t.go("open_manifest")
    else:
        yield from deliver(t, stored, mine=t.is_mine(stored))


def deliver(t: Turn, manifest: Manifest, mine: bool, said: str = "takes the stored manifest") -> Steps:
    if t.me.tightens and (manifest.splits or manifest.contract != t.release.contracts[-1]):
        if t.rules.an_open_commit_is_not_closed_by_publishing:
            yield "ends: a commit is open", t.end()
        else:
            yield said, t.go("close", manifest=manifest, mine=mine, frontier=())
    elif not mine and not t.rules.foreign_manifest_is_finished:
        yield "ends: the manifest is foreign", t.end()
    elif manifest.format > t.release.format:
        yield "ends: the manifest needs a later release", t.end()
    elif t.rules.manifest_contract_binds and manifest.contract not in t.release.contracts:
        yield "ends: lacks the manifest's contract", t.end()
    elif t.lacks_document(manifest) and not mine:
        yield "ends: the dataset lacks the manifest's document", t.end()
    elif t.lacks_document(manifest):
        yield said, t.go("put_document", manifest=manifest, mine=mine, frontier=())
    elif not manifest.splits:
        yield said, t.go("close", manifest=manifest, mine=mine, frontier=())
    elif t.rules.receipt_after_data:
        first = "read" if splits_of(t, manifest) else "close"
        yield said, t.go(first, manifest=manifest, mine=mine, frontier=())
    else:
        told = [listed for split in splits_of(t, manifest) for listed in read_split(t, manifest, split)]
        yield said, t.go("close", manifest=manifest, mine=mine, frontier=(), told=tuple(told))


def read(t: Turn) -> Steps:
    """A task reads its split, whole; what has expired becomes a hole if that was asked for, else an error."""
    assert t.me.manifest is not None
    split = splits_of(t, t.me.manifest)[t.me.split]
    expired = range(split.start, min(split.end, t.state.log_start[split.partition]))
    if expired and t.rules.jump_is_not_progress and not t.me.accepts_loss:
        yield "finds its split expired", t.go("claim_loss")
        return
    if t.cannot_store(split):
        yield "ends: a record has no place", t.end()
        return
    if t.reads_another_topic(t.me.manifest):
        yield "ends: reads another topic", t.end()
        return
    if t.asks(t.me.manifest, split):
        yield "asks the registry", t.go("put_schemas", meaning=t.state.registry)
        return
    left, told, holes = (
        read_split(t, t.me.manifest, split, held(t, t.me.manifest, split)),
        t.me.told,
        t.me.holes,
    )
    t = put_down(t, split)
    if expired and t.rules.jump_is_not_progress:
        holes += tuple((split.partition, offset) for offset in expired)
        if t.rules.loss_spares_what_is_stored:
            told += t.stored_beside(split, left)
    yield f"reads {split.partition}:{split.start}-{split.end}", t.onward(left, told, holes)


def put_schemas(t: Turn) -> Steps:
    """One object for the commit: the registry's answer, or nothing where no task met a new id."""
    for reply, then in t.put(Key("schemas", t.me.number), Schemas(t.me.meaning)):
        if reply is Reply.CREATED:
            yield "binds what the id means", with_schemas(then)
        else:
            yield f"binds what the id means: {reply.value}", then.go("check_schemas")


def check_schemas(t: Turn) -> Steps:
    if t.bound() is None:
        yield "finds its schemas absent", t.go("put_schemas")
    else:
        yield "takes the schemas that stand", with_schemas(t)


def with_schemas(t: Turn) -> State:
    return t.go("close" if t.me.meaning == EMPTY else "read", meaning=0)


def put_object(t: Turn) -> Steps:
    (key, rows), *rest = t.me.left
    for reply, then in t.put(key, rows):
        if reply is Reply.CREATED or (reply is Reply.EXISTS and not t.rules.already_exists_is_no_proof):
            told = (*t.me.told, (key, rows))
            yield f"puts {key.kind}: {reply.value}", then.onward(tuple(rest), told, t.me.holes)
        else:
            yield f"puts {key.kind}: {reply.value}", then.go("check_object")


def check_object(t: Turn) -> Steps:
    (key, rows), *rest = t.me.left
    stored = t.get(key)
    if not isinstance(stored, Rows):
        yield "finds its object absent", t.go("put_object")
        return
    assert key.split is not None
    lacking = tuple((key.split.partition, o) for o in rows.offsets if o not in stored.offsets)
    if lacking and t.rules.stored_coordinates_are_checked and not t.me.accepts_loss:
        yield "finds rows lacking in the stored object", t.go("claim_loss")
    elif not lacking and stored.offsets != rows.offsets and not t.rules.fuller_stored_object_is_taken:
        yield "ends: other rows are stored", t.end()
    else:
        holes = t.me.holes + (lacking if t.rules.stored_coordinates_are_checked else ())
        told = (key, stored if t.rules.stored_object_is_read_back else rows)
        yield "finds its object stored", t.onward(tuple(rest), (*t.me.told, told), holes)


def close(t: Turn) -> Steps:
    if t.rules.topic_id_is_checked and t.me.manifest and t.me.manifest.topic != t.state.topic:
        yield "ends: topic recreated", t.end()
        return
    if t.world.answers and t.bound() is None and t.rules.schemas_object_precedes_receipt:
        yield "has met no new id", t.go("put_schemas", meaning=EMPTY)
        return
    receipt = t.receipt()
    for reply, then in t.put(Key("receipt", t.me.number), receipt):
        if reply is Reply.CREATED or (reply is Reply.EXISTS and not t.rules.already_exists_is_no_proof):
            yield f"writes receipt: {reply.value}", then.next_commit(t.me.number + 1, receipt.frontier)
        elif not t.rules.receipt_precedes_the_next_manifest:
            yield "goes on without its receipt", then.next_commit(t.me.number + 1, receipt.frontier)
        else:
            yield f"writes receipt: {reply.value}", then.go("check_receipt")


def check_receipt(t: Turn) -> Steps:
    stored = receipt_at(t.state, t.me.number)
    if stored is None:
        yield "finds its receipt absent", t.go("close")
    elif t.is_mine(stored):
        yield "finds its own receipt", t.next_commit(t.me.number + 1, stored.frontier)
    else:
        yield from meet_foreign_receipt(t, stored)


def meet_foreign_receipt(t: Turn, receipt: Receipt) -> Steps:
    if not t.me.mine:
        yield "adopts the foreign receipt", t.next_commit(t.me.number + 1, receipt.frontier)
    elif t.rules.foreign_receipt_fences:
        yield "ends: fenced", t.end("fenced itself" if receipt.writer == t.me.writer else None)
    else:
        yield "goes on, though beaten", t.next_commit(t.me.number + 1, receipt.frontier, beaten=True)


def claim_loss(t: Turn) -> Steps:
    receipt = receipt_at(t.state, t.me.number)
    if receipt is not None and t.rules.loss_is_checked_against_the_ledger:
        yield from meet_foreign_receipt(t, receipt)
    else:
        yield "ends: offsets lost", t.end("false loss" if receipt else None)


STEPS: dict[str, Callable[[Turn], Steps]] = {
    step.__name__: step
    for step in (read_receipts, look_for_open_manifest, plan, put_document, check_document, open_manifest,
                 check_manifest, read, put_schemas, check_schemas, put_object, check_object, close, check_receipt,
                 claim_loss)
}  # fmt: skip
