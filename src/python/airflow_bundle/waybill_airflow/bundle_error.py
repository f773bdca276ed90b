"""The one error of this package, in the three sentences of every message of Waybill's."""

from __future__ import annotations


class BundleError(Exception):
    """DAGs can't be had: ``found`` names the value, ``allowed`` what would be right, ``remedy`` what to do next."""

    def __init__(self, found: str, *, allowed: str, remedy: str) -> None:
        super().__init__(found, allowed, remedy)
        self.found = found
        self.allowed = allowed
        self.remedy = remedy

    def __str__(self) -> str:
        """On one line, for Airflow's log: ``found`` may quote what a store said, which no terminal is to obey."""
        told = f"{self.found} Allowed: {self.allowed} Remedy: {self.remedy}"
        return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in told)
