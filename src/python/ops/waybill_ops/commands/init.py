"""``waybill init``: the topics and the lake's folder or bucket, before the first record."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import asdict

from waybill_common.errors import OK
from waybill_common.settings import add_settings_flags, uses
from waybill_common.terminal import say, say_json
from waybill_ops.provision import ProvisionedPart, provide_lake, provide_topics
from waybill_streams.stream_settings import settings_of

SETTINGS = uses("stream.name", "stream.topic", "kafka", "producer.dead_retention", "lake", "log", "security")
HELP = "create the topics and the lake's folder or bucket; safe to run again"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of lines")
    add_settings_flags(parser, *SETTINGS)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``TopicRefused``, ``KafkaUnavailable``, ``LakeRefused`` and ``LakeUnavailable``."""
    settings = settings_of(flags, environ, "init")
    dead_retention = settings.producer.dead_retention
    parts = (provide_lake(settings.lake), *provide_topics(settings.kafka, settings.stream, dead_retention))
    if flags.json:
        say_json({"parts": [_as_json(part) for part in parts]}, indent=2)
    else:
        for part in parts:
            say(f"{part.state:<8} {part.kind:<7} {part.name} ({part.detail})")
        for line in (line for part in parts if part.advice for line in ("", *part.advice.splitlines())):
            say(line)
    return OK


def _as_json(part: ProvisionedPart) -> dict[str, str]:
    """``advice`` is a key only where there is some."""
    return {name: value for name, value in asdict(part).items() if value or name != "advice"}
