"""With all rules nothing bad can be reached in any world; without any one of them something can."""

from __future__ import annotations

import pytest
from unit.model.explore import Exploration
from unit.model.properties import (
    SAFETY,
    Property,
    a_beaten_driver_opens_nothing,
    a_contract_never_goes_back,
    a_dataset_is_of_one_topic,
    a_hole_holds_no_row,
    a_receipt_knows_what_its_commit_bound,
    data_follows_its_manifest,
    no_loss_is_claimed_falsely,
    no_offset_is_stored_twice,
    nobody_is_asked_again,
    nothing_is_missing_below_the_frontier,
    only_another_driver_fences,
    receipts_equal_what_is_stored,
    the_ledger_is_one_chain,
    too_many_dead_letters_are_not_passed_over,
    what_a_manifest_names_stands,
    what_came_after_a_good_end_is_the_datasets,
)
from unit.model.rules import ALL_RULES, RULE_NAMES
from unit.model.world import World
from unit.model.worlds import (
    AHEAD,
    AHEAD_LOSING,
    AHEAD_RECREATED,
    ASKED_AND_LOST,
    BACKFILL,
    BEYOND,
    DOCUMENTS,
    GROWING,
    IDLE_PARTITION,
    JUDGED,
    LATEST,
    OLD_LAKE,
    ONE_AFTER_ANOTHER,
    ONE_RECORD,
    RECREATED,
    RECREATED_ANOTHER_DAY,
    RETENTION_ONE_DATE,
    TIGHTENED,
    TWO_RECORDS,
    WORLDS,
)

BROKEN_WITHOUT: tuple[tuple[str, World, Property | None], ...] = (
    ("manifest_create_is_conditional", TWO_RECORDS, no_offset_is_stored_twice),
    ("manifest_create_is_conditional", ONE_RECORD, the_ledger_is_one_chain),
    ("receipt_create_is_conditional", ONE_RECORD, the_ledger_is_one_chain),
    ("first_writer_wins", ONE_RECORD, receipts_equal_what_is_stored),
    ("stored_object_is_read_back", ONE_RECORD, receipts_equal_what_is_stored),
    ("stored_coordinates_are_checked", RETENTION_ONE_DATE, nothing_is_missing_below_the_frontier),
    ("fuller_stored_object_is_taken", RETENTION_ONE_DATE, None),
    ("manifest_contract_binds", ONE_RECORD, no_offset_is_stored_twice),
    ("manifest_contract_binds", ONE_RECORD, data_follows_its_manifest),
    ("release_carries_previous_contract", ONE_RECORD, None),
    ("verdict_is_pure", ONE_RECORD, no_offset_is_stored_twice),
    ("already_exists_is_no_proof", TWO_RECORDS, no_offset_is_stored_twice),
    ("already_exists_is_no_proof", ONE_RECORD, nothing_is_missing_below_the_frontier),
    ("already_exists_is_no_proof", ONE_RECORD, the_ledger_is_one_chain),
    ("writer_tells_mine_from_foreign", ONE_RECORD, only_another_driver_fences),
    ("manifest_before_data", TWO_RECORDS, no_offset_is_stored_twice),
    ("receipt_after_data", ONE_RECORD, nothing_is_missing_below_the_frontier),
    ("splits_come_from_the_manifest", TWO_RECORDS, no_offset_is_stored_twice),
    ("open_manifest_comes_first", TWO_RECORDS, no_offset_is_stored_twice),
    ("foreign_manifest_is_finished", ONE_RECORD, None),
    ("foreign_receipt_fences", GROWING, a_beaten_driver_opens_nothing),
    ("jump_is_not_progress", ONE_AFTER_ANOTHER, nothing_is_missing_below_the_frontier),
    ("loss_is_checked_against_the_ledger", RETENTION_ONE_DATE, no_loss_is_claimed_falsely),
    ("loss_spares_what_is_stored", ONE_AFTER_ANOTHER, a_hole_holds_no_row),
    ("frontier_is_full", IDLE_PARTITION, no_offset_is_stored_twice),
    ("topic_id_is_checked", RECREATED, a_dataset_is_of_one_topic),
    ("topic_id_is_asked_after_the_read", RECREATED_ANOTHER_DAY, receipts_equal_what_is_stored),
    ("ahead_is_of_the_manifests_topic", AHEAD_RECREATED, nothing_is_missing_below_the_frontier),
    ("topic_id_is_asked_after_the_read", AHEAD_RECREATED, receipts_equal_what_is_stored),
    ("range_ends_where_the_consumer_stands", AHEAD_LOSING, nothing_is_missing_below_the_frontier),
    ("prepared_for_another_contract_is_dropped", AHEAD, data_follows_its_manifest),
    ("receipt_precedes_the_next_manifest", GROWING, the_ledger_is_one_chain),
    ("old_manifests_are_judged_as_by_0_1_0", OLD_LAKE, no_offset_is_stored_twice),
    ("documents_precede_their_name", DOCUMENTS, what_a_manifest_names_stands),
    ("schemas_object_precedes_receipt", ASKED_AND_LOST, a_receipt_knows_what_its_commit_bound),
    ("id_in_neither_is_null", BEYOND, no_offset_is_stored_twice),
    ("origin_is_pinned", LATEST, what_came_after_a_good_end_is_the_datasets),
    ("a_backfill_begins_a_dataset", BACKFILL, no_offset_is_stored_twice),
    ("an_open_commit_is_not_closed_by_publishing", TIGHTENED, nothing_is_missing_below_the_frontier),
    ("a_version_never_goes_back", TIGHTENED, a_contract_never_goes_back),
    ("share_is_judged_at_every_look", JUDGED, too_many_dead_letters_are_not_passed_over),
    ("acceptance_is_recorded", JUDGED, nobody_is_asked_again),
)
"""For each rule a world that shows its need, and a property that breaks there; None is "nobody is stuck"."""


