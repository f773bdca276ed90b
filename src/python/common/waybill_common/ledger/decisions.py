"""What comes next: pure decisions from what is known. The shells around them do the I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from waybill_common.contract import BoundContract
from waybill_common.errors import LakeRefused, SettingsRefused, TopicRefused
from waybill_common.ledger.contract_rule import check_contract, check_tightens, is_another_contract
from waybill_common.ledger.dead_share import accepts_by_itself, is_too_dead
from waybill_common.ledger.entry import LostRange, Split
from waybill_common.ledger.folder_window import is_window, next_window
from waybill_common.ledger.loss import data_loss
from waybill_common.ledger.manifest import ContractRef3, Layout3, Manifest, Manifest3
from waybill_common.ledger.next_steps import Deliver, Done, ManifestPlan, NextStep, Open, Situation, TooDead
from waybill_common.ledger.parse import later_release
from waybill_common.ledger.position import LedgerPosition
from waybill_common.ledger.split_sizes import SplitPlan, plan_splits

MOST_SPLITS = 50_000
"""Of a commit: its receipt has some 1,500 bytes for each, and at most ``LARGEST_ENTRY`` are read."""


def next_step(now: Situation, plan: ManifestPlan) -> NextStep:
    """Recover before going on: an open manifest is finished before a new one is thought of.

    Raises ``LakeRefused`` (another stream's or topic's ledger), ``TopicRefused`` (topic recreated, truncated or
    compacted), ``DataLoss`` (retention passed the frontier, and loss is not accepted), ``ContractUnknown`` (a later
    release has gone on from here) and ``ContractRefused`` (the plan's contract may not follow the dataset's).
    """
    check_same_stream(now.position, plan.ledger_stream, plan.topic)
    check_same_topic(now.position, now.topic.id)
    check_not_compacted(now.topic.name, now.topic.cleanup_policy)
    if now.position.open is not None:
        if plan.tightens:
            check_tightens(now.position.open, plan.contract)
        check_reaches(now.position.open, now.topic.log_ends)
        return Deliver(now.position.open)
    check_not_ahead(now.position, plan.contract)
    check_contract(now.position, plan.contract, now.difference)
    if is_too_dead(now.position, plan):
        return TooDead(now.position)
    pins = now.position.number == 0 and bool(now.origin)
    origin = now.origin if now.position.number or pins else plan.origin
    begun = now.position.frontier if now.position.number else origin
    before = {p: begun.get(p, 0) for p in sorted({*now.topic.log_ends, *begun})}
    # What is gone already of a dataset that is about to begin is told now, and not to the run after this one.
    targets = now.topic.log_starts if pins else {}
    after = {p: max(start, now.targets.get(p, 0), targets.get(p, 0)) for p, start in before.items()}
    check_not_truncated(before, now.topic.log_ends, plan.topic)
    if before == after and not (pins or _is_for_its_words(now, plan)):
        return Done()
    holes = tuple(_holes(before, after, now.topic.log_starts))
    if holes and not plan.accept_loss:
        raise data_loss(plan.topic, holes)
    past = {hole.partition: hole.end for hole in holes}
    begins = {p: past.get(p, start) for p, start in before.items()}
    made = plan_splits(
        {p: (start, after[p]) for p, start in begins.items()},
        now.position.seen,
        split_bytes=plan.split_bytes,
        most_rows=plan.rows_per_object,
        in_one=plan.in_one,
    )
    after = {p: one.end for p, one in made.items()}
    check_few_splits({p: after[p] - start for p, start in begins.items()}, plan.rows_per_object)
    splits = [split for p, start in begins.items() for split in _splits(p, start, made[p])]
    return Open(
        Manifest3(
            format=3,
            kind="manifest",
            stream=plan.ledger_stream,
            number=now.position.number + 1,
            previous_receipt=now.position.receipt_sha256,
            topic=plan.topic,
            topic_id=now.topic.id,
            contract=ContractRef3(
                version=plan.contract.version,
                fingerprint=plan.contract.fingerprint,
                document=plan.contract.document_sha256,
            ),
            schemas=dict(now.position.schemas or {}),
            origin={p: origin.get(p, 0) for p in before},
            layout=Layout3(
                row_group_rows=plan.layout.row_group_rows,
                compression=plan.layout.compression,
                partition_by=plan.contract.partition_by,
                window=_window(now, plan),
            ),
            before=before,
            after=after,
            splits=tuple(splits),
            holes=holes,
            accept_dead=plan.accept_dead,
            writer=plan.writer,
            release=plan.release,
        )
    )


def _is_for_its_words(now: Situation, plan: ManifestPlan) -> bool:
    """Whether a manifest that moves nothing is opened for what else it says. What waits will have one of its own."""
    if plan.tightens:
        return is_another_contract(now.position, plan.contract)
    waits = any(end > now.position.frontier.get(p, 0) for p, end in now.topic.log_ends.items())
    return not waits and accepts_by_itself(now.position, plan)


def _window(now: Situation, plan: ManifestPlan) -> tuple[str, str] | None:
    """A manifest for its contract alone repeats the last one: no row goes by it, and it never moves back."""
    if not plan.contract.has_window:
        return None
    if plan.tightens and now.position.window is not None:
        return now.position.window
    return next_window(plan.window_past, now.today, now.position.window)


def cut(partition: int, start: int, end: int, longest: int) -> Iterator[Split]:
    """``[start, end)`` in equal splits of at most ``longest`` offsets, so that one hot partition uses every core."""
    pieces = -(-(end - start) // longest)
    for index in range(pieces):
        low = start + (end - start) * index // pieces
        high = start + (end - start) * (index + 1) // pieces
        yield Split(partition=partition, start=low, end=high)


def _splits(partition: int, start: int, made: SplitPlan) -> Iterator[Split]:
    if made.first is not None and start < made.end:
        edge = min(made.end, start + made.first)
        yield Split(partition=partition, start=start, end=edge)
        start = edge
    yield from cut(partition, start, made.end, made.longest)


def check_few_splits(lengths: Mapping[int, int], longest: int) -> None:
    """The commit's receipt stays small enough to be read again; raises ``SettingsRefused``."""
    count = sum(-(-length // longest) for length in lengths.values())
    if count > MOST_SPLITS:
        raise SettingsRefused(
            f"delivery.rows_per_object = {longest} cuts the {sum(lengths.values())} offsets of one commit into {count} "
            "splits.",
            allowed=f"at most {MOST_SPLITS} splits in a commit.",
            remedy="raise delivery.rows_per_object, or lower delivery.max_offsets_per_trigger; nothing was written.",
        )


def check_same_stream(known: LedgerPosition, stream: str, topic: str) -> None:
    """The ledger is this stream's and this topic's; raises ``LakeRefused``."""
    if known.stream is not None and (known.stream, known.topic) != (stream, topic):
        raise LakeRefused(
            f"The lake's ledger belongs to stream {known.stream} and topic {known.topic}, "
            f"this run is for stream {stream} and topic {topic}.",
            allowed="one stream and one topic for each dataset.",
            remedy="correct lake.url or stream.topic, or give this one a dataset of its own (stream.dataset); nothing "
            "was written.",
        )


def check_same_topic(known: LedgerPosition, topic_id: str) -> None:
    """The topic is the one that the ledger was begun with; raises ``TopicRefused``."""
    if known.topic_id is not None and known.topic_id != topic_id:
        raise TopicRefused(
            f"Topic {known.topic} has id {topic_id}, the ledger knows {known.topic_id}: it was deleted and "
            "recreated, so its offsets are others than those that were delivered.",
            allowed="the topic that the ledger was begun with.",
            remedy="give the new topic a dataset of its own (stream.dataset), or restore the old topic.",
        )


def check_not_ahead(known: LedgerPosition, contract: BoundContract) -> None:
    """The next manifest can be written by this release; raises ``ContractUnknown``."""
    if known.is_ahead or (known.schemas is not None and contract.registry is None):
        raise later_release(
            f"Receipt {known.number}",
            "has writers' schemas or another window",
        )


def check_can_deliver(manifest: Manifest, contract: BoundContract) -> None:
    """Every field that decides where a record goes is one that this release knows; raises ``ContractUnknown``."""
    if isinstance(manifest, Manifest3) and (
        (manifest.schemas and contract.registry is None)
        or not _is_known(manifest.layout.window, contract)
        or manifest.layout.partition_by != contract.partition_by
    ):
        raise later_release(
            f"Manifest {manifest.number}",
            "has writers' schemas, another window or other folders",
        )


def _is_known(window: tuple[str, str] | None, contract: BoundContract) -> bool:
    return (
        is_window(window)
        if window is not None and contract.has_window
        else not (window or contract.has_window)
    )


def check_still_the_topic(manifest: Manifest, topic_id: str | None) -> None:
    """The topic is the manifest's, now. Raises ``TopicRefused``.

    Ids never come back: what was read before was the manifest's too. A topic made anew has other records under the
    same offsets.
    """
    if topic_id != manifest.topic_id:
        raise TopicRefused(
            f"Topic {manifest.topic} was deleted or recreated while commit {manifest.number} was delivered: "
            f"{'there is none now' if topic_id is None else f'its id is {topic_id}'}.",
            allowed=f"the topic with id {manifest.topic_id} from manifest to receipt.",
            remedy="give the new topic a dataset of its own (stream.dataset); commit "
            f"{manifest.number} stays open and its objects stay as they are.",
        )


def check_not_compacted(topic: str, cleanup_policy: str) -> None:
    """Raises ``TopicRefused`` where records are removed that nobody can tell from none."""
    if "compact" in cleanup_policy:
        raise TopicRefused(
            f"Topic {topic} has cleanup.policy={cleanup_policy}: compaction removes records silently.",
            allowed="cleanup.policy=delete, at every moment.",
            remedy="set it to delete, or choose another topic. What compaction took meanwhile would count as offsets "
            "that held no record.",
        )


def check_not_truncated(frontier: Mapping[int, int], log_ends: Mapping[int, int], topic: str) -> None:
    """No partition ends before offsets that were already delivered."""
    for partition, offset in frontier.items():
        if partition not in log_ends or log_ends[partition] < offset:
            raise TopicRefused(
                f"{topic} partition {partition} ends at {log_ends.get(partition)}, the frontier is {offset}: "
                "the log was cut back below offsets that were delivered.",
                allowed="a log that reaches the frontier.",
                remedy="find out what truncated it (unclean leader election?); then begin a dataset of its own "
                "(stream.dataset).",
            )


def check_reaches(manifest: Manifest, log_ends: Mapping[int, int]) -> None:
    """The topic has what an open manifest promises to deliver; raises ``TopicRefused``."""
    for partition, end in manifest.after.items():
        if manifest.before.get(partition, 0) < end and log_ends.get(partition, 0) < end:
            is_there = f"ends at {log_ends[partition]}" if partition in log_ends else "does not exist"
            raise TopicRefused(
                f"{manifest.topic} partition {partition} {is_there}, the open commit {manifest.number} goes up to "
                f"{end}: the log was cut back, or the manifest was edited.",
                allowed="a log that reaches the end of every split.",
                remedy="run `waybill verify`, and find out what truncated the log (unclean leader election?) or "
                "who edited the ledger; the commit stays open.",
            )


def _holes(
    before: Mapping[int, int], after: Mapping[int, int], log_starts: Mapping[int, int]
) -> Iterator[LostRange]:
    for partition, start in before.items():
        end = min(log_starts.get(partition, 0), after[partition])
        if start < end:
            yield LostRange(partition=partition, start=start, end=end)
