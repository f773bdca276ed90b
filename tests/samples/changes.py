"""Changes of databases, as Debezium and Kafka Connect write them."""

from __future__ import annotations

from typing import Any

from samples.sample import HERE, Row, Sample, dead, lines, record, row, whole

_PRODUCTS = (
    ("c", "2020-05-13T07:40:06.100", 101, 3.140000104904175, None),
    ("c", "2020-05-13T07:40:06.101", 102, 8.100000381469727, None),
    ("c", "2020-05-13T07:40:06.101", 103, 0.800000011920929, None),
    ("c", "2020-05-13T07:40:06.101", 104, 0.75, None),
    ("c", "2020-05-13T07:40:06.101", 105, 0.875, None),
    ("c", "2020-05-13T07:40:06.101", 106, 1.0, None),
    ("c", "2020-05-13T07:40:06.101", 107, 5.300000190734863, None),
    ("c", "2020-05-13T07:40:06.101", 108, 0.10000000149011612, None),
    ("c", "2020-05-13T07:40:06.101", 109, 22.200000762939453, None),
)
_CHANGES = (
    ("u", "2020-05-13T09:26:27.936", 106, 1.0, 1.0),
    ("u", "2020-05-13T09:28:19.505", 107, 5.099999904632568, 5.300000190734863),
    ("c", "2020-05-13T09:30:10.230", 110, 0.20000000298023224, None),
    ("c", "2020-05-13T09:30:43.428", 111, 5.179999828338623, None),
    ("u", "2020-05-13T09:31:33.539", 110, 0.5, 0.20000000298023224),
    ("u", "2020-05-13T09:32:10.904", 111, 5.170000076293945, 5.179999828338623),
)


def _change(op: str, at: str, number: int, weight: float, before: float | None) -> Row:
    found: dict[str, Any] = {
        "op": op,
        "changed_at": f"{at}000Z",
        "product_id": str(number),
        "weight": repr(weight),
    }
    return Row(found | {"before": None} if before is None else found)


PRODUCTS = Sample(
    "debezium_products",
    (*lines("debezium_products", "products.ndjson"), record(None, '{"id":111}'), record(None)),
    (
        *(_change(*one) for one in (*_PRODUCTS, *_CHANGES)),
        row(
            op="d",
            changed_at="2020-05-13T09:32:24.455000Z",
            product_id=None,
            name=None,
            weight=None,
            before={
                "id": "111",
                "name": "scooter",
                "description": "Big 2-wheel scooter ",
                "weight": "5.170000076293945",
            },
        ),
        row(kafka_tombstone="true", kafka_key='{"id":111}', op=None, changed_at=None, product_id=None),
        row(kafka_tombstone="true", kafka_key=None, op=None),
    ),
    "Debezium's envelope of MySQL: `c`, `u`, `d`, and a tombstone",
    "columns from `/after/…`, `before` as a struct; no id, as a delete's lies in `before`; `/source`, whose time is "
    "0 in a snapshot, is ignored",
)

_ORDER = (HERE / "debezium_orders" / "orders_value.json").read_text()
ORDERS = Sample(
    "debezium_orders",
    (
        whole("debezium_orders", "orders_value.json"),
        record(_ORDER.replace('"__deleted": "false"', '"__deleted": false')),
    ),
    (
        row(
            order_id="10003",
            order_date="2016-02-19",
            purchaser="1002",
            quantity="2",
            product_id="106",
            op="r",
            source_table="orders",
            lsn="33832960",
            read_at="2020-08-01T19:24:36.678000Z",
            deleted="false",
        ),
        dead("/payload/__deleted", "wrong_type"),
    ),
    "Kafka Connect's JSON with `schema` and `payload`, unwrapped; and a record whose `__deleted` is no text",
    '`/schema` is ignored; days since 1970 are a date (`epoch_days`); the text `"false"` is a boolean (wire `string`)',
)

_KEY, _VALUE = (HERE / "mongo_changes" / "insert.txt").read_text().splitlines()[-2:]
_AFTER = (
    '{"_id": {"$oid": "67ab25755c0d5ac87eb8c632"},"created_at": {"$numberLong": "1736207571013"},'
    '"created_by": "peter","tags": ["pending"],"updated_at": {"$date": 1739455297970}}'
)
MONGO = Sample(
    "mongo_changes",
    (record(_VALUE, _KEY), record(_VALUE.replace("1739455297970}}", "1739455297970}"), _KEY)),
    (
        row(
            op="c",
            changed_at="2025-02-12T00:59:52.890000Z",
            before=None,
            after=_AFTER,
            collection="sync_test_table",
            kafka_key=_KEY,
        ),
        dead("/after", "bad_format"),
    ),
    "Debezium's envelope of MongoDB, its document a text that holds JSON; and one whose text is cut",
    "`after` is JSON text (`as` `json`, wire `string`), exactly as written; places in it can't be columns",
)
