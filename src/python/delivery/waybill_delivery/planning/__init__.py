"""What a run would do and promise, from what it would find: parts of an answer, each for people and for programs."""

from waybill_delivery.planning.contract_part import contract_part
from waybill_delivery.planning.newest_part import newest_part
from waybill_delivery.planning.newest_writers import writers_of_newest
from waybill_delivery.planning.objects_part import objects_part
from waybill_delivery.planning.plan_part import PlanPart
from waybill_delivery.planning.promise_part import promise_part, rights_part
from waybill_delivery.planning.run_plan import RunPlan
from waybill_delivery.planning.steps_part import StepsAhead, steps_part
from waybill_delivery.planning.topic_part import lake_part, origin_part, topic_part

# fmt: off
__all__ = [
    "PlanPart", "RunPlan", "StepsAhead", "contract_part", "lake_part", "newest_part", "objects_part", "origin_part",
    "promise_part", "rights_part", "steps_part", "topic_part", "writers_of_newest",
]
