"""The whole tree."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic import ConfigDict

from waybill_common.settings.kafka_sections import KafkaSettings
from waybill_common.settings.kafka_sections import RegistrySettings
from waybill_common.settings.kafka_sections import StreamSettings
from waybill_common.settings.lake_sections import DagsSettings
from waybill_common.settings.lake_sections import LakeSettings
from waybill_common.settings.sections import DeliverySettings
from waybill_common.settings.sections import LogSettings
from waybill_common.settings.sections import ProducerSettings
from waybill_common.settings.sections import PseudonymSettings
from waybill_common.settings.sections import SourceSettings


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
    dags: DagsSettings = DagsSettings()
    log: LogSettings = LogSettings()
