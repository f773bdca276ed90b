"""``make demo``: the built artifacts on real parts, twice, then the audit and a look at the result.

``folders`` where files lie · ``steps`` the steps, as data · ``running`` doing them · ``queries`` reading the lake ·
``outcome`` what came of them · ``narrator`` telling it while it happens · ``demo_summary`` telling it at the end ·
``staying`` the console over it, until Ctrl-C
"""

from waybill_sandbox.demo.folders import DemoFolders, prepare
from waybill_sandbox.demo.narrator import Narrator
from waybill_sandbox.demo.running import STEPS, conclude, run_pipeline
from waybill_sandbox.demo.staying import stay
from waybill_sandbox.demo.steps import FAULTS, Surroundings

# fmt: off
__all__ = [
    "FAULTS", "STEPS", "DemoFolders", "Narrator", "Surroundings", "conclude", "prepare", "run_pipeline",
    "stay",
]
