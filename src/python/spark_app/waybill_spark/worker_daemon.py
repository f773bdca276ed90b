"""Spark's daemon of Python workers, with all that a task needs imported before it forks them: they share it."""

from __future__ import annotations

import gc

from waybill_delivery import splits

NEEDED = splits.__name__
"""What is imported here, and has no thread and no client until it is used: a fork takes it along whole."""


def main() -> None:
    """Serve until the JVM closes the pipe. Spark names the module of its workers on the command line."""
    from pyspark import daemon  # it reads the command line when it is imported

    gc.freeze()
    daemon.manager()


if __name__ == "__main__":
    main()
