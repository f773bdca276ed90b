"""A schema registry with Confluent's API, asked for schemas by id or subject; the producer registers its own."""

from waybill_common.schema_registry.registered_schema import LatestSchema, UntoldSchema, UnusableSchema
from waybill_common.schema_registry.registry_answers import (
    RegistryAnswer,
    RegistryRefusal,
    RegistryWords,
    TryRegistryAgain,
    object_in,
)
from waybill_common.schema_registry.registry_client import AskedSchema, SchemaRegistry
from waybill_common.schema_registry.registry_connection import MEDIA_TYPE, RegistryConnection
from waybill_common.schema_registry.schema_references import MOST_BYTES, MOST_REFERENCES

# fmt: off
__all__ = [
    "MEDIA_TYPE", "MOST_BYTES", "MOST_REFERENCES", "AskedSchema", "LatestSchema", "RegistryAnswer",
    "RegistryConnection", "RegistryRefusal", "RegistryWords", "SchemaRegistry", "TryRegistryAgain", "UntoldSchema",
    "UnusableSchema", "object_in",
]
