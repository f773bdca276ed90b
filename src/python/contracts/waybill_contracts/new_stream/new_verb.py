"""``waybill stream new``: flags, and from where each contract is drafted."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import structlog

from waybill_common.cli import settings_of
from waybill_common.errors import OK, SettingsRefused, WaybillError
from waybill_common.flag_types import said, whole_number
from waybill_common.ledger import check_not_compacted
from waybill_common.many import whole_code
from waybill_common.settings import (
    CREATION,
    FOLDER_VARIABLE,
    KafkaSettings,
    add_settings_flags,
    add_stream_flags,
    given_streams,
    streams_folder,
    uses,
)
from waybill_common.stream_names import why_no_stream, why_no_topic
from waybill_contracts.document import FRAMES
from waybill_contracts.drafting import DraftRefused, DraftWishes, SampleRecord, draft_from_avro, records_in
from waybill_contracts.init_verb import MOST_RECORDS, MOST_SECONDS, bytes_of
from waybill_contracts.new_stream.choosing_topics import check_is_a_source, chosen_topics, named_after
from waybill_contracts.new_stream.first_draft import first_draft
from waybill_contracts.new_stream.made_stream import MadeStream, WantedStream, make_stream
from waybill_contracts.new_stream.new_folder import check_free, check_place
from waybill_contracts.new_stream.told_streams import tell_one, tell_several
from waybill_contracts.stream_contract import check_can_judge, read_document
from waybill_streams.finding import StreamFolders, given_folder

SETTINGS = uses("kafka", "log", "security", without=CREATION)

OF_MANY_RECORDS, OF_MANY_SECONDS = 1_000, 10
"""Of each topic, where there are several and ``--limit`` says nothing."""

_NOTHING = "nothing was written."


def add_new(parser: ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="?", type=said, metavar="NAME", help="the stream (default: from the topic)"
    )
    parser.add_argument("--topic", type=said, metavar="TOPIC", help="its topic (default: NAME)")
    parser.add_argument(
        "--topics", type=said, metavar="GLOB", help="a stream for each topic that matches, such as 'team.*'"
    )
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--from-sample",
        type=said,
        metavar="FILE",
        help="learn from these records instead of the topic's newest (-: stdin); Kafka is not asked",
    )
    ways.add_argument(
        "--contract", type=said, metavar="FILE", help="a contract that is there; Kafka is not asked"
    )
    ways.add_argument(
        "--avro-schema",
        type=said,
        metavar="FILE",
        help="the Avro schema by which the records are written; Kafka is not asked",
    )
    parser.add_argument("--frame", choices=FRAMES, help="what stands before each datum, with --avro-schema")
    parser.add_argument(
        "--format",
        choices=("json", "text", "binary"),
        help="what the values are (default: what they seem to be)",
    )
    parser.add_argument(
        "--limit",
        type=whole_number(1, 1_000_000),
        metavar="N",
        help=f"most records (default: {MOST_RECORDS:,}, with --topics {OF_MANY_RECORDS:,} of each)",
    )
    parser.add_argument(
        "--keep-samples",
        action="store_true",
        help="put some of the records into samples/, as they are; without it all samples are made up",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of lines")
    add_settings_flags(parser, *SETTINGS)
    add_stream_flags(parser)


def make_new(flags: Namespace, environ: Mapping[str, str]) -> int:
    """Raises ``SettingsRefused`` and ``TopicRefused``, and what reading Kafka raises. Of several streams the exit code
    is 1 if a fault of ours kept any from its folder; else the smallest that passes; else the smallest; else 0.
    """
    settings = settings_of(flags, environ, "stream")
    _check_flags(flags)
    home, folders = _home(flags, environ)
    if warning := check_place(home):
        structlog.get_logger().warning("a group may write to a stream's folder", which=warning)
    making = _Making(flags, environ, settings.kafka, home, folders)
    if flags.topics is None:
        topic = flags.topic or flags.name
        made = making.one(flags.name or named_after(topic), topic)
        tell_one(made, home, as_json=flags.json)
        return OK
    chosen = chosen_topics(flags.topics, making.topics)
    found: dict[str, MadeStream | WaybillError] = dict(chosen.refused)
    for topic, name in chosen.streams.items():
        try:
            found[topic] = making.one(name, topic)
        except WaybillError as refused:
            found[topic] = refused
    code = whole_code(one.exit_code for one in found.values() if isinstance(one, WaybillError))
    tell_several(found, chosen.left_out, home, code, as_json=flags.json)
    return code


@dataclass(frozen=True)
class _Making:
    flags: Namespace
    environ: Mapping[str, str]
    kafka: KafkaSettings
    home: Path
    folders: StreamFolders

    @cached_property
    def topics(self) -> list[str]:
        from waybill_common.kafka import topic_names  # the other ways need no Kafka

        return topic_names(self.kafka)

    def one(self, name: str, topic: str) -> MadeStream:
        """Raises what keeps the folder from being made: then there is none."""
        _check_names(name, topic)
        check_free(self.home, name, self.folders.places)
        try:
            wanted = self._wanted(name, topic)
        except DraftRefused as refused:
            raise SettingsRefused(
                f"No contract can be made for {topic}: {refused}.",
                allowed=f"{refused.allowed}.",
                remedy=f"{refused.remedy}; {_NOTHING}",
            ) from refused
        check_can_judge(wanted.document, f"The contract of stream {name}")
        return make_stream(self.home, wanted, self.folders, given_streams(self.flags, self.environ))

    def _wanted(self, name: str, topic: str) -> WantedStream:
        flags = self.flags
        if flags.contract:
            document = read_document(flags.contract)
            if document.stream != name:
                raise SettingsRefused(
                    f"{flags.contract} is a contract of stream {document.stream}.",
                    allowed=f"a document whose stream is {name}.",
                    remedy=f"name the stream {document.stream}, or make the document with --stream {name}; {_NOTHING}",
                )
            return WantedStream(name, topic, document, (), {})
        if flags.avro_schema:
            draft = draft_from_avro(bytes_of(flags.avro_schema), flags.frame, DraftWishes(name))
            return WantedStream(name, topic, draft.document, draft.told, draft.seen)
        if flags.from_sample:
            records = records_in(bytes_of(flags.from_sample), flags.format)[: flags.limit]
            draft = first_draft(records, name, flags.format)
            return WantedStream(name, topic, draft.document, draft.told, draft.seen, self._kept(records))
        return self._of_topic(name, topic)

    def _of_topic(self, name: str, topic: str) -> WantedStream:
        from waybill_contracts.topic_sample import require_records, sample_of_topic

        several = self.flags.topics is not None
        check_is_a_source(topic, self.topics, self.folders.places)
        sample = sample_of_topic(
            self.kafka,
            topic,
            self.flags.limit or (OF_MANY_RECORDS if several else MOST_RECORDS),
            OF_MANY_SECONDS if several else MOST_SECONDS,
            lambda known: check_not_compacted(known.name, known.cleanup_policy),
        )
        if self.flags.format in (None, "json"):
            require_records(sample)
        draft = first_draft(sample.records, name, self.flags.format)
        told = (
            f"Of {sample.offsets:,} offsets in {topic} {len(sample.records):,} records were looked at.",
            *draft.told,
        )
        return WantedStream(name, topic, draft.document, told, draft.seen, self._kept(sample.records))

    def _kept(self, records: Sequence[SampleRecord]) -> Sequence[SampleRecord]:
        return records if self.flags.keep_samples else ()


def _home(flags: Namespace, environ: Mapping[str, str]) -> tuple[Path, StreamFolders]:
    """Where the folder goes, and the streams that there are."""
    given = streams_folder(flags, environ)
    if given is None:
        raise SettingsRefused(
            "Where the folder is to go was not said.",
            allowed=f"--streams DIR, or {FOLDER_VARIABLE}: the folder that has a folder for each of your streams.",
            remedy=f"add --streams ./streams, which is made where it is missing; {_NOTHING}",
        )
    home = Path(given[0])
    if given[0].strip() and not home.is_symlink() and not home.exists():
        return home, StreamFolders(home)
    return given_folder(*given), StreamFolders(home)


def _check_names(name: str, topic: str) -> None:
    for what, why in ((name, why_no_stream(name)), (topic, why_no_topic(topic))):
        if why:
            raise SettingsRefused(
                f"{what[:60]!r} is no name of a {'stream' if what is name else 'topic'}.",
                allowed=f"{why}.",
                remedy=f"correct it; {_NOTHING}",
            )


def _check_flags(flags: Namespace) -> None:
    of_one = {
        "NAME": flags.name,
        "--topic": flags.topic,
        "--from-sample": flags.from_sample,
        "--contract": flags.contract,
        "--avro-schema": flags.avro_schema,
    }
    given = [flag for flag, value in of_one.items() if value]
    if flags.topics and given:
        raise SettingsRefused(
            f"{given[0]} was given, and --topics.",
            allowed="one stream by NAME or --topic, or one for each topic that --topics matches.",
            remedy=f"leave one out; {_NOTHING}",
        )
    if not flags.topics and not flags.name and not flags.topic:
        raise SettingsRefused(
            "Neither a NAME was given, nor --topic, nor --topics.",
            allowed="`waybill stream new NAME`, `new --topic TOPIC` or `new --topics 'team.*'`.",
            remedy=f"say which stream is to be made; {_NOTHING}",
        )
    beside = {
        "--frame": flags.frame and not flags.avro_schema,
        "--format": flags.format and (flags.avro_schema or flags.contract),
        "--keep-samples": flags.keep_samples and (flags.avro_schema or flags.contract),
        "--limit": flags.limit and (flags.avro_schema or flags.contract),
    }
    for flag, is_idle in beside.items():
        if is_idle:
            raise SettingsRefused(
                f"{flag} says nothing beside the rest.",
                allowed="--frame with --avro-schema; --format, --limit and --keep-samples where records are looked at.",
                remedy=f"leave {flag} out; {_NOTHING}",
            )
