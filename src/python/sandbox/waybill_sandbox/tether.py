"""Runs a command that must not outlive its parent: ``tether.py COMMAND [ARGUMENT…]``.

The parent holds the write end of a pipe whose read end is this process's stdin, and never writes to it. However the
parent ends, SIGKILL included, the kernel closes its end and the read here returns. That works on Linux and macOS, and
unlike PR_SET_PDEATHSIG it doesn't fire when merely the *thread* that started the child ends.

This process leads a process group, so the parent reaches the command and its children with one ``killpg``, and so
does the tether when the parent is gone. It is a script without imports of ours: a start costs some 20 ms.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 3.0


def end_group_with_parent(orphaned: threading.Event) -> None:
    """Blocks until the parent is gone, then ends the whole group, this process included."""
    while os.read(0, 1):
        pass
    orphaned.set()
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def main() -> int:
    if os.getpgrp() != os.getpid():
        sys.exit("tether.py has to lead a process group: start it in a new session.")
    # A handler rather than SIG_IGN: an ignored signal stays ignored in the command.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    orphaned = threading.Event()
    reaper = threading.Thread(target=end_group_with_parent, args=(orphaned,), daemon=True)
    reaper.start()
    code = child.wait()
    if orphaned.is_set():
        # A child of the command may have ignored SIGTERM: SIGKILL is yet to come, for us as well.
        reaper.join()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
