"""The folder or bucket in which datasets will lie."""

from __future__ import annotations

from pyarrow import fs

from waybill_common.errors import SettingsRefused
from waybill_common.settings import LakeSettings
from waybill_ops.file_system import FileSystems
from waybill_ops.provision.part import PartState, ProvisionedPart


def provide_lake(settings: LakeSettings) -> ProvisionedPart:
    """Create the folder or the S3 bucket unless it is there. A bucket gets its store's defaults: no policy, no expiry.

    Raises ``SettingsRefused``, ``LakeRefused`` and ``LakeUnavailable``.
    """
    systems = FileSystems(settings, create_buckets=True)
    location = systems.location
    if location.url.scheme == "gs":
        raise SettingsRefused(
            f"init can't make the bucket of {location.url.text}.",
            allowed="a lake on a local folder or s3://.",
            remedy="make it with Google's own tools; the producer makes the topics itself.",
        )
    name = systems.top_folder

    def provided(system: fs.FileSystem) -> fs.FileType:
        before = system.get_file_info(name).type
        if before == fs.FileType.File:
            raise NotADirectoryError(f"{name} is a file")
        if before == fs.FileType.NotFound:
            system.create_dir(name)
        return before

    before = systems.asked(location.url.text, f"making {name}", provided)
    state = PartState.CREATED if before == fs.FileType.NotFound else PartState.THERE
    return ProvisionedPart("folder" if location.is_local else "bucket", name, state, settings.url)
