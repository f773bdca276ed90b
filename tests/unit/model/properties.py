"""What must hold in every reachable state. A property yields what is wrong, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from unit.model.world import (
    NONE,
    Key,
    Manifest,
    Receipt,
    Rows,
    Schemas,
    State,
    World,
    by_key,
    highest,
    manifest_at,
    receipt_at,
    too_dead,
)

Violations = Iterator[str]


def rows_in(state: State) -> Iterator[tuple[Key, Rows]]:
    return ((key, body) for key, body in state.store if isinstance(body, Rows))


def receipts(state: State) -> Iterator[tuple[int, Receipt]]:
    return ((key.number, body) for key, body in state.store if isinstance(body, Receipt))


def manifests(state: State) -> Iterator[tuple[int, Manifest]]:
    return ((key.number, body) for key, body in state.store if isinstance(body, Manifest))


def offsets_in(key: Key, rows: Rows) -> set[tuple[int, int]]:
    return {(key.split.partition, offset) for offset in rows.offsets} if key.split else set()


def holes(state: State) -> set[tuple[int, int]]:
    return {hole for _, receipt in receipts(state) for hole in receipt.holes}


def no_offset_is_stored_twice(world: World, state: State) -> Violations:
    seen = Counter(offset for key, rows in rows_in(state) for offset in offsets_in(key, rows))
    for (partition, offset), times in seen.items():
        if times > 1:
            yield f"{partition}:{offset} is in {times} objects"


def nothing_is_missing_below_the_frontier(world: World, state: State) -> Violations:
    """Good row, dead letter, transaction marker or declared hole, of the topic that the manifest names.

    What lies before the place where the first manifest begins is not the dataset's.
    """
    stored = {offset: rows.topic for key, rows in rows_in(state) for offset in offsets_in(key, rows)}
    planned, declared = dict(manifests(state)), holes(state)
    below = (planned[1].starts if 1 in planned else ()) or (0,) * len(state.ends)
    for number, receipt in sorted(receipts(state)):
        topic = planned[number].topic if number in planned else 0
        for partition, (first, end) in enumerate(zip(below, receipt.frontier, strict=True)):
            records = world.topics[topic][partition]
            for offset in range(first, end):
                if records[offset] != "marker" and (partition, offset) not in declared \
                        and stored.get((partition, offset)) != topic:  # fmt: skip
                    yield f"{partition}:{offset} is missing, receipt {number} says it arrived"
        below = receipt.frontier


def receipts_equal_what_is_stored(world: World, state: State) -> Violations:
    """Now and at any later moment. An object that no receipt lists may hold rows of declared holes only."""
    stored, declared = by_key(state.store), holes(state)
    planned = dict(manifests(state))
    for number, receipt in receipts(state):
        for key, rows in receipt.objects:
            if stored.get(key) != rows:
                yield f"receipt {number} lists {rows} as {key.kind}, stored is {stored.get(key)}"
        listed = {key for key, _ in receipt.objects}
        splits = planned[number].splits if number in planned else ()
        for key, rows in rows_in(state):
            if key not in listed and key.split in splits and not offsets_in(key, rows) <= declared:
                yield f"receipt {number} does not list {key.kind} {rows}"


def the_ledger_is_one_chain(world: World, state: State) -> Violations:
    """One manifest and one receipt for each number, never replaced, no number left out."""
    if "replaced" in state.alarms:
        yield "a manifest or receipt was replaced by another"
    planned, closed = dict(manifests(state)), dict(receipts(state))
    for number, receipt in closed.items():
        if number not in planned or (number > 1 and number - 1 not in closed):
            yield f"receipt {number} stands without its manifest or its predecessor"
        elif receipt.frontier != planned[number].ends:
            yield f"receipt {number} says {receipt.frontier}, its manifest {planned[number].ends}"


def a_dataset_is_of_one_topic(world: World, state: State) -> Violations:
    """Offsets of two topics mean different records."""
    topics = {manifest.topic for _, manifest in manifests(state)}
    if len(topics) > 1:
        yield f"manifests of topics {sorted(topics)}"


def data_follows_its_manifest(world: World, state: State) -> Violations:
    """Every object is of a split that a manifest names, under that manifest's contract."""
    contracts = {split: m.contract for _, m in manifests(state) for split in m.splits}
    for key, rows in rows_in(state):
        if key.split not in contracts:
            yield f"{key.kind} {key.split} belongs to no manifest"
        elif rows.contract != contracts[key.split]:
            yield f"{key.kind} {key.split} was delivered under contract {rows.contract}"


