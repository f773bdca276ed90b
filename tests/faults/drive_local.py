"""The local engine: ``waybill deliver`` whole, its workers included."""

from __future__ import annotations

import sys

from faults.drive import take_topic_of_others

from waybill_ops.cli import main as waybill


def main() -> int:
    take_topic_of_others()
    return waybill(["deliver", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
