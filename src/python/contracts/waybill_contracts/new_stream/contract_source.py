"""Where a new stream's contract is from: a document, a registry, a schema, a file's records, or the topic's newest."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from waybill_common.errors import SettingsRefused
from waybill_common.ledger import check_not_compacted
from waybill_common.settings import KafkaSettings, RegistrySettings
from waybill_contracts.document import ContractDocument
from waybill_contracts.draft_files import bytes_of
from waybill_contracts.draft_flags import MOST_RECORDS, MOST_SECONDS
from waybill_contracts.drafting import DraftRefused, DraftWishes, SampleRecord, draft_from_avro, records_in
from waybill_contracts.new_stream.choosing_topics import check_is_a_source
from waybill_contracts.new_stream.first_draft import first_draft
from waybill_contracts.new_stream.made_stream import WantedStream
from waybill_contracts.schema_files import SchemaTexts, texts_in
from waybill_contracts.stream_contract import read_document
from waybill_streams.finding import StreamFolders

OF_MANY_RECORDS, OF_MANY_SECONDS = 1_000, 10
"""Of each topic, where there are several and ``--limit`` says nothing."""

_NOTHING = "nothing was written."


@dataclass(frozen=True)
class ContractSource:
    """As the ``flags`` say."""

    flags: Namespace
    kafka: KafkaSettings
    registry: RegistrySettings
    folders: StreamFolders

    @cached_property
    def topics(self) -> list[str]:
        from waybill_common.kafka import topic_names  # the other ways need no Kafka

        return topic_names(self.kafka)

    def wanted(self, name: str, topic: str) -> WantedStream:
        """Raises ``SettingsRefused``, ``TopicRefused``, ``DraftRefused``, and what asking Kafka or a registry does."""
        flags = self.flags
        if flags.contract:
            document = read_document(flags.contract)
            if document.stream != name:
                raise SettingsRefused(
                    f"{flags.contract} is a contract of stream {document.stream}.",
                    allowed=f"a document whose stream is {name}.",
                    remedy=f"name the stream {document.stream}, or make the document with --stream {name}; {_NOTHING}",
                )
            return WantedStream(name, topic, document, (), {}, (), _schemas(flags, document))
        if flags.registry:
            return self._of_subject(name, topic)
        if flags.avro_schema:
            draft = draft_from_avro(bytes_of(flags.avro_schema), flags.frame, self._wishes(name))
            return WantedStream(name, topic, draft.document, draft.told, draft.seen)
        if flags.from_sample:
            records = records_in(bytes_of(flags.from_sample), flags.format)[: flags.limit]
            draft = first_draft(records, self._wishes(name), topic)
            return WantedStream(name, topic, draft.document, draft.told, draft.seen, self._kept(records))
        return self._of_topic(name, topic)

    def _of_subject(self, name: str, topic: str) -> WantedStream:
        from waybill_contracts.registered_draft import draft_of_latest, latest_of  # the other ways ask none

        frame = self.flags.frame
        found = latest_of(self.registry, self.flags.registry, frame)
        if found.schema.texts_before:
            raise DraftRefused(
                f"the schema of {found.subject} refers to others, and a sample's schema is one text",
                allowed="a subject whose schema has all its types",
                remedy="make the contract by `waybill contract init --registry`, put the schemas into a folder, all "
                "types in each, and give both by --contract and --schemas",
            )
        draft = draft_of_latest(found, frame, self._wishes(name))
        schemas: SchemaTexts = {found.id: found.schema.own.text}
        return WantedStream(name, topic, draft.document, draft.told, draft.seen, (), schemas)

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
        draft = first_draft(sample.records, self._wishes(name), topic)
        told = (
            f"Of {sample.offsets:,} offsets in {topic} {len(sample.records):,} records were looked at.",
            *draft.told,
        )
        return WantedStream(name, topic, draft.document, told, draft.seen, self._kept(sample.records))

    def _wishes(self, name: str) -> DraftWishes:
        flags = self.flags
        return DraftWishes(name, id=tuple(flags.id), time=flags.time, form=flags.format)

    def _kept(self, records: Sequence[SampleRecord]) -> Sequence[SampleRecord]:
        return records if self.flags.keep_samples else ()


def _schemas(flags: Namespace, document: ContractDocument) -> SchemaTexts:
    """Nobody asks a registry here."""
    asks = document.value.registry is not None
    found = texts_in(flags.schemas) if asks and flags.schemas else {}
    if asks != bool(found) or (flags.schemas and not asks):
        raise SettingsRefused(
            f"{flags.contract} names {'a' if asks else 'no'} registry, and --schemas "
            f"{'gives no <id>.avsc' if asks else 'is given'}.",
            allowed="--schemas DIR with a document that names a registry, and with no other.",
            remedy=f"name a folder with <id>.avsc of one id or more, or begin by --registry SUBJECT; {_NOTHING}"
            if asks
            else f"leave it out; {_NOTHING}",
        )
    return found
