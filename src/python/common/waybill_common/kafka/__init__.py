"""Kafka: one source for librdkafka's and Spark's client settings, and what is asked of topics."""

from waybill_common.kafka.admin_requests import Asked, ask
from waybill_common.kafka.client_config import Value, librdkafka_config
from waybill_common.kafka.client_errors import (
    NO_RIGHT,
    failure,
    leads_soon,
    may_pass,
    raise_if_refused,
    refusal,
)
from waybill_common.kafka.clients import Reader, Writer, open_reader
from waybill_common.kafka.committed import committed_records, settled_records
from waybill_common.kafka.handover import Handover
from waybill_common.kafka.headers import Headers, headers_of, last_headers
from waybill_common.kafka.java_client import spark_options
from waybill_common.kafka.known_changes import known_soon
from waybill_common.kafka.lost_transactions import LostTransactions
from waybill_common.kafka.making_topics import await_topic, delete_topic, ensure_topic, topic_to_be
from waybill_common.kafka.missing_topic import no_such_topic, topic_names
from waybill_common.kafka.one_record import write_record
from waybill_common.kafka.ranges import MOST_AT_ONCE, RANGE_READER, RangeReader, Stand, offset_of
from waybill_common.kafka.readable import await_readable
from waybill_common.kafka.rights import NEEDS, Need, rights_of
from waybill_common.kafka.several_topics import SeenTopic, topics_now
from waybill_common.kafka.topic_plan import (
    LARGEST_RECORD,
    TopicPlan,
    events_plan,
    redriven_plan,
    redrives_plan,
    require_topic,
    retention_config,
    stream_topics,
)
from waybill_common.kafka.topic_state import TopicState
from waybill_common.kafka.topics import (
    Topic,
    describe_topic,
    existing_topic,
    first_offsets,
    is_hidden,
    offsets_at,
    topic_id,
    topic_state,
    watermarks,
)
from waybill_common.kafka.transactional import (
    BATCH_BYTES,
    TransactionLost,
    begin_producing,
    discard,
    transaction,
    transactional_config,
    transactional_producer,
)

# fmt: off
__all__ = [
    "BATCH_BYTES", "LARGEST_RECORD", "MOST_AT_ONCE", "NEEDS", "NO_RIGHT", "RANGE_READER", "Asked",
    "Handover", "Headers", "LostTransactions", "Need", "RangeReader", "Reader", "SeenTopic", "Stand",
    "Topic", "TopicPlan", "TopicState", "TransactionLost", "Value", "Writer", "ask", "await_readable",
    "await_topic", "begin_producing", "committed_records", "delete_topic", "describe_topic", "discard",
    "ensure_topic", "events_plan", "existing_topic", "failure", "first_offsets", "headers_of",
    "is_hidden", "known_soon", "last_headers", "leads_soon", "librdkafka_config", "may_pass", "no_such_topic",
    "offset_of", "offsets_at", "open_reader", "raise_if_refused", "redriven_plan", "redrives_plan",
    "refusal", "require_topic", "retention_config", "rights_of", "settled_records", "spark_options",
    "stream_topics", "topic_id", "topic_names", "topic_state", "topic_to_be", "topics_now",
    "transaction", "transactional_config", "transactional_producer", "watermarks", "write_record",
]
