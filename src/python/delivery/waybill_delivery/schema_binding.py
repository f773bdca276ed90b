"""What the ids in a stream's records mean: asked of its registry once, by the driver, and bound in the lake then.

A registry's answer is no function of bytes: it may lag, or be made anew. So one object says for a commit which id means
which schema, and whoever delivers the commit judges by that. Only a new manifest is compared with the registry.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import structlog

from waybill_common.contract import BoundContract, SchemaId, WriterSchema, in_order
from waybill_common.errors import RegistryRefused, RegistryUnavailable, SettingsRefused, TerminalError
from waybill_common.ledger import MOST_ASKED, CommitSchemas, Journal, Manifest, StandingSchemas, StoredSchemas
from waybill_common.settings import Settings
from waybill_common.version import VERSION
from waybill_contracts.avro import SchemaRefused
from waybill_contracts.judging import avro_type_of, ids_of, writer_name

if TYPE_CHECKING:
    from waybill_common.schema_registry import AskedSchema, SchemaRegistry

COMPARED_FOR = 60.0
"""Seconds for which a comparison with the registry holds: a stream may open a manifest each second."""

_MOST_TOLD = 20
_KEEP = "`--keep-schema-bindings` goes on with what the lake says they mean"


def registry_of(settings: Settings, name: str) -> SchemaRegistry:
    """The registry that a contract calls so. Raises ``SettingsRefused``."""
    from waybill_common.schema_registry import SchemaRegistry  # most streams ask none, and would wait for it

    found = settings.registry.called(name)
    if found is None:
        raise SettingsRefused(
            f"The contract names the registry {name}, of which the settings say nothing.",
            allowed=f"default, which is the section [registry], and those of [registries.NAME]: "
            f"{', '.join(settings.registry.others) or 'none'}.",
            remedy=f"set registries.{name}.url (WAYBILL_REGISTRIES__{name.upper()}__URL). Nothing was written.",
        )
    return SchemaRegistry(found, "registry" if name == "default" else f"registries.{name}")


@dataclass
class SchemaBinding:
    """``open_registry`` is told a contract's name of it. ``accepts_unknown``: ids that nobody answers for are null;
    ``keeps``: the lake's word is not compared with the registry's.
    """

    journal: Journal
    open_registry: Callable[[str], SchemaRegistry] | None = None
    accepts_unknown: bool = False
    keeps: bool = False
    clock: Callable[[], float] = time.monotonic
    _standing: dict[int, StandingSchemas] = field(default_factory=dict, init=False)
    _compared: float | None = field(default=None, init=False)

    def check_before(self, contract: BoundContract, schemas: Mapping[str, str]) -> None:
        """Before a new manifest that knows ``schemas``: the registry means the same by them.

        Raises ``RegistryRefused`` where it does not, ``RegistryUnavailable`` and ``SettingsRefused``.
        """
        if contract.registry is None or self.open_registry is None or self.keeps:
            return
        if self._compared is not None and self.clock() - self._compared < COMPARED_FOR:
            return
        bound = ids_of(contract.frame or "", schemas)
        try:
            with self.open_registry(contract.registry) as client:
                said = client.schemas(in_order(bound)) if bound else {}
        except (RegistryRefused, RegistryUnavailable) as error:
            raise _with_way_out(error, f"No commit was begun; {_KEEP}.") from error
        others = {one: found for one, found in said.items() if _sha256_of(found) != bound[one]}
        if others:
            first = in_order(others)[0]
            raise RegistryRefused(
                f"Of {len(bound)} ids that the dataset knows, the registry {contract.registry} has another meaning for "
                f"{len(others)}: id {first} meant the schema {bound[first][:15]}…, now "
                f"{_told(others[first])}.",
                allowed="one meaning of an id for as long as a topic has records with it: a registry made anew wants a "
                "new topic.",
                remedy=f"correct registry.url, or restore the registry. No commit was begun; {_KEEP}.",
            )
        self._compared = self.clock()

    def standing(self, manifest: Manifest, manifest_sha256: str) -> StandingSchemas | None:
        """The commit's object; None while there is none. One that stands is not asked for again."""
        known = self._standing.get(manifest.number)
        if known is None:
            known = StoredSchemas(self.journal.lake).of_commit(manifest.number, manifest_sha256)
        return None if known is None else self._noted(known)

    def bind(
        self, manifest: Manifest, manifest_sha256: str, contract: BoundContract, ids: Iterable[SchemaId]
    ) -> StandingSchemas:
        """The commit's object, made of the registry's answers if there is none yet.

        Raises ``RegistryUnavailable`` and ``RegistryRefused``, unless what nobody answers for is accepted as unknown.
        """
        found = self.standing(manifest, manifest_sha256)
        if found is not None:
            return found
        schemas = self.asked(
            contract,
            ids,
            f"Commit {manifest.number} stays open, and nothing of these records' splits was stored.",
        )
        stored = StoredSchemas(self.journal.lake)
        for one in schemas.values():
            if one is not None:
                stored.store(one)
        names = {
            writer_name(contract.frame or "", one): None if schema is None else schema.sha256
            for one, schema in schemas.items()
        }
        standing = self._created(manifest, manifest_sha256, names)
        _tell(manifest, standing)
        return standing

    def settled(self, manifest: Manifest, manifest_sha256: str) -> StandingSchemas:
        """What the receipt follows: the commit's object, an empty one where no task met anything new."""
        return self.standing(manifest, manifest_sha256) or self._created(manifest, manifest_sha256, {})

    def _created(
        self, manifest: Manifest, manifest_sha256: str, names: dict[str, str | None]
    ) -> StandingSchemas:
        made = CommitSchemas(
            format=3,
            kind="schemas",
            stream=manifest.stream,
            number=manifest.number,
            manifest_sha256=manifest_sha256,
            schemas=names,
            writer=self.journal.writer,
            release=VERSION,
        )
        return self._noted(StoredSchemas(self.journal.lake).create(made))

    def _noted(self, standing: StandingSchemas) -> StandingSchemas:
        self._standing = {standing.says.number: standing}
        return standing

    def asked(
        self, contract: BoundContract, ids: Iterable[SchemaId], stands: str
    ) -> dict[SchemaId, WriterSchema | None]:
        """What the registry says of these, the lowest of them; nothing is bound. ``stands`` says in a refusal how a
        commit stands then. Raises as ``bind`` does.
        """
        name, lowest = contract.registry or "", in_order(ids)[:MOST_ASKED]
        if self.open_registry is None:
            raise ValueError("there are records, and nobody to ask for their schemas")
        way_out = (
            f"{stands} Once, `--accept-unknown-schemas` goes on: records of schemas that nobody tells become dead "
            "letters."
        )
        from waybill_common.schema_registry import MOST_BYTES, MOST_REFERENCES, UntoldSchema

        said: Mapping[SchemaId, AskedSchema | UntoldSchema]
        try:
            with self.open_registry(name) as client:
                said = client.schemas_told(lowest) if self.accepts_unknown else client.schemas(lowest)
        except SettingsRefused as error:
            raise _with_way_out(error, stands) from error
        except (RegistryUnavailable, RegistryRefused) as error:
            raise _with_way_out(error, way_out) from error
        untold = [one.error for one in said.values() if isinstance(one, UntoldSchema)]
        if untold:
            structlog.get_logger().warning(
                "schemas_not_told", found=untold[0].found, told=len(said) - len(untold), unknown=len(untold)
            )
        taken: dict[SchemaId, WriterSchema | None] = {}
        for one, found in said.items():
            why = None if isinstance(found, UntoldSchema) else _why_not_taken(found)
            if why is not None and not self.accepts_unknown:
                raise RegistryRefused(
                    f"The registry {name} has a schema under id {one} that is not taken: {why}.",
                    allowed=f"schemas of Avro of at most {MOST_BYTES:,} bytes with at most {MOST_REFERENCES} "
                    "references, in no cycle.",
                    remedy=f"find out who writes such records. {way_out}",
                )
            if why is not None:
                structlog.get_logger().warning("schema_not_taken", id=one, why=why)
            taken[one] = found if isinstance(found, WriterSchema) and why is None else None
        return taken


