"""How far delivery is behind, and how near to losing data: ``lag_bounds`` is pure, ``measure`` asks Kafka."""

from waybill_ops.lag.lag_bounds import Lag, LagBounds, check
from waybill_ops.lag.lag_table import as_json, print_lag
from waybill_ops.lag.measure import measure_lag

__all__ = ["Lag", "LagBounds", "as_json", "check", "measure_lag", "print_lag"]
