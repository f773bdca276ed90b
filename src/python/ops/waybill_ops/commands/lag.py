"""``waybill lag``: how far delivery is behind, and how near Kafka's retention is to what was not delivered."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from waybill_common.flag_types import MOST_OFFSET, decimal_number, whole_number
from waybill_common.kafka import is_hidden, topic_id
from waybill_common.ledger import data_loss
from waybill_common.settings import CREATION, READING, Settings, add_settings_flags
from waybill_ops.answers import StreamAnswer, answer_for_chosen, with_sibling
from waybill_ops.dataset import begun_position, open_journal, position_of
from waybill_ops.lag import LagBounds, as_json, exceeded, measure_lag, print_lag
from waybill_ops.messages import begins_at, going_over
from waybill_streams.redrives import DatasetHome, home_of, sibling_of

SETTINGS = READING
IDLE = CREATION
HELP = "say how far delivery is behind, and how near to Kafka's retention"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of a table")
    parser.add_argument(
        "--max-behind",
        type=whole_number(0, MOST_OFFSET),
        metavar="N",
        help="most offsets, of all partitions, that may wait",
    )
    parser.add_argument(
        "--max-retention-used",
        type=decimal_number(0, 10),
        metavar="PART",
        help="largest part of retention, such as 0.8, that any partition may have used",
    )
    add_settings_flags(parser, *SETTINGS, idle=IDLE, several=True)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """After the numbers were printed it raises ``DataLoss`` where undelivered offsets are gone already, and
    ``LagExceeded`` beyond the bounds."""
    bounds = LagBounds(flags.max_behind, flags.max_retention_used)
    return answer_for_chosen(flags, environ, "lag", lambda one: lag_of(one, bounds), at_once=8)


def lag_of(settings: Settings, bounds: LagBounds) -> StreamAnswer:
    """Of one stream, and of what of it was redriven. Raises what can't be measured of its own."""
    stream, sibling = settings.stream, sibling_of(settings.stream)
    hidden = is_hidden(settings.kafka, sibling.topic)
    said = f"{sibling.topic} may not be described by this user: if it is there, what waits in it is not told"
    also = (said,) if hidden and not stream.is_filled else ()
    own = _lag_in(settings, bounds, home_of(stream), begins_at_0=stream.is_filled, also=also)

    def redriven() -> StreamAnswer | None:
        has_topic = not hidden and topic_id(settings.kafka, sibling.topic) is not None
        if not has_topic and begun_position(settings, sibling) is None:
            return None
        return _lag_in(settings, bounds, sibling, begins_at_0=True)

    return with_sibling(own, sibling.stream, redriven)


def _lag_in(
    settings: Settings,
    bounds: LagBounds,
    home: DatasetHome,
    *,
    begins_at_0: bool,
    also: tuple[str, ...] = (),
) -> StreamAnswer:
    journal = open_journal(settings, home)
    # The ledger first: what is delivered meanwhile makes lag look larger, never smaller.
    position = position_of(journal, settings, home)
    topic, lake = home.topic, journal.lake.address
    origin = {p: offset for p, offset in journal.origin(position).items() if offset}
    remarks = [*also, *([going_over(position.format or 1)] if position.is_old else [])]
    remarks += [begins_at(origin, "what lies before that does not wait")] if origin else []
    if not begins_at_0 and position.number == 0 and position.open is None:
        remarks.append(
            "nothing was delivered yet; the first run says where the dataset begins, and counts from there"
        )
    lag = measure_lag(settings.kafka, topic, position, begins_at_0=begins_at_0)
    known = {"lake": lake, "stream": home.stream, "topic": topic}
    ledger = {
        "newest_commit": position.number,
        "format": position.format or None,
        "origin": {str(p): offset for p, offset in sorted(origin.items())},
        "remarks": remarks,
    }
    lost = lag.lost_ranges()
    return StreamAnswer(
        lambda: {**known, **ledger, **as_json(lag)},
        lambda screen: print_lag(lag, screen, lake=lake, topic=topic, remarks=remarks),
        data_loss(topic, lost) if lost else exceeded(lag, bounds, topic),
    )
