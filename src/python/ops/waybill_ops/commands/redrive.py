"""``waybill redrive``: dead letters back through the topic, each at most once."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping

from waybill_common.errors import OK
from waybill_common.flag_types import path_of, whole_number
from waybill_common.screen import on_stdout
from waybill_common.settings import SENDING, add_settings_flags, uses
from waybill_common.terminal import say_json
from waybill_contracts.stream_contract import contracts_of
from waybill_ops.dead_letters import (
    MOST_SHOWN,
    Statuses,
    add_filters,
    add_redriven,
    home_asked,
    open_dead_letters,
    read_statuses,
    selection_of,
)
from waybill_ops.redrive import (
    PatchedDeadLetter,
    PatchVerdict,
    RedriveDeadLetter,
    carry_out,
    check_readers,
    consider,
    load_patch,
    open_session,
    preview_as_json,
    preview_of,
    print_preview,
    redrive_of,
    way_to_send,
)
from waybill_streams.redrives import route_of, route_of_redriven
from waybill_streams.stream_settings import settings_of, topics_of_all

SETTINGS = uses(*SENDING, "kafka.partitions", "redrive")
IDLE = ()
HELP = "send dead letters back through the topic, mended or not; safe to run again"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--patch", type=path_of, metavar="FILE", help="Python file with mend(event: dict) -> dict | None"
    )
    parser.add_argument(
        "--also-into",
        action="append",
        default=[],
        metavar="STREAM",
        help="another stream that reads the topic it is sent to, and gets each record as an extra row; once for each",
    )
    parser.add_argument("--send", action="store_true", help="send; without it nothing is written")
    parser.add_argument(
        "--limit",
        type=whole_number(1, MOST_SHOWN),
        default=20,
        metavar="N",
        help="dead letters shown (%(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of tables")
    add_filters(parser)
    add_redriven(parser)
    add_settings_flags(parser, *SETTINGS, idle=IDLE)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Every dead letter is looked at before the first is sent, so that a patch that fails has sent nothing.

    Raises ``SettingsRefused``, ``DeadLettersRefused``, ``LakeRefused``, ``LedgerCorrupt``, ``TopicRefused``,
    ``KafkaUnavailable``, ``ProducerFenced`` and ``DeliveryFailed``.
    """
    settings = settings_of(flags, environ, "redrive")
    route = (route_of_redriven if flags.redriven else route_of)(settings.stream)
    check_readers(settings.stream, topics_of_all(flags, environ), flags.also_into, route)
    contract = contracts_of(settings.stream).current
    patch = load_patch(flags.patch) if flags.patch else None
    finder, selection = open_dead_letters(settings, home_asked(flags, settings)), selection_of(flags)

    def patched(recorded: Statuses) -> Iterator[PatchedDeadLetter]:
        """Each dead letter as it would be sent, or why it is not: ``recorded`` has what was sent or waived before."""
        for dead_letter in finder.dead_letters(selection):
            yield consider(dead_letter, recorded.get(dead_letter.coordinates), patch, contract)

    def redrives(recorded: Statuses) -> Iterator[RedriveDeadLetter]:
        sha256 = patch.sha256 if patch else None
        return (redrive_of(one, sha256) for one in patched(recorded) if one.verdict is PatchVerdict.SEND)

    # What a redrive that was killed has left open ends once a session takes over.
    known = read_statuses(settings, finder.topics, waits=False)
    preview, sent = preview_of(patched(known), flags.limit), None
    if flags.send:
        sent = 0
        if finder.topics and preview.verdicts[PatchVerdict.SEND]:
            run_id = uuid.uuid4().hex
            # Each session reads the records anew, once it is the only one that adds to them.
            sent = carry_out(redrives, lambda: open_session(settings, finder, run_id, way_to_send))
    if flags.json:
        say_json(preview_as_json(preview, sent), indent=2)
    else:
        print_preview(preview, sent, on_stdout(piped_width=160), sent_to=route.sent_to)
    return OK
