"""A stream's contract.py is run, and whatever is wrong with it is said without a traceback."""

from __future__ import annotations

import sys

import pytest

from waybill_common.errors import SettingsRefused
from waybill_contracts.from_model.model_running import schema_of

FILE = "streams/sales/contract.py"
HEAD = "from pydantic import BaseModel\n"
ONE = f"{HEAD}class Sale(BaseModel):\n    id: int\n"
LATE = "from __future__ import annotations\n"
OTHERS = "from waybill_streams.names.contract import Name\n"


def fields(source: str) -> list[str]:
    return [*schema_of(source.encode(), FILE)["properties"]]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (ONE, ["id"]),
        (f"{ONE}class _Line(BaseModel):\n    sku: str\n", ["id"]),
        (f"{ONE}class Line(BaseModel):\n    sku: str\nMODEL = Line\n", ["sku"]),
        (f"{ONE}Same = Sale\n", ["id"]),
        (f"from decimal import Decimal\n{ONE}from pydantic import RootModel\n", ["id"]),
        (f"{HEAD}from pydantic import create_model\nMODEL = create_model('M', at=(int, 1))\n", ["at"]),
        # Types that are looked up late are found in the file.
        (f"{LATE}{ONE}    line: Line\nclass Line(BaseModel):\n    n: int\nMODEL = Sale\n", ["id", "line"]),
        (f"{ONE}print(__name__ == '__main__')\n", ["id"]),
        (f"import dataclasses\n{ONE}@dataclasses.dataclass\nclass Other:\n    n: int\n", ["id"]),
    ],
    ids=["one", "private", "named", "alias", "imported besides", "made", "late", "module", "dataclass"],
)  # fmt: skip
def test_the_one_model_is_taken_or_the_one_that_is_named(source: str, found: list[str]) -> None:
    assert fields(source) == found


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "defines no model of pydantic"),
        (f"{HEAD}from pydantic import RootModel\n", "defines no model of pydantic."),
        (f"{HEAD}{OTHERS}", "defines no model of pydantic; it has Name besides."),
        (f"{ONE}class Line(BaseModel):\n    n: int\n", "defines 2 models, Sale, Line, and names none"),
        (f"{ONE}MODEL = 'Sale'\n", "says MODEL = Sale, which is no model"),
        (f"{ONE}MODEL = BaseModel\n", "which is no model"),
        (f"{ONE}raise ValueError('a\\n b')\n", "can't be run, line 4: ValueError: a b."),
        ("import nowhere_to_be_found\n", "line 1: ModuleNotFoundError: No module named 'nowhere_to_be_found'."),
        ("from . import other\n", "line 1: ImportError"),
        ("class\n", "can't be run, line 1: SyntaxError"),
        ("import sys\nsys.exit(0)\n", "line 2: it ends the program (sys.exit)."),
        ("raise BaseException\n", "line 1: BaseException."),
        ("\0", "can't be run: "),
        ("def f():\n    f()\nf()\n", "RecursionError"),
        (f"{ONE}    f: 'Nothing'\n", "Nothing"),
        (f"import typing\n{ONE}    f: typing.Callable[[], int]\n", "model Sale gives no JSON Schema"),
        (f"{ONE}    @classmethod\n    def __get_pydantic_json_schema__(cls, *_): raise SystemExit\n", "(sys.exit)"),
    ],
    ids=[
        *("empty", "pydantic's", "imported alone", "two", "names a text", "names none", "raises", "imports"),
        *("relative", "syntax", "exits", "base", "nul", "deep", "unknown type", "no schema", "exits later"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(source: str, words: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        schema_of(source.encode(), FILE)
    assert words in refused.value.found
    assert FILE in refused.value.found
    assert refused.value.remedy.endswith("Nothing was written.")
    assert "waybill_contract_py" not in sys.modules


def test_the_remedy_names_a_line_that_would_do() -> None:
    two = f"{ONE}class Line(BaseModel):\n    n: int\n"
    with pytest.raises(SettingsRefused, match="MODEL = Sale") as refused:
        fields(two)
    assert "say which one it is in its last line: MODEL = Sale." in refused.value.remedy
    assert fields(f"{two}MODEL = Sale\n") == ["id"]
    with pytest.raises(SettingsRefused) as refused:
        fields(OTHERS)
    assert "MODEL = Name" in refused.value.remedy


def test_an_interrupt_is_no_fault_of_the_file() -> None:
    with pytest.raises(KeyboardInterrupt):
        schema_of(b"raise KeyboardInterrupt", FILE)


def test_whatever_it_prints_is_no_result(capfd: pytest.CaptureFixture[str]) -> None:
    noise = (
        "print('one')\nimport os, sys\nos.system('echo two')\nsys.stdout.write('three')\nsys.stdout = None\n"
    )
    assert fields(ONE + noise) == ["id"]
    print("result")
    out, err = capfd.readouterr()
    assert out == "result\n"
    assert [word in err for word in ("one", "two", "three")] == [True, True, True]
