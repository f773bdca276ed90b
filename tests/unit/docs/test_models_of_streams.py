"""A stream's contract.py is code: two commands run it, and no other module can."""

from __future__ import annotations

import ast
from pathlib import Path

from unit.docs.import_graph import read_modules

from waybill_contracts.drafting import DraftWishes, draft_from_tree
from waybill_contracts.from_model.model_running import schema_of

PAGE = Path(__file__).parents[3] / "docs" / "contracts.md"


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


def test_the_pages_model_makes_the_document_that_the_page_begins_with() -> None:
    """But for what it says that no model does."""
    [source] = [one.partition("```")[0] for one in PAGE.read_text().split("```python\n")[1:]]
    tree = schema_of(source.encode(), "contract.py")
    document = draft_from_tree(tree, DraftWishes("orders", required=True)).document
    assert [(one.name, one.type.spelling, one.required) for one in document.root.fields] == [
        ("order_id", "string", True),
        ("created_at", "timestamptz", True),
        ("amount", "decimal(38, 2)", False),
    ]
    assert document.columns["order_id"].rules == {"maxLength": 36}
    assert document.time == "created_at"
