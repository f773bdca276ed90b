"""All samples, in the order of the page."""

from __future__ import annotations

from samples import avro_topics, changes, events, telemetry, texts

SAMPLES = (
    events.INVENTORY,
    changes.PRODUCTS,
    changes.ORDERS,
    changes.MONGO,
    events.CLOUDEVENTS,
    events.PUBSUB_JSON,
    telemetry.OTLP,
    events.KUBERNETES,
    events.TRUCKS,
    avro_topics.WEATHER,
    avro_topics.NESTED,
    avro_topics.ORDERS,
    avro_topics.PAGEVIEWS,
    avro_topics.USERS,
    avro_topics.TRADES,
    texts.CSV,
    texts.PROTOBUF,
)