def binding_of(settings: Settings, journal: Journal) -> SchemaBinding:
    delivery = settings.delivery
    return SchemaBinding(
        journal,
        partial(registry_of, settings),
        accepts_unknown=delivery.accept_unknown_schemas,
        keeps=delivery.keep_schema_bindings,
    )


def _why_not_taken(found: AskedSchema) -> str | None:
    """Of another type than Avro it is taken: its own word says that no record is a datum of it."""
    from waybill_common.schema_registry import UnusableSchema

    if isinstance(found, UnusableSchema):
        return found.why
    if isinstance(found, WriterSchema):
        try:
            avro_type_of(found)
        except SchemaRefused as refused:
            return f"at /{'/'.join(refused.place)} of its text: {refused.found}; allowed: {refused.allowed}"
    return None


def _sha256_of(found: AskedSchema) -> str | None:
    return found.sha256 if isinstance(found, WriterSchema) else None


def _told(found: AskedSchema) -> str:
    sha256 = _sha256_of(found)
    return "none" if sha256 is None else f"{sha256[:15]}…"


def _tell(manifest: Manifest, standing: StandingSchemas) -> None:
    schemas = standing.says.schemas
    unknown = [name for name, sha256 in schemas.items() if sha256 is None]
    log = structlog.get_logger()
    log.info("schemas_bound", commit=manifest.number, known=len(schemas) - len(unknown))
    if unknown:
        log.warning("schemas_unknown", commit=manifest.number, count=len(unknown), ids=unknown[:_MOST_TOLD])


def _with_way_out(
    error: RegistryUnavailable | TerminalError, way_out: str
) -> RegistryUnavailable | TerminalError:
    return type(error)(error.found, allowed=error.allowed, remedy=f"{error.remedy} {way_out}")
