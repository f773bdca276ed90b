"""What a worker is given. Who plans splits imports this alone: what carries them takes half a second to import."""

from __future__ import annotations

from dataclasses import dataclass

from waybill_common.contract import Contract
from waybill_common.lake import Lake
from waybill_common.ledger import Manifest
from waybill_common.settings import KafkaSettings


@dataclass(frozen=True)
class TaskContext:
    """Everything that a task needs besides its split; it is pickled to the executors."""

    manifest: Manifest
    contract: Contract
    kafka: KafkaSettings
    lake: Lake
    accept_loss: bool
