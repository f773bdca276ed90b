"""Kafka: one source for librdkafka's and Spark's client settings, and what is asked of topics."""

from waybill_common.kafka.admin_requests import Asked
from waybill_common.kafka.admin_requests import ask
from waybill_common.kafka.client_config import Value
from waybill_common.kafka.client_config import librdkafka_config
from waybill_common.kafka.client_errors import failure
from waybill_common.kafka.client_errors import may_pass
from waybill_common.kafka.client_errors import raise_if_refused
from waybill_common.kafka.clients import Reader
from waybill_common.kafka.clients import Writer
from waybill_common.kafka.clients import open_reader
from waybill_common.kafka.committed import committed_records
from waybill_common.kafka.committed import settled_records
from waybill_common.kafka.handover import Handover
from waybill_common.kafka.headers import Headers
from waybill_common.kafka.headers import headers_of
from waybill_common.kafka.java_client import spark_options
from waybill_common.kafka.log_start import log_start
from waybill_common.kafka.lost_transactions import LostTransactions
from waybill_common.kafka.ranges import RANGE_READER
from waybill_common.kafka.ranges import RangeReader
from waybill_common.kafka.ranges import offset_of
from waybill_common.kafka.topic_plan import LARGEST_RECORD
from waybill_common.kafka.topic_plan import TopicPlan
from waybill_common.kafka.topic_plan import redrives_plan
from waybill_common.kafka.topic_plan import require_topic
from waybill_common.kafka.topic_plan import stream_topics
from waybill_common.kafka.topic_state import TopicState
from waybill_common.kafka.topics import Topic
from waybill_common.kafka.topics import describe_topic
from waybill_common.kafka.topics import ensure_topic
from waybill_common.kafka.topics import offsets_at
from waybill_common.kafka.topics import topic_id
from waybill_common.kafka.topics import topic_state
from waybill_common.kafka.topics import watermarks
from waybill_common.kafka.transactional import BATCH_BYTES
from waybill_common.kafka.transactional import TransactionLost
from waybill_common.kafka.transactional import begin_producing
from waybill_common.kafka.transactional import discard
from waybill_common.kafka.transactional import transaction
from waybill_common.kafka.transactional import transactional_config
from waybill_common.kafka.transactional import transactional_producer

# fmt: off
__all__ = [
    "BATCH_BYTES", "LARGEST_RECORD", "RANGE_READER", "Asked", "Handover", "Headers", "LostTransactions",
    "RangeReader", "Reader", "Topic", "TopicPlan", "TopicState", "TransactionLost", "Value", "Writer", "ask",
    "begin_producing", "committed_records", "describe_topic", "discard", "ensure_topic", "failure",
    "headers_of", "librdkafka_config", "log_start", "may_pass", "offset_of", "offsets_at", "open_reader",
    "raise_if_refused", "redrives_plan", "require_topic", "settled_records", "spark_options", "stream_topics",
    "topic_id", "topic_state", "transaction", "transactional_config", "transactional_producer", "watermarks",
]
