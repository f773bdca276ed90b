"""verify judges what the delivery's own reader brought: the two share no reader."""

from __future__ import annotations

from integration.delivery.conftest import Stream

from waybill_ops.cli import main


def test_verify_finds_every_record_of_the_topic_in_the_lake(stream: Stream) -> None:
    stream.names(60)
    stream.produce([b"{broken"] * 3)
    stream.names(40, first=60, partition=1)
    stream.driver(rows_per_object=25).reach(stream.ends())
    code = main(
        [
            "verify",
            "--complete",
            f"--lake.url={stream.lake.settings.url}",
            f"--kafka.bootstrap-servers={stream.kafka.bootstrap_servers}",
            f"--stream.topic={stream.topic}",
        ]
    )
    assert code == 0
