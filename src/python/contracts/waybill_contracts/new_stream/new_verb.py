"""``waybill stream new``: its flags, and one stream after the other."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from waybill_common.cli import machine_errors, settings_of
from waybill_common.errors import OK, SettingsRefused
from waybill_common.flag_types import said
from waybill_common.many import Outcome, whole_code
from waybill_common.settings import (
    CREATION,
    add_settings_flags,
    add_stream_flags,
    given_streams,
    streams_folder,
    uses,
)
from waybill_common.stream_names import why_no_stream, why_no_topic
from waybill_common.stream_variables import FOLDER_VARIABLE
from waybill_contracts.draft_flags import MOST_RECORDS, add_draft_flags
from waybill_contracts.drafting import DraftRefused
from waybill_contracts.new_stream.choosing_topics import chosen_topics, named_after
from waybill_contracts.new_stream.contract_source import OF_MANY_RECORDS, ContractSource
from waybill_contracts.new_stream.made_stream import MadeStream, make_stream
from waybill_contracts.new_stream.new_folder import check_free, check_place
from waybill_contracts.new_stream.told_streams import tell_one, tell_several
from waybill_contracts.stream_contract import check_can_judge
from waybill_streams.finding import StreamFolders, given_folder

SETTINGS = uses("kafka", "registry", "log", "security", without=CREATION)

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
    ways.add_argument(
        "--registry",
        type=said,
        metavar="SUBJECT",
        help="a subject of the registry at registry.url, of Avro; Kafka is not asked",
    )
    parser.add_argument(
        "--schemas",
        type=said,
        metavar="DIR",
        help="with a --contract that names a registry: <id>.avsc for each id, for samples/",
    )
    add_draft_flags(
        parser,
        form="what they seem to be",
        frame="with --avro-schema and --registry",
        limit=f"{MOST_RECORDS:,}, with --topics {OF_MANY_RECORDS:,} of each",
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
    contracts = ContractSource(flags, settings.kafka, settings.registry, folders)
    making = _Making(flags, environ, contracts, home, folders)
    if flags.topics is None:
        topic = flags.topic or flags.name
        made = making.one(flags.name or named_after(topic), topic)
        tell_one(made, home, as_json=flags.json)
        return OK
    chosen = chosen_topics(flags.topics, contracts.topics)
    found: dict[str, MadeStream | BaseException] = dict(chosen.refused)
    for topic, name in chosen.streams.items():
        found[topic] = making.tried(name, topic)
    outcomes = [Outcome.of(topic, one) for topic, one in found.items() if isinstance(one, BaseException)]
    code = whole_code(one.exit_code for one in outcomes)
    tell_several(found, chosen.left_out, home, code, as_json=flags.json)
    return code


@dataclass(frozen=True)
class _Making:
    flags: Namespace
    environ: Mapping[str, str]
    contracts: ContractSource
    home: Path
    folders: StreamFolders

    def tried(self, name: str, topic: str) -> MadeStream | BaseException:
        """What keeps one from its folder leaves the others alone."""
        try:
            with machine_errors():
                return self.one(name, topic)
        except Exception as error:  # noqa: BLE001  # told with the others, a bug with its traceback
            return error

    def one(self, name: str, topic: str) -> MadeStream:
        """Raises what keeps the folder from being made: then there is none."""
        _check_names(name, topic)
        check_free(self.home, name, self.folders.places)
        try:
            wanted = self.contracts.wanted(name, topic)
        except DraftRefused as refused:
            raise SettingsRefused(
                f"No contract can be made for {topic}: {refused}.",
                allowed=f"{refused.allowed}.",
                remedy=f"{refused.remedy}; {_NOTHING}",
            ) from refused
        check_can_judge(wanted.document, f"The contract of stream {name}")
        return make_stream(self.home, wanted, self.folders, given_streams(self.flags, self.environ))


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
        "--registry": flags.registry,
        "--id": flags.id,
        "--time": flags.time,
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
    no_records = flags.avro_schema or flags.registry or flags.contract
    beside = {
        "--frame": flags.frame and not (flags.avro_schema or flags.registry),
        "--schemas": flags.schemas and not flags.contract,
        "--format": flags.format and no_records,
        "--keep-samples": flags.keep_samples and no_records,
        "--limit": flags.limit and no_records,
        "--id": flags.id and flags.contract,
        "--time": flags.time and flags.contract,
    }
    for flag, is_idle in beside.items():
        if is_idle:
            raise SettingsRefused(
                f"{flag} says nothing beside the rest.",
                allowed="--frame with --avro-schema and --registry; --format, --limit and --keep-samples where "
                "records are looked at; --id and --time without --contract, --schemas with it.",
                remedy=f"leave {flag} out; {_NOTHING}",
            )