def name_of(broken: Property | None) -> str:
    return broken.__name__ if broken else "nobody_is_stuck"


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_no_violation_is_reachable_with_all_rules(world: World) -> None:
    exploration = Exploration(world, ALL_RULES, symmetry=True)
    properties = SAFETY if world.late else (*SAFETY, a_hole_holds_no_row)
    found = exploration.run(properties)
    assert found is None, str(found)
    assert len(exploration.states) > WORLDS[world], f"trivial: only {len(exploration.states)} states"
    if len(world.topics) == 1:  # a recreated topic is meant to end every driver
        stuck = exploration.stuck()
        assert stuck is None, str(stuck)


@pytest.mark.parametrize(
    ("rule", "world", "broken"),
    BROKEN_WITHOUT,
    ids=[f"{rule}: {name_of(broken)}" for rule, _, broken in BROKEN_WITHOUT],
)
def test_a_violation_is_reachable_without(rule: str, world: World, broken: Property | None) -> None:
    exploration = Exploration(world, ALL_RULES.without(rule))
    found = exploration.run([broken] if broken else SAFETY)
    if broken is None:
        assert found is None, str(found)
        found = exploration.stuck()
    assert found is not None, f"{name_of(broken)} holds in world {world.name!r} without {rule}"
    assert found.property == name_of(broken), str(found)


def test_the_table_leaves_nothing_out() -> None:
    """Each rule is needed, each property can break, and each world is also explored with all rules."""
    assert {rule for rule, _, _ in BROKEN_WITHOUT} == set(RULE_NAMES)
    assert {broken for _, _, broken in BROKEN_WITHOUT} == {*SAFETY, a_hole_holds_no_row, None}
    assert {world for _, world, _ in BROKEN_WITHOUT} <= set(WORLDS)


def test_a_late_writer_can_fill_a_declared_hole() -> None:
    """Known and accepted: no rule can prevent it, so the audit has to report such a row."""
    exploration = Exploration(RETENTION_ONE_DATE, ALL_RULES)
    found = exploration.run([a_hole_holds_no_row])
    assert found is not None
    assert "late request" in found.trace[-1] or "puts" in found.trace[-1], str(found)
