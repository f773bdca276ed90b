"""``waybill prove``: exactly once, on your own test cluster, under faults that are caused here and now."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import uuid
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from waybill_common.contract import Contract
from waybill_common.errors import OK, SettingsRefused
from waybill_common.flag_types import refused, whole_number
from waybill_common.screen import on_stderr, on_stdout
from waybill_common.settings import (
    DELIVERING_HERE,
    Settings,
    add_settings_flags,
    as_variables,
    uses,
    with_settings,
)
from waybill_common.terminal import complain, say_json
from waybill_contracts.stream_contract import contracts_of
from waybill_ops.prove import (
    ChosenEngines,
    FirstRunFailed,
    Proof,
    ProofFault,
    ProofPlan,
    Scratch,
    as_json,
    check,
    child_variables,
    choose_engines,
    engines_of,
    make_plan,
    make_scratch,
    parse_send_task,
    print_proof,
    prove,
    run_child,
)
from waybill_ops.submission import add_spark_flags, open_cache
from waybill_streams.packaged import STREAMS
from waybill_streams.stream_settings import settings_of

OWN = (
    "stream.topic",
    "kafka.create_topics",
    "delivery.trigger",
    "delivery.max_offsets_per_trigger",
    "delivery.rows_per_object",
    "delivery.accept_loss",
    "delivery.accept_dead",
    "delivery.max_dead_share",
)
"""Settings of the application that a proof chooses itself."""

UNASKED = (*uses("registry"), "delivery.accept_unknown_schemas", "delivery.keep_schema_bindings")
"""Its stream is of JSON."""

SETTINGS = uses(*DELIVERING_HERE, without=(*OWN, *UNASKED, "stream.start"))
IDLE = ("kafka.create_topics",)
HELP = "prove exactly once on your own test cluster, with faults that it causes itself"
_MOST_EVENTS = 1_000_000
_MOST_ROUNDS = 1_000
_MOST_SEED = 10**18 - 1


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--faults",
        type=_faults,
        default=tuple(ProofFault),
        metavar="FAULT,…",
        help=f"which faults to cause (default: all of {','.join(ProofFault)})",
    )
    parser.add_argument(
        "--events",
        type=whole_number(1, _MOST_EVENTS),
        default=20_000,
        metavar="N",
        help="events to send (%(default)s)",
    )
    parser.add_argument(
        "--rounds",
        type=whole_number(1, _MOST_ROUNDS),
        default=2,
        metavar="N",
        help="how often each fault is caused (%(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=whole_number(0, _MOST_SEED),
        metavar="N",
        help="of events, faults and moments (default: a random one)",
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep topic, lake and logs of a proof that succeeded too"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of a table")
    parser.add_argument("--send", type=parse_send_task, help=SUPPRESS)
    parser.add_argument(
        "--engines",
        type=engines_of,
        metavar="ENGINE,…",
        help="which take turns (default: local, and with --bundle spark too, as far as they are there)",
    )
    add_spark_flags(parser, is_needed=False)
    add_settings_flags(parser, *SETTINGS, idle=IDLE)


def run(flags: Namespace, environ: Mapping[str, str]) -> int:
    """``AuditFailed`` after the table was printed, if it is not proved; the application's own exit code where not even
    an undisturbed run succeeds. Raises what ``submit``, ``verify`` and the producer raise, too.
    """
    settings = settings_of(flags, environ, "prove")
    _check_contract(settings)
    if flags.send is not None:
        run_child(settings, flags.send)
        return OK
    seed = secrets.randbelow(2**32) if flags.seed is None else flags.seed
    with open_cache(environ) as cache:
        chosen = choose_engines(flags, environ, cache)
        plan = make_plan(seed, flags.faults, flags.rounds, flags.events, engines=len(chosen.engines))
        return _prove(flags, environ, settings, plan, chosen)


def _check_contract(settings: Settings) -> None:
    """What a proof sends has to be events: those of a contract that is a model of this release."""
    stream = settings.stream.name
    if not isinstance(contracts_of(settings.stream).current, Contract):
        raise SettingsRefused(
            f"The contract of stream {stream} is a document alone, and a proof makes its events of a model.",
            allowed=f"{', '.join(STREAMS)}, by the contract that Waybill brings along.",
            remedy="leave --stream and --streams out, also in waybill.toml and variables; nothing was made.",
        )


def _prove(
    flags: Namespace,
    environ: Mapping[str, str],
    settings: Settings,
    plan: ProofPlan,
    chosen: ChosenEngines,
) -> int:
    token = uuid.uuid4().hex
    scratch = make_scratch(settings, f"waybill-prove-{token[:12]}", token)
    folder = Path(tempfile.mkdtemp(prefix=f"{scratch.name}-"))
    env = {**with_settings(as_variables(flags, environ), DELIVERING_HERE), **child_variables(plan, scratch)}
    removable = False
    try:
        proof = prove(plan, scratch, chosen, env, folder, on_stderr())
        removable = proof.ok and not flags.keep
        if flags.json:
            say_json(as_json(proof, kept=not removable), indent=2)
        else:
            print_proof(proof, on_stdout(piped_width=160), kept=not removable)
        conclude(proof, scratch, folder, removable=removable)
    except FirstRunFailed as failed:
        complain(f"waybill: the end of its log:\n{failed.log}")
        complain(f"waybill: the first run, undisturbed, ended with exit code {failed.code}.")
        return failed.code
    finally:
        if not removable:
            kept = f"topic {scratch.name}, lake {scratch.prefix.address}, logs {folder}"
            complain(f"waybill: kept, to be removed by hand: {kept}")
    return OK


def conclude(proof: Proof, scratch: Scratch, folder: Path, *, removable: bool) -> None:
    """Raises ``AuditFailed`` where it is not proved; what may go is removed only after that."""
    check(proof)
    if removable:
        scratch.remove()
        shutil.rmtree(folder)


def _faults(text: str) -> tuple[ProofFault, ...]:
    try:
        return tuple(ProofFault(word) for word in text.split(","))
    except ValueError:
        raise refused(text, f"a list of {','.join(ProofFault)}") from None
