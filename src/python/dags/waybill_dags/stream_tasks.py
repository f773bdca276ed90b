"""The tasks of a stream's DAG: publish, deliver, verify, and tell what arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from airflow.sdk import Param

from waybill_dags.delivery_operator import ENGINE, DeliveryOperator
from waybill_dags.operator import ProgramOperator
from waybill_dags.program import HOME, option
from waybill_dags.receipts import ReceiptsOperator, asset_of


def duration_param(polled: str) -> Param:
    return Param(
        None,
        type=["null", "number"],
        exclusiveMinimum=0,
        maximum=1500,
        title="Streaming duration",
        description=f"Seconds that this run polls the {polled}. Empty: producer.streaming_duration.",
    )


def acceptance_params() -> dict[str, Param]:
    """What one delivery may accept, of any stream."""
    return {
        "accept_loss": Param(
            default=False,
            type="boolean",
            title="Accept loss",
            description="Go on where Kafka's retention has taken undelivered offsets; the receipt records the lost "
            "range.",
        ),
        "accept_dead": Param(
            default=False,
            type="boolean",
            title="Accept dead letters",
            description="Go on where too many of the last records are dead letters; this run's commits record that.",
        ),
    }


def registry_params() -> dict[str, Param]:
    """The same of a stream whose contract names a schema registry."""
    return {
        "accept_unknown_schemas": Param(
            default=False,
            type="boolean",
            title="Accept unknown schemas",
            description="Go on where the registry does not answer or refuses; records of such schemas become dead "
            "letters.",
        ),
        "keep_schema_bindings": Param(
            default=False,
            type="boolean",
            title="Keep schema bindings",
            description="Go on by what the lake says that ids mean, without comparing it with the registry.",
        ),
    }


_OF_A_REGISTRY = (
    "--delivery.accept-unknown-schemas={{ params.accept_unknown_schemas | lower }}",
    "--delivery.keep-schema-bindings={{ params.keep_schema_bindings | lower }}",
)


@dataclass(frozen=True)
class StreamTasks:
    """``words`` choose the stream on each command line; none where the settings say which it is. ``asks``: its contract
    names a schema registry.
    """

    stream: str
    words: Sequence[str] = ()
    asks: bool = False

    def publish(self, *options: str, doc_md: str) -> ProgramOperator:
        return ProgramOperator(
            task_id="kafka_stream_task",
            command=[
                f"{HOME}/producer.pex",
                *self.words,
                option("--producer.streaming-duration", "params.streaming_duration"),
                *options,
            ],
            sections=["stream", "kafka", "registry", "source", "producer", "pseudonym", "status"],
            stream=self.stream,
            execution_timeout=timedelta(minutes=30),
            doc_md=doc_md,
        )

    def deliver(self) -> DeliveryOperator:
        return DeliveryOperator(
            task_id="spark_delivery_task",  # its name since 0.1.0, whichever engine delivers
            home=HOME,
            engine=ENGINE,
            options=[
                *self.words,
                "--delivery.trigger=available-now",
                "--delivery.accept-loss={{ params.accept_loss | lower }}",
                "--delivery.accept-dead={{ params.accept_dead | lower }}",
                *(_OF_A_REGISTRY if self.asks else ()),
            ],
            stream=self.stream,
            execution_timeout=timedelta(hours=4),
            doc_md="Delivers the topic to the lake. Finishes first what an earlier run left open.",
        )

    def verify(self) -> ProgramOperator:
        return ProgramOperator(
            task_id="verify_task",
            command=[f"{HOME}/waybill.pex", "verify", *self.words],
            sections=["stream", "kafka", "lake"],
            stream=self.stream,
            execution_timeout=timedelta(hours=2),
            doc_md="Compares topic and lake. Exit code 40 names what is missing, doubled, orphaned or altered; 42 says "
            "that none of the topic's records was delivered: look at `spark_delivery_task`, and at each task's "
            "`lake.url`.",
        )

    def tell(self) -> ReceiptsOperator:
        return ReceiptsOperator(
            task_id="receipts_task",
            command=[f"{HOME}/waybill.pex", "report", *self.words, "--json"],
            asset=asset_of(self.stream),
            stream=self.stream,
            execution_timeout=timedelta(minutes=30),
            doc_md=f"One event of the asset `waybill_{self.stream}` for all receipts since the last one. Skipped where "
            "none is new.",
        )

    def tell_redriven(self) -> ReceiptsOperator:
        """Of a stream whose dead letters go through a topic and into a dataset of their own."""
        return ReceiptsOperator(
            task_id="redriven_receipts_task",
            command=[f"{HOME}/waybill.pex", "report", *self.words, "--redriven", "--json"],
            asset=asset_of(f"{self.stream}_redriven"),
            stream=self.stream,
            execution_timeout=timedelta(minutes=30),
            doc_md=f"The same of what was redriven: the asset `waybill_{self.stream}_redriven`.",
        )
