"""Contracts and schemas that others wrote, given to ``waybill contract init``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from samples.documents import DOCUMENTS, OthersDocument

from waybill_contracts.drafting import DraftRefused, DraftWishes, draft_from_schema
from waybill_ops.cli import main


@pytest.mark.parametrize("given", DOCUMENTS, ids=lambda given: given.file)
def test_each_has_the_outcome_of_the_table(
    given: OthersDocument, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "contract.json"
    code = main(("contract", "init", given.flag, str(given.path), "--stream=s", f"--output={made}"))
    assert given.said in capsys.readouterr().err
    assert (code, made.exists()) == ((0, True) if given.columns else (2, False))
    if given.columns:
        fields = json.loads(made.read_text())["schema"]["fields"]
        found = {
            one["name"]: one["type"] if isinstance(one["type"], str) else one["type"]["type"]
            for one in fields
        }
        assert found == given.columns


PAYLOAD = {"type": "object", "properties": {"lumens": {"type": "integer", "minimum": 0}}}


@pytest.mark.parametrize(
    ("tree", "named"),
    [
        ({"apiVersion": "v3.1.0", "kind": "DataContract", "schema": []}, "an Open Data Contract Standard"),
        ({"dataContractSpecification": "1.2.1"}, "a Data Contract Specification"),
        ({"asyncapi": "3.1.0", "components": {"schemas": {"payload": PAYLOAD}}}, "an AsyncAPI"),
        ({"openapi": "3.1.0", "components": {"schemas": {"payload": PAYLOAD}}}, "an OpenAPI"),
    ],
    ids=["ODCS", "DCS", "AsyncAPI", "OpenAPI"],
)
def test_one_in_json_is_named_and_its_part_is_taken_by_a_reference(tree: Any, named: str) -> None:
    with pytest.raises(DraftRefused, match=f"it is {named} document") as refused:
        draft_from_schema(json.dumps(tree).encode(), DraftWishes("s"))
    assert ("$ref" in refused.value.remedy) == ("components" in tree)
    if "components" in tree:
        whole = json.dumps(tree | {"$ref": "#/components/schemas/payload"}).encode()
        assert draft_from_schema(whole, DraftWishes("s")).document.columns["lumens"] is not None


def test_a_schema_whose_member_is_so_called_is_still_one() -> None:
    schema = {"asyncapi": "3.1.0", "kind": "DataContract", **PAYLOAD}
    assert (
        draft_from_schema(json.dumps(schema).encode(), DraftWishes("s")).document.columns["lumens"]
        is not None
    )
