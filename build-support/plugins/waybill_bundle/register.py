"""The `bundle` target: a zip whose bytes depend on nothing but its members' names and bytes.

Pants' own `archive` hands the work to the zip program, which writes the clock into the archive and can't rename.
Runs inside Pants, so on its Python 3.9 and against its API.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from pants.backend.python.util_rules.python_sources import PythonSourceFilesRequest, StrippedPythonSourceFiles
from pants.core.goals.package import (
    BuiltPackage,
    BuiltPackageArtifact,
    EnvironmentAwarePackageRequest,
    OutputPathField,
    PackageFieldSet,
)
from pants.core.target_types import FileSourceField
from pants.engine.addresses import UnparsedAddressInputs
from pants.engine.fs import CreateDigest, Digest, DigestContents, FileContent, MergeDigests
from pants.engine.rules import Get, MultiGet, collect_rules, rule
from pants.engine.target import (
    COMMON_TARGET_FIELDS,
    DictStringToStringField,
    FieldSetsPerTarget,
    FieldSetsPerTargetRequest,
    HydratedSources,
    HydrateSourcesRequest,
    SourcesField,
    SpecialCasedDependencies,
    Target,
    Targets,
    TransitiveTargets,
    TransitiveTargetsRequest,
)
from pants.engine.unions import UnionRule

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class BundlePackagesField(SpecialCasedDependencies):
    alias = "packages"
    help = "Addresses of targets whose built packages go into the zip."


class BundleFilesField(SpecialCasedDependencies):
    alias = "files"
    help = "Addresses of `file` targets that go into the zip, without their folders."


class BundlePythonField(SpecialCasedDependencies):
    alias = "python"
    help = "Addresses of Python sources that go into the zip, at their import paths, with the sources they import."


class BundleNamesField(DictStringToStringField):
    alias = "names"
    help = "New names for members: from the name a file has to the one it gets."


class BundleTarget(Target):
    alias = "bundle"
    core_fields = (
        *COMMON_TARGET_FIELDS,
        OutputPathField,
        BundlePackagesField,
        BundleFilesField,
        BundlePythonField,
        BundleNamesField,
    )
    help = "A reproducible zip of built packages and files, without their folders, and of Python sources."


@dataclass(frozen=True)
class BundleFieldSet(PackageFieldSet):
    required_fields = (BundlePackagesField,)

    packages: BundlePackagesField
    files: BundleFilesField
    python: BundlePythonField
    names: BundleNamesField
    output_path: OutputPathField


def stored_zip(members: dict[str, bytes]) -> bytes:
    """Packages are zips themselves, so members are stored and not compressed once more."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.create_system = 3
            info.external_attr = (0o755 if name.endswith(".pex") else 0o644) << 16
            archive.writestr(info, members[name])
    return buffer.getvalue()


@rule
async def package_bundle(field_set: BundleFieldSet) -> BuiltPackage:
    packages, files, python = await MultiGet(
        Get(Targets, UnparsedAddressInputs, field_set.packages.to_unparsed_address_inputs()),
        Get(Targets, UnparsedAddressInputs, field_set.files.to_unparsed_address_inputs()),
        Get(Targets, UnparsedAddressInputs, field_set.python.to_unparsed_address_inputs()),
    )
    packaged = await Get(FieldSetsPerTarget, FieldSetsPerTargetRequest(PackageFieldSet, packages))
    built = await MultiGet(
        Get(BuiltPackage, EnvironmentAwarePackageRequest(package)) for package in packaged.field_sets
    )
    sources = await MultiGet(
        Get(HydratedSources, HydrateSourcesRequest(file[SourcesField], for_sources_types=(FileSourceField,)))
        for file in files
    )
    digests = [*(package.digest for package in built), *(source.snapshot.digest for source in sources)]
    contents = await Get(DigestContents, MergeDigests(digests))
    names = field_set.names.value or {}
    members = {}
    for file in contents:
        name = PurePath(file.path).name
        members[names.get(name, name)] = file.content
    imported = await Get(TransitiveTargets, TransitiveTargetsRequest(target.address for target in python))
    modules = await Get(StrippedPythonSourceFiles, PythonSourceFilesRequest(imported.closure))
    for module in await Get(DigestContents, Digest, modules.stripped_source_files.snapshot.digest):
        members[module.path] = module.content
    output = field_set.output_path.value_or_default(file_ending="zip")
    digest = await Get(Digest, CreateDigest([FileContent(output, stored_zip(members))]))
    return BuiltPackage(digest, (BuiltPackageArtifact(output),))


def rules():
    return [*collect_rules(), UnionRule(PackageFieldSet, BundleFieldSet)]


def target_types():
    return [BundleTarget]
