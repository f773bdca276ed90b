"""Commits that a release before 0.2.0 has opened."""

from __future__ import annotations

from integration.delivery.conftest import Driver

from waybill_common.ledger import Layout, Open, Situation, next_step
from waybill_common.ledger.manifest import ContractRef, Manifest1, Manifest3
from waybill_streams.names import NAMES


def as_of_0_1_0(manifest: Manifest3) -> Manifest1:
    """The manifest that 0.1.0 would have opened in its stead."""
    fields = {name: value for name, value in manifest if name in Manifest1.model_fields}
    return Manifest1(
        **fields
        | {
            "format": 2 if manifest.number == 1 and any(manifest.before.values()) else 1,
            "contract": ContractRef(
                version=manifest.contract.version, fingerprint=str(NAMES.old_fingerprint)
            ),
            "layout": Layout(
                row_group_rows=manifest.layout.row_group_rows, compression=manifest.layout.compression
            ),
            "release": "0.1.0",
        }
    )


def open_old(driver: Driver, ends: dict[int, int]) -> Manifest1:
    """A manifest of 0.1.0 that is open from now on; ``driver`` stands before it."""
    step = next_step(Situation(driver.position, driver.topic(), ends, driver.position.frontier), driver.plan)
    assert isinstance(step, Open)
    assert isinstance(step.manifest, Manifest3)
    manifest = as_of_0_1_0(step.manifest)
    driver.position = driver.journal.open(driver.position, manifest)
    return manifest
