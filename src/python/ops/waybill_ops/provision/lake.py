"""The folder or bucket in which datasets will lie."""

from __future__ import annotations

from pyarrow import fs

from waybill_common.errors import LakeRefused
from waybill_common.settings import LakeSettings
from waybill_ops.file_system import is_local
from waybill_ops.file_system import lake_errors
from waybill_ops.file_system import open_file_system
from waybill_ops.file_system import top_folder
from waybill_ops.provision.part import Part
from waybill_ops.provision.part import State


def provide_lake(settings: LakeSettings) -> Part:
    """Create the folder or the S3 bucket unless it is there. A bucket gets its store's defaults: no policy, no expiry.

    Raises ``LakeRefused`` and ``LakeUnavailable``.
    """
    if not (is_local(settings) or settings.url.startswith("s3:")):
        raise LakeRefused(
            f"init can't make the bucket or container of {settings.url}.",
            allowed="a lake on a local folder or s3://.",
            remedy="make it with your cloud's own tools; the producer makes the topics itself.",
        )
    name = top_folder(settings)
    with lake_errors(settings, settings.url, f"making {name}"):
        system = open_file_system(settings, create_buckets=True)
        before = system.get_file_info(name).type
        if before == fs.FileType.File:
            raise NotADirectoryError(f"{name} is a file")
        if before == fs.FileType.NotFound:
            system.create_dir(name)
    state = State.CREATED if before == fs.FileType.NotFound else State.THERE
    return Part("folder" if is_local(settings) else "bucket", name, state, settings.url)
