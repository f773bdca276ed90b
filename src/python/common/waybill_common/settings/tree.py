"""The whole tree."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from waybill_common.settings.kafka_sections import KafkaSettings, RegistrySettings, StreamSettings
from waybill_common.settings.lake_sections import DagsSettings, LakeSettings
from waybill_common.settings.sections import (
    DeliverySettings,
    LogSettings,
    ProducerSettings,
    PseudonymSettings,
    RedriveSettings,
    SourceSettings,
    StatusSettings,
)
from waybill_common.settings.security_section import SecuritySettings


class Settings(BaseModel):
    """Every setting of every command: one ``waybill.toml`` serves the whole pipeline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stream: StreamSettings = StreamSettings()
    kafka: KafkaSettings = KafkaSettings()
    registry: RegistrySettings = RegistrySettings()
    source: SourceSettings = SourceSettings()
    producer: ProducerSettings = ProducerSettings()
    pseudonym: PseudonymSettings = PseudonymSettings()
    lake: LakeSettings = LakeSettings()
    delivery: DeliverySettings = DeliverySettings()
    redrive: RedriveSettings = RedriveSettings()
    dags: DagsSettings = DagsSettings()
    status: StatusSettings = StatusSettings()
    log: LogSettings = LogSettings()
    security: SecuritySettings = SecuritySettings()


FIRST_STREAM = StreamSettings().name
"""The stream of 0.1.0, whose settings are those that had no stream's name in them."""
