"""Topics of plain events in JSON."""

from __future__ import annotations

import json

from samples.sample import HERE, Dead, Row, Sample, dead, lines, record, row, whole

_STOCK = (
    ("13:50:34.228811", 17), ("13:50:34.589142", 16), ("13:50:34.589501", 15), ("13:50:34.589771", 14),
    ("13:50:34.590008", 13), ("13:50:34.590261", 12), ("13:50:34.590559", 11), ("13:50:34.590831", 12),
    ("13:50:34.591076", 11), ("13:50:34.591308", 10),
)  # fmt: skip
INVENTORY = Sample(
    "inventory",
    lines("inventory", "messages.ndjson"),
    tuple(
        row(
            updated_at=f"2022-04-20T{time}Z", available=str(left), location="18", sku="9521582929054",
            _extra=None,
        )
        for time, left in _STOCK
    ),
    "plain JSON, several updates within one millisecond",
    "times keep their microseconds; `sku` and `location` are texts of digits",
)  # fmt: skip

CLOUDEVENTS = Sample(
    "cloudevents",
    (whole("cloudevents", "pubsub_structured.json"),),
    (
        row(
            id="3103425958877813",
            source="//pubsub.googleapis.com/projects/test-project/topics/my-topic",
            type="google.cloud.pubsub.topic.v1.messagePublished",
            time="2021-02-05T04:06:14.109000Z",
            message_id="message-id",
            published_at="2021-02-05T04:06:14.109000Z",
            data=b"test message 3".hex(),
            attributes=[["attr1", "attr1-value"]],
            ordering_key="ordering-key",
            subscription="projects/test-project/subscriptions/my-subscription",
            _extra='{"/datacontenttype":"application/json","/specversion":"1.0"}',
        ),
    ),
    "CloudEvents, structured, from Google Pub/Sub",
    "`id` with `source` is the id; base64 is a `binary`; extension attributes go to `_extra`",
)

PUBSUB_JSON = Sample(
    "pubsub_json",
    (whole("pubsub_json", "pubsub_sample.json"),),
    (
        row(
            message_id="message-id",
            publish_time="2021-02-05T04:06:14.109000Z",
            data=b"test message 3".hex(),
            attributes=[["attr1", "attr1-value"]],
            ordering_key="ordering-key",
            subscription="projects/test-project/subscriptions/my-subscription",
        ),
    ),
    "a Protobuf message in Protobuf's JSON",
    "JSON like any other: names in camel case, bytes in base64",
)

_CONFIG = "color.good=purple\\ncolor.bad=yellow\\nallow.textmode=true\\n"
_MADE = (HERE / "kubernetes_audit" / "create_configmap.json").read_text()
_DELETED = '{"apiVersion":"extensions/v1beta1","kind":"DeleteOptions","propagationPolicy":"Background"}'
_USER = {"username": "minikube-user", "groups": ["system:masters", "system:authenticated"]}
_ALLOWED = [["authorization.k8s.io/decision", "allow"], ["authorization.k8s.io/reason", ""]]


def _object(member: str, following: str) -> str:
    """The member's own bytes in the first record."""
    return _MADE.split(f'"{member}":')[1].split(f',"{following}":')[0]


KUBERNETES = Sample(
    "kubernetes_audit",
    (
        whole("kubernetes_audit", "create_configmap.json"),
        whole("kubernetes_audit", "delete_deployment.json"),
        record(_MADE.replace('"RequestResponse"', "7").replace("2018-10-26T13:13:03.544952Z", "2018-10-26")),
    ),
    (
        row(
            audit_id="155b887c-c27c-4fdb-9667-999f74512d0a",
            stage="ResponseComplete",
            stage_time="2018-10-26T13:13:03.544952Z",
            received="2018-10-26T13:13:03.539180Z",
            logged="2018-10-26T13:13:03.000000Z",
            verb="create",
            level="RequestResponse",
            annotations=_ALLOWED,
            request=_object("requestObject", "requestReceivedTimestamp"),
            response=_object("responseObject", "responseStatus"),
            source_ips=["192.168.99.1"],
            user=_USER,
            code="201",
        ),
        row(
            audit_id="8bb19a30-3d68-4fd7-999e-90a9014afac0",
            stage_time="2018-10-26T13:09:27.548380Z",
            verb="delete",
            annotations=_ALLOWED,
            request=_DELETED,
            response=None,
            user=_USER,
            code="200",
        ),
        Dead((("/stageTimestamp", "bad_format"), ("/level", "wrong_type"))),
    ),
    "Kubernetes' audit log, and a record with a date for a time and a number for a level",
    "`requestObject` is any object, so JSON text; annotations are a map; `auditID` with `stage` is the id",
)
assert _CONFIG in _object("requestObject", "requestReceivedTimestamp")

_TRUCKS = lines("truck_sensors", "truck_engine_sensors.ndjson")
_HEADER = b'{"truck_id":"truck_id"'
TRUCKS = Sample(
    "truck_sensors",
    _TRUCKS,
    tuple(
        dead("/truck_id", "bad_value")
        if (one.value or b"").startswith(_HEADER)
        else Row({name: str(said) for name, said in json.loads(one.value or b"").items()})
        for one in _TRUCKS
    ),
    "readings into which a CSV file's header leaked 87 times",
    "`pattern` `^[0-9]+$` on `truck_id`; no id and no time, so Kafka's timestamp",
)
