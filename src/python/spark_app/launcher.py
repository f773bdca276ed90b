"""What spark-submit is given: it takes only ``.py`` for Python, so this starts the PEX's own ``main``."""

from __future__ import annotations

import sys

from waybill_spark.cli import main

sys.exit(main())