def what_a_manifest_names_stands(world: World, state: State) -> Violations:
    """Whoever finds the manifest finds its contract's document: recovery needs the lake alone."""
    for number, manifest in manifests(state) if world.has_documents else ():
        if Key("document", manifest.contract) not in by_key(state.store):
            yield f"manifest {number} names the document of contract {manifest.contract}, which does not stand"


def a_receipt_knows_what_its_commit_bound(world: World, state: State) -> Violations:
    """Now and at any later moment: the next manifest follows from receipts alone, and a reader from the object."""
    for number, receipt in receipts(state) if world.answers else ():
        stored = by_key(state.store).get(Key("schemas", number))
        meaning = stored.meaning if isinstance(stored, Schemas) else NONE
        if receipt.bound != meaning:
            yield f"receipt {number} says {receipt.bound} of the commit's id, the object that stands {meaning}"


def what_came_after_a_good_end_is_the_datasets(world: World, state: State) -> Violations:
    """A dataset that begins at the log's end begins there once."""
    first = manifest_at(state, 1)
    for partition, end in enumerate(state.well) if first is not None else ():
        if first is not None and first.starts[partition] > end:
            yield (
                f"the dataset begins at {partition}:{first.starts[partition]}, a driver ended well at {partition}:{end}"
            )


def only_another_driver_fences(world: World, state: State) -> Violations:
    if "fenced itself" in state.alarms:
        yield "a driver took its own receipt for a foreign one"


def a_beaten_driver_opens_nothing(world: World, state: State) -> Violations:
    if "beaten driver" in state.alarms:
        yield "a driver whose own manifest was closed by another goes on opening manifests"


def no_loss_is_claimed_falsely(world: World, state: State) -> Violations:
    if "false loss" in state.alarms:
        yield "a driver ended for offsets lost that a receipt shows as arrived"


def a_contract_never_goes_back(world: World, state: State) -> Violations:
    """Rules that were narrowed stay so: no commit is of a lower version than one before it."""
    found = [manifest.contract for _, manifest in sorted(manifests(state))]
    if found != sorted(found):
        yield f"manifests of the versions {found}"


def too_many_dead_letters_are_not_passed_over(world: World, state: State) -> Violations:
    """Neither does anybody go on from such a receipt without saying so, nor call it a success."""
    planned = dict(manifests(state))
    for number, receipt in receipts(state):
        own, after = planned.get(number), planned.get(number + 1)
        if (
            own
            and after
            and own.contract == after.contract
            and too_dead(world, receipt)
            and not after.accept_dead
        ):
            yield f"manifest {number + 1} goes on from receipt {number}, whose recent is {receipt.recent}"
    if "too many dead letters" in state.alarms:
        yield "a run ended as if all were well"


def nobody_is_asked_again(world: World, state: State) -> Violations:
    if "asked again" in state.alarms:
        yield "a run ended for dead letters that one before it had accepted"


def a_hole_holds_no_row(world: World, state: State) -> Violations:
    """Holds where nothing is late. A late writer may fill a hole after its receipt; verify reports it."""
    for key, rows in rows_in(state):
        if both := sorted(holes(state) & offsets_in(key, rows)):
            yield f"{both} is declared lost, but stored as {key.kind}"


Property = Callable[[World, State], Violations]
SAFETY: tuple[Property, ...] = (
    no_offset_is_stored_twice,
    nothing_is_missing_below_the_frontier,
    receipts_equal_what_is_stored,
    the_ledger_is_one_chain,
    data_follows_its_manifest,
    what_a_manifest_names_stands,
    a_dataset_is_of_one_topic,
    only_another_driver_fences,
    a_beaten_driver_opens_nothing,
    no_loss_is_claimed_falsely,
    a_contract_never_goes_back,
    too_many_dead_letters_are_not_passed_over,
    nobody_is_asked_again,
    what_came_after_a_good_end_is_the_datasets,
    a_receipt_knows_what_its_commit_bound,
)


def everything_arrived(state: State) -> bool:
    """The goal of the liveness property: the frontier is at the log's end."""
    receipt = receipt_at(state, highest(state, "receipt"))
    return (receipt.frontier if receipt else (0,) * len(state.ends)) == state.ends
