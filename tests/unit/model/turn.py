"""One driver's turn: what it can see and do in a state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from unit.model import store as object_store
from unit.model.rules import Rules
from unit.model.store import Reply
from unit.model.symmetry import renamed, signed
from unit.model.world import (
    NONE,
    Ahead,
    Body,
    Driver,
    Key,
    Listed,
    Manifest,
    Offsets,
    Receipt,
    Release,
    Rows,
    Schemas,
    Split,
    State,
    World,
    by_key,
    cut,
    manifest_at,
    place,
    receipt_at,
    with_meaning,
)


class Turn(NamedTuple):
    world: World
    rules: Rules
    state: State
    me: Driver

    @property
    def release(self) -> Release:
        release = self.world.releases[self.me.release]
        if self.rules.release_carries_previous_contract:
            return release
        return release._replace(contracts=release.contracts[-1:])

    def get(self, key: Key) -> Body | None:
        return by_key(self.state.store).get(key)

    def lacks_document(self, manifest: Manifest) -> bool:
        return self.world.has_documents and self.get(Key("document", manifest.contract)) is None

    def is_mine(self, body: Manifest | Receipt) -> bool:
        return self.rules.writer_tells_mine_from_foreign and body.writer == self.me.writer

    def judges(self, receipt: Receipt | None) -> bool:
        return self.rules.share_is_judged_at_every_look or (receipt is not None and self.is_mine(receipt))

    def cannot_read(self, frontier: Offsets) -> bool:
        if self.me.accepts_loss or not self.rules.jump_is_not_progress:
            return False
        return any(start > first for start, first in zip(self.state.log_start, frontier, strict=True))

    def put(self, key: Key, body: Body) -> Iterator[tuple[Reply, Turn]]:
        for reply, state in object_store.put(self.world, self.rules, self.state, key, body):
            if key.kind == "manifest" and self.me.beaten:
                state = state._replace(alarms=state.alarms | {"beaten driver"})
            yield reply, self._replace(state=state)

    def go(self, at: str, **changes: Any) -> State:
        now = self.me._replace(at=at, **changes)
        drivers = tuple(now if driver.writer == now.writer else driver for driver in self.state.drivers)
        return self.state._replace(drivers=drivers)

    def next_commit(self, number: int, frontier: Offsets, beaten: bool = False) -> State:
        if (self.me.origin or self.me.tightens) and self.me.at != "read_receipts":  # each is one commit
            return self.end()
        beaten = beaten or self.me.beaten
        me = self.me
        me = Driver(
            me.writer, me.release, me.accepts_loss, beaten=beaten, origin=me.origin, ahead=me.ahead,
            tightens=me.tightens, accepts_dead=me.accepts_dead,
        )  # fmt: skip
        return self._replace(me=me).go("look_for_open_manifest", number=number, frontier=frontier)

    def onward(self, left: Listed, told: Listed, holes: tuple[tuple[int, int], ...]) -> State:
        """To the next object, else to the next split, else to the receipt."""
        assert self.me.manifest is not None
        if left:
            return self.go("put_object", left=left, told=told, holes=holes)
        following = self.me.split + 1
        if following < len(splits_of(self, self.me.manifest)):
            return self.go("read", split=following, left=(), told=told, holes=holes)
        return self.go("close", split=0, left=(), told=told, holes=holes)

    def receipt(self) -> Receipt:
        """What was stored; a hole is what expired and is in none of the stored objects."""
        assert self.me.manifest is not None
        stored = {(k.split.partition, o) for k, rows in self.me.told if k.split for o in rows.offsets}
        holes = tuple(sorted(set(self.me.holes) - stored))
        frontier = self.me.manifest.ends
        if not self.rules.frontier_is_full:
            moved = {split.partition for split in self.me.manifest.splits}
            frontier = tuple(end if partition in moved else 0 for partition, end in enumerate(frontier))
        manifest, told = self.me.manifest, tuple(sorted(self.me.told))
        recent = self.recent(manifest, told) if self.world.enough else (0, 0)
        bound = self.bound()
        knows = manifest.knows or max(0, bound or 0)
        return Receipt(
            self.me.writer,
            told,
            holes,
            frontier,
            manifest.format,
            manifest.accept_dead,
            recent,
            knows,
            NONE if bound is None else bound,
        )

    def recent(self, manifest: Manifest, told: Listed) -> tuple[int, int]:
        """It goes on from the receipt before, unless that one was judged or accepts, or is of another contract."""
        records = sum(len(rows.offsets) for _, rows in told)
        dead = sum(len(rows.offsets) for key, rows in told if key.kind == "dead")
        receipt, before = (
            receipt_at(self.state, self.me.number - 1),
            manifest_at(self.state, self.me.number - 1),
        )
        if receipt is None or before is None or before.contract != manifest.contract:
            return records, dead
        if receipt.accept_dead or receipt.recent[0] >= self.world.enough:
            return records, dead
        return receipt.recent[0] + records, receipt.recent[1] + dead

    def reads_another_topic(self, manifest: Manifest) -> bool:
        """What a task that read its split finds out right after its last record."""
        return self.rules.topic_id_is_asked_after_the_read and manifest.topic != self.state.topic

    def cannot_store(self, split: Split) -> bool:
        """Whether the split has a record that ends this release's task."""
        records = self.world.topics[self.state.topic][split.partition][: self.state.ends[split.partition]]
        first = max(split.start, self.state.log_start[split.partition])
        return self.release.format < 3 and "unstorable" in records[first : split.end]

    def bound(self) -> int | None:
        """What the commit's object says; None where there is none yet."""
        stored = self.get(Key("schemas", self.me.number))
        return stored.meaning if isinstance(stored, Schemas) else None

    def asks(self, manifest: Manifest, split: Split) -> bool:
        """Whether a task meets an id that nothing in the lake knows yet: then it stores nothing of the split."""
        if not self.world.answers or self.bound() is not None:
            return False
        records = self.world.topics[self.state.topic][split.partition][: self.state.ends[split.partition]]
        first = max(split.start, self.state.log_start[split.partition])
        return any(
            record == "beyond" or (record == "asked" and not manifest.knows)
            for record in records[first : split.end]
        )

    def meaning_of(self, record: str, manifest: Manifest) -> int:
        """Only one new id is asked for: what is beyond it is in neither the manifest nor the object."""
        if record == "beyond":
            return 0 if self.rules.id_in_neither_is_null else self.state.registry
        return manifest.knows or max(0, self.bound() or 0)

    def stored_beside(self, split: Split, left: Listed) -> Listed:
        """Objects of this split that are stored and that this read gives no reason to create."""
        names = {key for key, _ in left}
        stored = ((k, b) for k, b in self.state.store if k.split == split and k not in names)
        return tuple(sorted((key, body) for key, body in stored if isinstance(body, Rows)))

    def end_well(self) -> State:
        """With exit code 0: from now on the dataset is to have whatever comes."""
        ended = self.end()
        return ended if ended.well else ended._replace(well=ended.ends)

    def end(self, alarm: str | None = None) -> State:
        """The driver ends or dies. Its requests under way stay; its writer becomes nobody's."""
        state = self.state
        names = tuple(
            (driver.writer, driver.writer) for driver in state.drivers if driver.writer != self.me.writer
        )
        drivers = (driver for driver in state.drivers if driver.writer != self.me.writer)
        return state._replace(
            drivers=tuple(renamed(driver, driver.writer, names) for driver in drivers),
            store=signed(state.store, names),
            pending=signed(state.pending, names),
            alarms=state.alarms | {alarm} if alarm else state.alarms,
        )


