"""Kafka: one source for librdkafka's and Spark's client settings, and what is asked of topics."""

from waybill_common.kafka.admin_requests import Asked
from waybill_common.kafka.admin_requests import ask
from waybill_common.kafka.client_config import Value
from waybill_common.kafka.client_config import librdkafka_config
from waybill_common.kafka.client_errors import failure
from waybill_common.kafka.client_errors import may_pass
from waybill_common.kafka.client_errors import refusal
from waybill_common.kafka.clients import Reader
from waybill_common.kafka.clients import Writer
from waybill_common.kafka.clients import open_reader
from waybill_common.kafka.committed import committed_records
from waybill_common.kafka.committed import settled_records
from waybill_common.kafka.handover import Handover
from waybill_common.kafka.headers import Headers
from waybill_common.kafka.headers import headers_of
from waybill_common.kafka.java_client import spark_options
from waybill_common.kafka.topic_plan import BODY_LIMIT
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
from waybill_common.kafka.transactional import run_transaction
from waybill_common.kafka.transactional import transactional_config
from waybill_common.kafka.transactional import transactional_producer

# fmt: off
__all__ = [
    "Topic",
    "TopicState",
    "Value",
    "describe_topic",
    "ensure_topic",
    "librdkafka_config",
    "offsets_at",
    "spark_options",
    "topic_id",
    "topic_state",
    "watermarks",
]
