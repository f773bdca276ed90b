"""A simulator of the randomuser.me API, with faults on request."""

from waybill_sandbox.api.faults import ApiFault, FaultKind, FaultPlan
from waybill_sandbox.api.server import Simulator

__all__ = ["ApiFault", "FaultKind", "FaultPlan", "Simulator"]
