"""A stream's contract.py is code: two commands run it, and no other module can."""

from __future__ import annotations

import ast

from unit.docs.import_graph import read_modules


def test_it_runs_in_two_commands_alone() -> None:
    """What finds a model is used by these, and what runs one by that."""
    modules, package = read_modules(), "waybill_contracts.from_model"
    users = {
        name
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package)
    }
    assert {name for name in users if not name.startswith(package)} == {
        "waybill_contracts.contract_command",
        "waybill_contracts.stream_command",
    }
    naming = [
        name
        for name, tree in modules.items()
        if any(isinstance(node, ast.Constant) and node.value == "contract.py" for node in ast.walk(tree))
    ]
    assert naming == ["waybill_streams.stream_folder"]
