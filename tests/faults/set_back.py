"""The producer with a clock that is 400 days late: ``python -m faults.set_back``.

It is the program's own clock, which stamps ``produced_at``. The brokers' and librdkafka's are not touched.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, tzinfo
from typing import Any

from waybill_producer import cli, stream


class Late(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return datetime.now(tz) - timedelta(days=400)


def main() -> int:
    # Stands in for the class that the module imported.
    setattr(stream, "datetime", Late)  # noqa: B010
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
