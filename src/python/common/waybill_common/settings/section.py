"""What every section of ``waybill.toml`` is."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Rows = Annotated[int, Field(ge=1, le=10**15)]

FROM_FOLDER = Field(exclude=True)
"""Of a field that is no setting: a stream's folder alone says it."""


class Section(BaseModel):
    """One section: frozen, and closed against misspelled names."""

    model_config = ConfigDict(frozen=True, extra="forbid")
