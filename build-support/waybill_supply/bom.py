"""A list of parts as a CycloneDX 1.6 document, whose bytes follow from what was found and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from waybill_supply.part import Contents, Part


def bom(found: Contents, kind: ComponentType = ComponentType.APPLICATION) -> str:
    """The document. Its serial number is made from the digest; it carries no time."""
    itself = Component(
        name=found.name,
        type=kind,
        version=found.own[0].version if found.own else None,
        bom_ref=found.name,
        hashes=_hashes(found.sha256),
        licenses=_licences(found.licence),
        properties=[Property(name="waybill:requires", value=line) for line in found.requires],
    )
    metadata = BomMetaData(component=itself)
    metadata.timestamp = None  # type: ignore[assignment]  # its setter takes None
    components = {part.purl: _component(part) for part in (*found.own, *found.parts)}
    document = Bom(
        metadata=metadata,
        components=components.values(),
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"sha256:{found.sha256}"),
    )
    distributions = {
        part.name: components[part.purl] for part in found.parts if part.purl.startswith("pkg:pypi/")
    }
    document.register_dependency(itself, components.values())
    for part in found.parts:
        needed = [distributions[name] for name in part.requires if name in distributions]
        document.register_dependency(components[part.purl], needed)
    return JsonV1Dot6(document).output_as_string(indent=2) + "\n"


def _component(part: Part, within: str = "") -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=part.name,
        version=part.version or None,
        group=part.group or None,
        bom_ref=f"{within}{part.purl}",
        purl=PackageURL.from_string(part.purl),
        hashes=_hashes(part.sha256),
        licenses=_licences(part.licence),
        properties=list(_properties(part)),
        components=[_component(one, f"{part.purl}|") for one in part.inner],
    )


def _properties(part: Part) -> Iterator[Property]:
    if part.file:
        yield Property(name="waybill:file", value=part.file)
    if part.at_run_time:
        yield Property(name="waybill:fetched", value="at run time, as jars.json says; not in the artifact")


def _hashes(sha256: str) -> list[HashType]:
    return [HashType(alg=HashAlgorithm.SHA_256, content=sha256)] if sha256 else []


def _licences(said: str) -> Iterable[License]:
    return [LicenseFactory().make_from_string(said)] if said else []
