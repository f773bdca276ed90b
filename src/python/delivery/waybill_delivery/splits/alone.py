"""Deliver a split whose worker died once more, in a process of its own and by the judge alone.

A record that ends a process would end each one that meets it, and the stream with them. Most of the libraries that
see a record's bytes are there for speed, so the judge, which needs none of them, may get past it. If it does not, the
file in which it notes each record's offset says where it died.
"""

from __future__ import annotations

import mmap
import os
import pickle
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import BinaryIO

from waybill_common.errors import WorkerDied
from waybill_common.ledger import Split
from waybill_common.settings import LogSettings, machine_environment
from waybill_common.terminal import complain_of, foreign_text
from waybill_delivery.splits.split_process import SplitOutcome, begin_logs, reply_to, report_in
from waybill_delivery.splits.task_context import TaskContext

_AT = struct.Struct("q")
_READING = -1
_MAIN = """import sys; sys.path[:] = sys.argv[2:]
from waybill_common.signals import leave_to_starter; leave_to_starter()  # before all that takes time
from waybill_delivery.splits.alone import main; main(int(sys.argv[1]))"""


def carry_alone(context: TaskContext, split: Split, log: LogSettings) -> SplitOutcome:
    """What became of the split; raises what the process met, or ``WorkerDied`` with the offset at which it died."""
    reply = b""
    with tempfile.TemporaryFile() as notes:
        notes.write(_AT.pack(_READING))
        notes.flush()
        path = [entry for entry in sys.path if entry]
        command = [sys.executable, "-I", "-c", _MAIN, str(notes.fileno()), *path]
        child = subprocess.Popen(
            command,
            env=machine_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[notes.fileno()],
        )
        with child, suppress(BrokenPipeError):
            reply = _converse(child, pickle.dumps((context, split, log)))
        offset = _AT.unpack(os.pread(notes.fileno(), _AT.size, 0))[0]
    if child.returncode < 0:
        raise _died(context, split, signal.Signals(-child.returncode), offset)
    if child.returncode:
        raise ChildProcessError(
            f"carrying {split} alone ended with {child.returncode}: its traceback is above"
        )
    return report_in(reply.decode(), context.manifest.format)


def _converse(child: subprocess.Popen[bytes], context: bytes) -> bytes:
    """Its stdin stays open while it works: so it knows that this process lives."""
    if child.stdin is None or child.stdout is None:
        raise ChildProcessError("a process without pipes")
    child.stdin.write(context)
    child.stdin.flush()
    return child.stdout.read()


def main(notes: int) -> None:
    """The process: context, split and log settings come pickled on stdin, the reply goes to stdout."""
    # The driver needs it not, and would wait for it.
    from waybill_delivery.events import asking_decoder, decoder_of, known_schemas

    # What libraries print is not the reply.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    context, split, log = pickle.load(sys.stdin.buffer)  # noqa: S301  # the driver's own, from its pipe
    threading.Thread(target=_end_with_the_driver, args=(sys.stdin.buffer,), daemon=True).start()
    begin_logs(context, log)
    with foreign_text(), mmap.mmap(notes, _AT.size) as noted:

        def watch(offset: int) -> None:
            _AT.pack_into(noted, 0, offset)

        contract, manifest = context.contract, context.manifest
        decoder = (
            decoder_of(contract, manifest.format, fast=False, watch=watch)
            if contract.registry is None
            else asking_decoder(
                known_schemas(contract), manifest, context.schemas, context.lake, fast=False, watch=watch
            )
        )
        try:
            reply = reply_to(context, split, decoder)
        except Exception as bug:  # noqa: BLE001  # it is told whole
            complain_of(bug)
            os._exit(1)
    out.write(reply.encode())
    out.flush()
    os._exit(0)  # the driver reads up to here, and no clean-up of clients can fail any more


def _end_with_the_driver(pipe: BinaryIO) -> None:
    pipe.read()
    os._exit(1)


def _died(context: TaskContext, split: Split, by: signal.Signals, offset: int) -> WorkerDied:
    where = f"offset {offset}" if offset != _READING else f"offsets {split.start} to {split.end - 1}"
    return WorkerDied(
        f"Commit {context.manifest.number}: the workers that carried {context.manifest.topic} partition "
        f"{split.partition} died, and so did the process that carried it alone: by {by.name}, at {where}.",
        allowed="a split that one process of its own can carry.",
        remedy="look for a lack of memory or disk, and run again. If it dies there again, report the record at that "
        "offset as a bug; the commit stays open, and nothing is lost.",
    )