def splits_of(t: Turn, manifest: Manifest) -> tuple[Split, ...]:
    if t.rules.splits_come_from_the_manifest:
        return manifest.splits
    before = manifest_at(t.state, t.me.number - 1)
    start = before.ends if before else manifest.starts or (0,) * len(manifest.ends)
    return cut(start, manifest.ends, t.release.rows_per_object)


def read_split(t: Turn, manifest: Manifest, split: Split, held: Ahead | None = None) -> Listed:
    """The objects that a task makes of its split: of what was read ahead, if it holds that, and for the rest of Kafka's
    log as it is now.
    """
    release, now = t.release, t.state.topic
    bound = manifest.contract if t.rules.manifest_contract_binds else release.contracts[-1]
    judged = manifest.format if t.rules.old_manifests_are_judged_as_by_0_1_0 else release.format
    places: dict[str, Offsets] = {}
    first, end = max(split.start, t.state.log_start[split.partition]), t.state.ends[split.partition]
    for offset in range(first, split.end):
        of = held if held is not None and offset < held.end else None
        if offset not in of.offsets if of else offset >= end:
            continue
        topic, contract = (of.topic, of.contract) if of else (now, bound)
        record = t.world.topics[topic][split.partition][offset]
        record = with_meaning(record, t.meaning_of(record, manifest)) if t.world.answers else record
        kind = place(t.rules, record, contract, release.build, judged)
        if kind is not None:
            places[kind] = (*places.get(kind, ()), offset)
    topic, contract = (held.topic, held.contract) if held else (now, bound)
    return tuple(
        (Key(kind, split=split), Rows(release.build, contract, topic, offsets))
        for kind, offsets in sorted(places.items())
    )
