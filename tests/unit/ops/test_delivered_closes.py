"""Whatever is delivered by a document, by the real loop and its fast paths, closes under the audit."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from unit.contract.messages import message
from unit.contracts.alike import AlikeMaker
from unit.contracts.generated import Maker
from unit.delivery.datasets import Delivered
from unit.delivery.orders import bound
from unit.ops.audited import audit_of

from waybill_contracts.judging import KafkaInput

RECORDS = 30


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32), alike=st.booleans())
@example(seed=725087, alike=True)  # null structs beside one that lacks what is required in it
def test_whatever_is_delivered_closes_under_the_audit(seed: int, *, alike: bool) -> None:
    maker = (AlikeMaker if alike else Maker)(seed)
    tree = maker.document() | {"stream": "orders"}
    contract = bound(tree)
    with tempfile.TemporaryDirectory() as folder:
        dataset, log = Delivered(Path(folder)), dict[tuple[int, int], KafkaInput]()
        for _ in range(2):
            first = len(log)
            for offset in range(first, first + RECORDS):
                around = maker.around()
                headers = [(name, value) for name, value in around["headers"] if name != b"\xff"]
                record = KafkaInput(maker.record(tree), **around | {"headers": tuple(headers)})
                log[0, offset] = record
                told = [(name.decode(), value) for name, value in headers]  # as confluent-kafka takes them
                dataset.records.append(message(offset, record.timestamp, record.value, record.key, told))
            dataset.run(contract)
        found = audit_of(Path(folder), "orders", log, {0: len(log)})
        assert [one for one in found if one.code.fails] == []
