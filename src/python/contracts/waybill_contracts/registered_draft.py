"""From a registry's subject to a first document by that registry, and which version of it was seen."""

from __future__ import annotations

from waybill_common.contract import AVRO
from waybill_common.schema_registry import LatestSchema, SchemaRegistry
from waybill_common.settings import RegistrySettings
from waybill_contracts.drafting import ContractDraft, DraftRefused, DraftWishes, draft_by_registry
from waybill_contracts.judging import ID_FRAMES, ID_FRAMES_TOLD

DEFAULT = "default"
"""What documents call the registry of the settings' ``[registry]``."""

DEFAULT_FRAME = "confluent"


def draft_of_subject(
    settings: RegistrySettings, subject: str, frame: str | None, wishes: DraftWishes
) -> ContractDraft:
    """Raises ``DraftRefused``, and what asking a registry raises."""
    return draft_of_latest(latest_of(settings, subject, frame), frame, wishes)


def latest_of(settings: RegistrySettings, subject: str, frame: str | None) -> LatestSchema:
    """Of Avro. Raises as ``draft_of_subject`` does."""
    if (frame or DEFAULT_FRAME) not in ID_FRAMES:
        raise DraftRefused(
            f"records in the frame {frame} name no schema that a registry can be asked for",
            allowed=f"--frame {ID_FRAMES_TOLD}",
            remedy=f"give the schema itself: --avro-schema FILE --frame {frame}",
        )
    with SchemaRegistry(settings) as registry:
        found = registry.latest(subject)
    kind = found.schema.own.type
    if kind != AVRO:
        raise DraftRefused(
            f"its schema is of type {kind[:60]!r}",
            allowed=f"a subject of type {AVRO}",
            remedy="save a JSON Schema to a file, and give that by --json-schema",
        )
    return found


def draft_of_latest(found: LatestSchema, frame: str | None, wishes: DraftWishes) -> ContractDraft:
    """Raises ``DraftRefused``."""
    texts = (*found.schema.texts_before, found.schema.own.text)
    draft = draft_by_registry(texts, DEFAULT, frame or DEFAULT_FRAME, wishes)
    seen = {"subject": found.subject, "version": found.version, "id": found.id, **draft.seen}
    told = [f"Read: version {found.version} of {found.subject}, which has the id {found.id}.", *draft.told]
    if frame is None:
        told.append(f"Values are taken to be in the frame {DEFAULT_FRAME}: `--frame` names another.")
    return ContractDraft(draft.document, seen, tuple(told))
