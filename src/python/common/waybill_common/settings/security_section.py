"""What is allowed that is refused otherwise."""

from __future__ import annotations

from pydantic import Field

from waybill_common.settings.section import Section


class SecuritySettings(Section):
    """What is taken though others on this machine may see it."""

    readable_files: bool = Field(
        default=False,
        description="Take files of secrets that others can read, wherever they lie. Without it such files lie below "
        "`/run/secrets`, in memory (tmpfs) or on a read-only mount.",
    )
