"""The local engine: ``waybill deliver`` whole, its workers included. ``drive`` says what the contracts are."""

from __future__ import annotations

import sys

from faults.drive import carry_contracts

from waybill_ops.cli import main as waybill


def main() -> int:
    carry_contracts()
    return waybill(["deliver", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
