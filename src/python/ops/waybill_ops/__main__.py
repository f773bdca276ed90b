"""``python -m waybill_ops``."""

from __future__ import annotations

import sys

from waybill_ops.cli import main

sys.exit(main())
