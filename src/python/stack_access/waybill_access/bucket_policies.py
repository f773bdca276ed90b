"""Who may do what in the stack's buckets: the table of docs/security.md as MinIO's policies. Pure."""

from __future__ import annotations

from typing import Any

LAKE, CONNECT = "waybill", "waybill-connect"
"""Buckets. Connect's is its own: what it writes is no part of the lake."""

_STREAM, _DAGS, _PROVE, _PROBES = "names/*", "airflow/*", "waybill-prove-*", "_waybill/probes/*"

Statement = dict[str, Any]


def _allow(*actions: str, on: tuple[str, ...], below: str | None = None) -> Statement:
    """``below`` narrows the listing of a bucket to one prefix."""
    found: Statement = {
        "Effect": "Allow",
        "Action": [f"s3:{action}" for action in actions],
        "Resource": [f"arn:aws:s3:::{one}" for one in on],
    }
    return found if below is None else {**found, "Condition": {"StringLike": {"s3:prefix": [below]}}}


_READ = (_allow("ListBucket", on=(LAKE,)), _allow("GetObject", on=(f"{LAKE}/{_STREAM}",)))
_DELIVER = (
    *_READ,
    _allow("PutObject", on=(f"{LAKE}/{_STREAM}",)),
    _allow("DeleteObject", on=(f"{LAKE}/names/{_PROBES}",)),
)
_READ_DAGS = (
    _allow("ListBucket", on=(LAKE,), below=_DAGS),
    _allow("GetObject", on=(f"{LAKE}/{_DAGS}",)),
)
_PUBLISH = (
    *_READ_DAGS,
    _allow("PutObject", on=(f"{LAKE}/{_DAGS}",)),
    _allow("DeleteObject", on=(f"{LAKE}/airflow/{_PROBES}",)),
)

STATEMENTS: dict[str, tuple[Statement, ...]] = {
    "init": (_allow("CreateBucket", "ListBucket", on=(LAKE,)),),
    "airflow": _DELIVER,
    "console": _READ,
    "publish": _PUBLISH,
    "bundles": _READ_DAGS,
    "operator": (
        *_DELIVER,
        *_PUBLISH,
        _allow("GetObject", "PutObject", "DeleteObject", on=(f"{LAKE}/{_PROVE}",)),
    ),
    "connect": (
        _allow("ListBucket", on=(CONNECT,)),
        _allow("GetObject", "PutObject", "DeleteObject", on=(f"{CONNECT}/*",)),
    ),
}
"""By user: ``airflow`` is the scheduler with the DAGs' tasks and the Spark driver, ``publish`` writes DAGs and
``bundles`` reads them, ``operator`` is the person."""


def policy(user: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(STATEMENTS[user])}
