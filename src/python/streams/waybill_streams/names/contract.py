"""The model of ``names``. Its document is made from it; ``python -m corpus.names_document`` in tests writes it anew."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from waybill_common.contract import UtcMicros

UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
PSEUDONYM = r"^[a-z0-9][a-z0-9-]{0,31}:[0-9a-f]{64}$"

Text = Annotated[str, Field(min_length=1, max_length=512)]


class Name(BaseModel):
    """Version 1 of the contract.

    Every key is always present; ``state`` and ``postcode`` may be null, since some countries have none.
    ``postcode`` is the pseudonym ``<key id>:<HMAC-SHA256, hex>``, never the postcode itself.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=UUID)]
    full_name: Text
    gender: Literal["female", "male"]
    location: Text
    city: Text
    state: Text | None
    country: Text
    nat: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    postcode: Annotated[str, Field(pattern=PSEUDONYM)] | None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    email: Annotated[str, Field(pattern=r"^[^@ ]+@[^@ ]+$", max_length=320)]
    produced_at: Annotated[datetime, UtcMicros]
