"""Commands are looked up by their names, and none waits for what others import."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from waybill_ops import later


@pytest.mark.parametrize("name", later.COMMANDS)
def test_the_list_of_commands_says_what_the_command_says(name: str) -> None:
    module, said = later.COMMANDS[name]
    assert (later.command(name).__name__, later.command(name).HELP) == (module, said)


def test_deliver_does_not_wait_for_what_other_commands_import() -> None:
    code = (
        "import sys; from waybill_ops.cli import main\n"
        "assert main(['deliver', '--help']) == 0\n"
        "heavy = {'pandas', 'duckdb', 'pyarrow', 'requests', 'waybill_ops.audit', 'waybill_delivery.events'}\n"
        "assert not heavy & {*sys.modules}, heavy & {*sys.modules}"
    )
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
