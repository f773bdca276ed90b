"""How many of the last records were dead letters: by it is judged whether a contract still fits."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from waybill_common.ledger.entry import Count, Entry

ENOUGH = 1000
"""Records after which the share can be judged, and counting begins anew."""


class Recent(Entry):
    """Records (rows and dead letters) since it last began anew, and how many of them are dead."""

    records: Count
    dead: Count

    @model_validator(mode="after")
    def _are_records(self) -> Self:
        if self.dead > self.records:
            raise ValueError(f"{self.dead} dead letters among {self.records} records")
        return self

    def plus(self, *, rows: int, dead: int) -> Recent:
        return Recent(records=self.records + rows + dead, dead=self.dead + dead)

    @property
    def is_full(self) -> bool:
        return self.records >= ENOUGH
