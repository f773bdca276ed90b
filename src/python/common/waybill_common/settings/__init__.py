"""Settings: one tree for the whole pipeline, from flags, ``WAYBILL_…`` variables and ``waybill.toml``."""

from waybill_common.near_names import nearest
from waybill_common.settings.childs_settings import (
    blank_settings,
    machine_environment,
    with_settings,
    without_settings,
)
from waybill_common.settings.describe import allowed
from waybill_common.settings.files import UnreadableFile, as_text, read_judged, read_small
from waybill_common.settings.flags import (
    UNKNOWN,
    add_settings_flags,
    add_stream_flags,
    as_variables,
    as_words,
    for_stream,
    given_of_stream,
    idle_flags,
    name_stream,
    sections_of,
    selection_of,
    streams_folder,
    takes_several,
)
from waybill_common.settings.given_streams import GivenStreams
from waybill_common.settings.kafka_sections import (
    NO_CONTRACT,
    KafkaSettings,
    RegistrySettings,
    StreamSettings,
)
from waybill_common.settings.lake_sections import LakeSettings
from waybill_common.settings.loading import load_settings
from waybill_common.settings.refused_values import is_secret_property, secrets_in
from waybill_common.settings.sections import (
    MAX_DEAD_SHARE,
    SPLIT_BYTES,
    WINDOW_PAST,
    DeliverySettings,
    LogSettings,
    ProducerSettings,
    PseudonymSettings,
    SourceSettings,
    StatusSettings,
)
from waybill_common.settings.security_section import SecuritySettings
from waybill_common.settings.setting_names import named
from waybill_common.settings.stream_values import StreamSource, StreamValues, given_streams
from waybill_common.settings.tree import FIRST_STREAM, Settings
from waybill_common.settings.uses import CREATION, DELIVERING, DELIVERING_HERE, READING, SENDING, uses

# fmt: off
__all__ = [
    "CREATION", "DELIVERING", "DELIVERING_HERE", "FIRST_STREAM", "MAX_DEAD_SHARE", "NO_CONTRACT",
    "READING", "SENDING", "SPLIT_BYTES", "UNKNOWN", "WINDOW_PAST",
    "DeliverySettings", "GivenStreams", "KafkaSettings", "LakeSettings", "LogSettings", "ProducerSettings",
    "PseudonymSettings", "RegistrySettings", "SecuritySettings", "Settings", "SourceSettings", "StatusSettings",
    "StreamSettings", "StreamSource", "StreamValues", "UnreadableFile",
    "add_settings_flags", "add_stream_flags", "allowed", "as_text", "as_variables", "as_words", "blank_settings",
    "for_stream", "given_of_stream", "given_streams", "idle_flags", "is_secret_property", "load_settings",
    "machine_environment", "name_stream", "named", "nearest", "read_judged", "read_small", "secrets_in",
    "sections_of", "selection_of", "streams_folder", "takes_several", "uses", "with_settings", "without_settings",
]
