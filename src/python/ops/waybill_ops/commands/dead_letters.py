"""``waybill dead-letters``: find, show, export and waive what broke the contract."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator, Mapping
from functools import partial

from waybill_common.errors import OK, DeadLettersRefused, SettingsRefused
from waybill_common.flag_types import path_of, said, whole_number
from waybill_common.screen import on_stdout
from waybill_common.settings import CREATION, READING, SENDING, Settings, add_settings_flags
from waybill_common.terminal import say, say_json
from waybill_ops.dead_letters import (
    MOST_SHOWN,
    DeadLetterFinder,
    DeadLetterState,
    Selection,
    Stated,
    Statuses,
    add_filters,
    add_redriven,
    export_dead_letters,
    home_asked,
    list_dead_letters,
    listing_as_json,
    open_dead_letters,
    partition_and_offset,
    print_listing,
    read_statuses,
    selection_of,
    state_of,
    stated,
    whole,
)
from waybill_ops.messages import counted
from waybill_ops.redrive import (
    Change,
    ReopenDeadLetter,
    WaiveDeadLetter,
    carry_out,
    open_session,
    way_to_record,
)
from waybill_streams.stream_settings import settings_of

SETTINGS = {
    **dict.fromkeys(("list", "show", "export"), READING),
    "waive": SENDING,
}
IDLE = {**dict.fromkeys(("list", "show", "export"), CREATION), "waive": ("kafka.partitions",)}
HELP = "list, show, export and waive dead letters"


def add_arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = _action(actions, "list", "dead letters with their state, and counts by reason")
    listing.add_argument(
        "--limit",
        type=whole_number(1, MOST_SHOWN),
        default=50,
        metavar="N",
        help="dead letters shown (%(default)s)",
    )
    listing.add_argument("--json", action="store_true", help="one JSON object on stdout instead of a table")
    export = _action(actions, "export", "dead letters, raw, into a file")
    export.add_argument(
        "file", type=path_of, metavar="FILE", help="JSON lines; Parquet if it ends in .parquet"
    )
    for parser_of in (listing, export):
        parser_of.add_argument(
            "--state",
            action="append",
            default=[],
            type=DeadLetterState,
            choices=list(DeadLetterState),
            help="what became of it",
        )
    show = _action(actions, "show", "all of one dead letter, as JSON", filters=False)
    show.add_argument("place", type=partition_and_offset, metavar="PARTITION:OFFSET")
    waive = _action(actions, "waive", "record that dead letters are not to be redriven")
    what = waive.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--reason-text", type=said, metavar="TEXT", help="why; it is kept with each dead letter"
    )
    what.add_argument("--undo", action="store_true", help="open waived dead letters again")


def _action(
    actions: _SubParsersAction[ArgumentParser], name: str, said: str, *, filters: bool = True
) -> ArgumentParser:
    parser: ArgumentParser = actions.add_parser(name, help=said, description=said)
    if filters:
        add_filters(parser)
    add_redriven(parser)
    add_settings_flags(parser, *SETTINGS[name], idle=IDLE[name])
    return parser


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``LakeRefused``, ``LedgerCorrupt``, ``KafkaUnavailable`` and ``DeadLettersRefused``; ``waive`` more."""
    settings = settings_of(flags, environ, "dead-letters")
    box = open_dead_letters(settings, home_asked(flags, settings))
    match flags.action:
        case "list":
            _list(flags, _stated(settings, flags, box))
        case "export":
            count = export_dead_letters(_stated(settings, flags, box), flags.file)
            say(f"{counted(count, 'dead letter')} in {flags.file}")
        case "show":
            say_json(_show(settings, box, *flags.place), indent=2)
        case "waive":
            done = counted(_waive(settings, flags, box), "dead letter")
            say(f"{done} {'opened again' if flags.undo else 'waived'}")
    return OK


def _stated(settings: Settings, flags: Namespace, box: DeadLetterFinder) -> Iterator[Stated]:
    statuses = read_statuses(settings, box.topics)
    return stated(box.dead_letters(selection_of(flags)), statuses, frozenset(flags.state))


def _list(flags: Namespace, dead_letters: Iterator[Stated]) -> None:
    listing = list_dead_letters(dead_letters, flags.limit)
    if flags.json:
        say_json(listing_as_json(listing), indent=2)
    else:
        print_listing(listing, on_stdout(piped_width=160))


def _show(settings: Settings, box: DeadLetterFinder, partition: int, offset: int) -> dict[str, object]:
    one = Selection(partitions=frozenset({partition}), offsets=(range(offset, offset + 1),))
    dead_letter = next(box.dead_letters(one), None)
    if dead_letter is None:
        raise DeadLettersRefused(
            f"{box.lake.address} has no dead letter at partition {partition} offset {offset}.",
            allowed="coordinates of a dead letter that a receipt accounts for.",
            remedy="look for it with `waybill dead-letters list`.",
        )
    status = read_statuses(settings, box.topics).get(dead_letter.coordinates)
    return {
        **whole(dead_letter, state_of(status)),
        "fate": None if status is None else status.model_dump(mode="json"),
    }


def _waive(settings: Settings, flags: Namespace, box: DeadLetterFinder) -> int:
    selection = selection_of(flags)
    if selection.is_all:
        raise SettingsRefused(
            "A waiver without a filter means every dead letter.",
            allowed="at least one of --reason, --from, --to, --partition and --offset.",
            remedy="add a filter; `waybill dead-letters list` takes the same ones.",
        )
    if not box.topics:
        return 0
    opened = partial(open_session, settings, box, uuid.uuid4().hex, way_to_record)
    return carry_out(partial(_waivers, box, selection, flags.reason_text), opened)


def _waivers(
    box: DeadLetterFinder,
    selection: Selection,
    reason: str | None,
    statuses: Statuses,
) -> Iterator[Change]:
    """Open dead letters are waived; without a reason waived ones are opened."""
    for dead_letter in box.dead_letters(selection):
        state = state_of(statuses.get(dead_letter.coordinates))
        if reason is not None and state is DeadLetterState.OPEN:
            yield WaiveDeadLetter(dead_letter.coordinates, reason)
        elif reason is None and state is DeadLetterState.WAIVED:
            yield ReopenDeadLetter(dead_letter.coordinates)
