"""Running the steps."""

from __future__ import annotations

import json
import time

from confluent_kafka import KafkaError, Producer

from waybill_common.errors import DeliveryFailed, ServiceNotReady
from waybill_common.screen import Screen
from waybill_sandbox.api import Simulator
from waybill_sandbox.demo.demo_summary import DemoSummary, check, print_summary
from waybill_sandbox.demo.folders import DemoFolders
from waybill_sandbox.demo.narrator import Narrator
from waybill_sandbox.demo.outcome import StepOutcome, read_outcome
from waybill_sandbox.demo.queries import ask
from waybill_sandbox.demo.steps import (
    STRAY_RECORDS,
    TOPIC,
    Step,
    Surroundings,
    audit_step,
    local_step,
    producer_step,
    spark_step,
)
from waybill_sandbox.process import Child, Command

STEPS = 8
DELIVERY_SECONDS = 30.0


def run_pipeline(
    folders: DemoFolders, around: Surroundings, simulator: Simulator, narrator: Narrator
) -> DemoSummary:
    """Both rounds, the audit and the questions. Raises ServiceNotReady where a program fails."""
    began = time.monotonic()

    def run(step: Step) -> StepOutcome:
        with narrator.step(step.title) as tell:
            outcome = run_step(folders, step)
            tell(outcome.told)
        return outcome

    outcomes = [run(producer_step(folders, around, 1))]
    with narrator.step("a stray program writes into the topic") as tell:
        write_strays(around.bootstrap_servers)
        tell(f"{len(STRAY_RECORDS)} records that are no events")
    outcomes += [
        run(local_step(folders, around)),
        run(producer_step(folders, around, 2)),
        run(spark_step(folders, around)),
        run(audit_step(folders, around)),
    ]
    with narrator.step("DuckDB on the Parquet files") as tell:
        answers = ask(folders.dataset)
        tell(f"{len(answers)} questions answered")
    return DemoSummary(
        outcomes=tuple(outcomes),
        answers=answers,
        api=simulator.counts(),
        folder=str(folders.folder),
        pipeline_seconds=time.monotonic() - began,
    )


def conclude(summary: DemoSummary, folders: DemoFolders, screen: Screen) -> None:
    """Writes summary.json, shows the summary and checks it: raises AuditFailed where counts don't agree."""
    folders.summary.write_text(json.dumps(summary.as_json(), indent=2) + "\n")
    print_summary(summary, screen)
    check(summary)


def run_step(folders: DemoFolders, step: Step) -> StepOutcome:
    """Runs a step's program to its end. Raises ServiceNotReady where it fails, takes too long or prints no summary."""
    output = folders.logs / f"{step.name}.json"
    log = folders.logs / f"{step.name}.log"
    began = time.monotonic()
    child = Child(Command(step.title, step.argv, step.env, log, cwd=folders.folder, output=output))
    try:
        code = child.wait(step.limit)
    finally:
        child.kill()
    seconds = time.monotonic() - began
    if code != 0:
        what = f"took more than {step.limit:g} s" if code is None else f"ended with exit code {code}"
        raise _failed(step, f"{what}. The end of {log}:\n{child.log_tail()}\n")
    try:
        return read_outcome(step.name, step.reads, seconds, output.read_text())
    except (ValueError, KeyError, IndexError) as error:
        raise _failed(step, f"printed no summary to {output} ({error!r}).") from error


def write_strays(bootstrap_servers: str) -> None:
    """Writes the stray records, as any program with access to Kafka could. Raises DeliveryFailed."""
    failures: list[KafkaError] = []

    def delivered(error: KafkaError | None, _message: object) -> None:
        if error is not None:
            failures.append(error)

    producer = Producer({"bootstrap.servers": bootstrap_servers, "log_level": 2})
    for record in STRAY_RECORDS:
        producer.produce(TOPIC, record, on_delivery=delivered)
    if producer.flush(DELIVERY_SECONDS) or failures:
        raise DeliveryFailed(
            f"The stray records did not reach {TOPIC}: {failures or 'no answer'}.",
            allowed=f"an acknowledgement within {DELIVERY_SECONDS:g} s.",
            remedy="look at Kafka's log in the demo's services folder.",
        )


def _failed(step: Step, what: str) -> ServiceNotReady:
    return ServiceNotReady(
        f"{step.title} {what}",
        allowed="exit code 0 and the summary on stdout.",
        remedy="correct what the log names; the exit codes are in docs/errors.md.",
    )
