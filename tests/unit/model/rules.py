"""The rules of the delivery protocol, each of them removable."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Rules:
    """All true is the protocol as designed; one set to false is the protocol without that rule."""

    manifest_create_is_conditional: bool = True
    receipt_create_is_conditional: bool = True
    first_writer_wins: bool = True
    """Data objects and dead letters are created conditionally, never overwritten."""
    stored_object_is_read_back: bool = True
    """A task that finds its object stored reports what is stored. Without: what it meant to store."""
    stored_coordinates_are_checked: bool = True
    """A stored object that lacks an offset the task has read is a loss. Without: it is taken as it is."""
    fuller_stored_object_is_taken: bool = True
    """A stored object may hold more than the log still has. Without: its offsets must be the same."""
    manifest_contract_binds: bool = True
    """Without: whoever delivers a manifest applies the newest contract it knows."""
    release_carries_previous_contract: bool = True
    verdict_is_pure: bool = True
    """Good or dead depends on the record and the contract. Without: on the build that decodes it."""
    already_exists_is_no_proof: bool = True
    """Without: AlreadyExists is taken for "what I sent is stored"."""
    writer_tells_mine_from_foreign: bool = True
    """Without: what a GET finds after an unsure create counts as somebody else's."""
    manifest_before_data: bool = True
    """Without: tasks run as soon as the manifest is planned."""
    receipt_after_data: bool = True
    """Without: the receipt states what the tasks are about to store."""
    splits_come_from_the_manifest: bool = True
    """Without: the deliverer cuts the manifest's ranges by its own setting."""
    open_manifest_comes_first: bool = True
    """Without: a start plans past a manifest that has no receipt."""
    foreign_manifest_is_finished: bool = True
    """Without: a driver that finds a foreign manifest refuses to go on."""
    foreign_receipt_fences: bool = True
    """Without: a driver that finds a foreign receipt to its own manifest goes on."""
    jump_is_not_progress: bool = True
    """Without: a read starts at the log start when its first offset has expired."""
    loss_is_checked_against_the_ledger: bool = True
    """Before a driver claims a loss it looks for the receipt that somebody else may have written."""
    loss_spares_what_is_stored: bool = True
    """Before a hole is declared, objects that an earlier attempt stored for the split are looked up."""
    frontier_is_full: bool = True
    """Without: a receipt names only the partitions that moved; the others are taken to be at 0."""
    topic_id_is_checked: bool = True
    """By the driver, before a manifest and before a receipt."""
    topic_id_is_asked_after_the_read: bool = True
    """Without: a task that was sent for one topic stores what it read of another of the same name."""
    ahead_is_of_the_manifests_topic: bool = True
    """The topic's id is asked before a read-ahead begins. Without: what was read of one topic is used for a manifest of
    another of the same name."""
    range_ends_where_the_consumer_stands: bool = True
    """Without: a read-ahead counts as read up to where it was to end, though the log did not reach that far."""
    prepared_for_another_contract_is_dropped: bool = True
    """Without: what was judged ahead is stored under whatever contract the manifest names."""
    receipt_precedes_the_next_manifest: bool = True
    """Without: a driver opens its next manifest once it has sent a receipt, whatever became of that."""
    old_manifests_are_judged_as_by_0_1_0: bool = True
    """Without: a release judges an open manifest of an older format by its own format's rules."""
    documents_precede_their_name: bool = True
    """Without: a contract's document is stored once the manifest that names it stands."""
    schemas_object_precedes_receipt: bool = True
    """Of a stream that asks a registry. Without: who has met no new id closes the commit without the object that says
    what ids mean."""
    id_in_neither_is_null: bool = True
    """Without: the registry is asked for an id that neither the manifest nor the commit's object has."""
    origin_is_pinned: bool = True
    """A dataset whose start is not 0 by itself gets its first manifest at once, of the very state of the topic that the
    start is asked of, empty where nothing is to be moved. Without: each driver begins where the log ends as it starts,
    until one has something to move."""
    a_backfill_begins_a_dataset: bool = True
    """Without: a backfill plans from its own start in a dataset that others have begun."""
    an_open_commit_is_not_closed_by_publishing: bool = True
    """Without: who publishes a contract closes the commit that it finds open, and moves nothing either."""
    a_version_never_goes_back: bool = True
    """Without: a driver opens a commit under a lower version of the contract than that of the one before."""
    share_is_judged_at_every_look: bool = True
    """Without: only who has closed a commit judges how many of the last records are dead."""
    acceptance_is_recorded: bool = True
    """Without: a run that accepts that many dead letters goes on, and no entry says so."""

    def without(self, rule: str) -> Rules:
        return replace(self, **{rule: False})


ALL_RULES = Rules()
RULE_NAMES = tuple(field.name for field in fields(Rules))
