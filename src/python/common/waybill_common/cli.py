"""What every command line shares: errors become exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable

import structlog

from waybill_common.errors import INTERRUPTED
from waybill_common.errors import WaybillError
from waybill_common.machine import of_the_machine


def exit_code_of(command: Callable[[], int]) -> int:
    """Run ``command``; a ``WaybillError`` becomes its exit code and one message on stderr.

    So does what the machine refuses, such as room on its disk. Anything else is a bug of ours and keeps its traceback.
    """
    try:
        try:
            return command()
        except OSError as error:
            refused = of_the_machine(error)
            if refused is None:
                raise
            raise refused from error
    except WaybillError as error:
        structlog.get_logger().error(
            type(error).__name__, exit_code=error.exit_code, transient=error.transient
        )
        print(
            f"waybill: {error.found}\n  allowed: {error.allowed}\n  remedy: {error.remedy}", file=sys.stderr
        )
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
