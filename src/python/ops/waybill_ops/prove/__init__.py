"""Exactly once, proved on somebody's own Kafka and lake, by the engines that are there, in this order:

``chosen_engines``   which engines take turns
``fault_plan``       pure: from the seed to transactions, faults and their moments
``scratch``          a topic and a prefix of its own, and their removal
``proof_events``     the events: valid ones, and a known share that break the contract
``sender``           sending them in transactions, and learning what Kafka committed
``producer_process`` the same in a process of its own
``programs``         processes that can be killed, frozen and woken
``drivers``          runs of the engines
``watch``            waiting for a moment, by what the drivers have stored
``injection``        causing each fault
``stored``           reading what arrived
``comparison``       pure: what was sent against what arrived
``proof``            pure: the verdict; ``proof_table`` prints it
``rounds``           the order of all this
"""

from waybill_ops.prove.chosen_engines import ChosenEngines, choose_engines, engines_of
from waybill_ops.prove.fault_plan import ProofFault, ProofPlan, make_plan
from waybill_ops.prove.producer_process import parse_send_task, run_child
from waybill_ops.prove.proof import Proof, check
from waybill_ops.prove.proof_table import as_json, print_proof
from waybill_ops.prove.rounds import FirstRunFailed, child_variables, prove
from waybill_ops.prove.scratch import Scratch, make_scratch

# fmt: off
__all__ = [
    "ChosenEngines", "FirstRunFailed", "Proof", "ProofFault", "ProofPlan", "Scratch", "as_json", "check",
    "child_variables", "choose_engines", "engines_of", "make_plan", "make_scratch", "parse_send_task", "print_proof",
    "prove", "run_child",
]
