"""``waybill lag``: how far delivery is behind, and how near Kafka's retention is to what was not delivered."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waybill_common.cli import settings_of
from waybill_common.errors import OK
from waybill_common.flag_types import MOST_OFFSET, decimal_number, whole_number
from waybill_common.kafka import describe_topic
from waybill_common.ledger import LedgerPosition, data_loss
from waybill_common.screen import on_stdout
from waybill_common.settings import CREATION, READING, Settings, add_settings_flags
from waybill_common.terminal import say_json
from waybill_ops.dataset import open_journal, position_of
from waybill_ops.lag import Lag, LagBounds, as_json, check, measure_lag, print_lag
from waybill_ops.messages import going_over
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
    add_settings_flags(parser, *SETTINGS, idle=IDLE)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """After the numbers were printed it raises ``DataLoss`` where undelivered offsets are gone already, and
    ``LagExceeded`` beyond the bounds."""
    settings = settings_of(flags, environ, "lag")
    found = [_found(settings, home_of(settings.stream))]
    sibling = sibling_of(settings.stream)
    if sibling is not None and describe_topic(settings.kafka, sibling.topic) is not None:
        found.append(_found(settings, sibling))
    if flags.json:
        own, *rest = (_as_json(one) for one in found)
        say_json({**own, "redriven": rest[0]} if rest else own, indent=2)
    else:
        for one in found:
            screen, told = on_stdout(piped_width=240), one.remarks
            print_lag(one.lag, screen, lake=one.lake, topic=one.home.topic, remarks=told)
    for one in found:
        if one.lag.lost_ranges():
            raise data_loss(one.home.topic, one.lag.lost_ranges())
    for one in found:
        check(one.lag, LagBounds(flags.max_behind, flags.max_retention_used), one.home.topic)
    return OK


@dataclass(frozen=True)
class _Measured:
    """One dataset of the stream."""

    home: DatasetHome
    lake: str
    position: LedgerPosition
    lag: Lag

    @property
    def remarks(self) -> list[str]:
        return [going_over(self.position.format or 1)] if self.position.is_old else []


def _found(settings: Settings, home: DatasetHome) -> _Measured:
    """The ledger first: what is delivered meanwhile makes lag look larger, never smaller."""
    journal = open_journal(settings, home)
    position = position_of(journal, settings, home)
    return _Measured(home, journal.lake.address, position, measure_lag(settings.kafka, home.topic, position))


def _as_json(one: _Measured) -> dict[str, Any]:
    known = {"lake": one.lake, "stream": one.home.stream, "topic": one.home.topic}
    position = one.position
    ledger = {
        "newest_commit": position.number,
        "format": position.format or None,
        "remarks": one.remarks,
    }
    return {**known, **ledger, **as_json(one.lag)}
