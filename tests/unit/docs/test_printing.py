"""Only the modules whose work it is write to a terminal: there each text of others becomes printable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMON = "src/python/common/waybill_common"

WRITERS = {
    f"{COMMON}/terminal.py": {"stream"},
    f"{COMMON}/streams.py": {"stream"},  # makes stdout and stderr for the one above
    f"{COMMON}/screen.py": {"rich"},
    f"{COMMON}/logs.py": {"log"},
    # Airflow's own log, and uvicorn's lines as events of ours.
    "src/python/dags/waybill_dags/advice.py": {"logger"},
    "src/python/airflow_bundle/waybill_airflow/bundle.py": {"logger"},
    "src/python/airflow_bundle/waybill_airflow/versions.py": {"logger"},
    "src/python/console/waybill_console/serving.py": {"logger"},
}
"""What each may do that the others may not."""

NOT_OURS = {"benchmarks/waybill_bench/sink/contenders/stock_spark.py"}
"""A rival's program, which has none of our modules and prints its own numbers."""

LOGGING = {
    *("logging.basicConfig", "logging.StreamHandler", "logging.lastResort", "structlog.configure"),
    *(
        "structlog.PrintLogger",
        "structlog.PrintLoggerFactory",
        "structlog.WriteLogger",
        "structlog.WriteLoggerFactory",
    ),
    *("structlog.dev.ConsoleRenderer", "structlog.processors.JSONRenderer", "structlog.stdlib.LoggerFactory"),
}
STREAMS = {
    f"sys.{name}" for name in ("stdout", "stderr", "__stdout__", "__stderr__", "displayhook", "excepthook")
}
TRACEBACKS = {f"traceback.print_{name}" for name in ("exc", "exception", "last", "list", "stack", "tb")}
OTHERS = {*("pprint.pprint", "pprint.pp", "warnings.showwarning", "getpass.getpass"), *TRACEBACKS}
DEVICES = {"/dev/tty", "/dev/stdout", "/dev/stderr", "/dev/console", "/dev/fd/1", "/dev/fd/2"}


def sources() -> list[Path]:
    return sorted([*(ROOT / "src/python").rglob("*.py"), *(ROOT / "benchmarks/waybill_bench").rglob("*.py")])


def violations(source: str, may: set[str]) -> list[str]:
    """What a module prints by any other way than by the writers, with its lines."""
    tree = ast.parse(source)
    names = dict(_imported(tree))
    found = []
    wrapped = {id(inner) for node in ast.walk(tree) for inner in _wrapped(node, names)}
    for node in ast.walk(tree):
        if id(node) in wrapped:
            continue
        for kind, what in _kinds(node, names):
            if kind not in may:
                found.append(f"{getattr(node, 'lineno', 0)}: {what}")
    return found


def _wrapped(node: ast.AST, names: dict[str, str]) -> Iterator[ast.AST]:
    """A log in the one that makes what programs print printable."""
    if isinstance(node, ast.Call) and _dotted(node.func, names) == "waybill_dags.printable_log.PrintableLog":
        yield from node.args


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name that an import binds, and what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                first = one.name.partition(".")[0]
                yield (one.asname, one.name) if one.asname else (first, first)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)


def _dotted(node: ast.AST, names: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return names.get(name, name)
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value, names)}.{attr}"
        case _:
            return "?"


def _kinds(node: ast.AST, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        if any(one.partition(".")[0] == "rich" for one in modules):
            yield "rich", "rich is imported"
    if isinstance(node, ast.Name | ast.Attribute):
        name = _dotted(node, names)
        if name in STREAMS:
            yield "stream", name
        if name in LOGGING:
            yield "log", name
        if name in OTHERS or name.endswith((".from_markup", ".from_ansi", ".print_usage", ".print_help")):
            yield "never", name
    if isinstance(node, ast.Constant) and node.value in DEVICES:
        yield "never", str(node.value)
    if isinstance(node, ast.Call):
        yield from _of_call(node, _dotted(node.func, names))


def _of_call(call: ast.Call, name: str) -> Iterator[tuple[str, str]]:
    first = call.args[0] if call.args else None
    if name == "logging.getLogger":
        yield "logger", name
    if name in ("print", "builtins.print"):
        yield "never", "print"
    if (
        name in ("os.write", "open", "os.fdopen")
        and isinstance(first, ast.Constant)
        and first.value in (1, 2)
    ):
        yield "never", f"{name} to {first.value}"
    if name in ("sys.exit", "SystemExit", "exit", "quit") and not isinstance(
        first, ast.Call | ast.Constant | None
    ):
        yield "never", f"{name} with a text"
    for word in call.keywords:
        off = isinstance(word.value, ast.Constant) and word.value.value is False
        if word.arg in ("markup", "emoji") and not off:
            yield "never", f"{word.arg} is on"
    if name.rpartition(".")[2] in ("Console", "TextColumn") and "markup" not in {
        one.arg for one in call.keywords
    }:
        yield "never", f"{name} without markup=False"


def test_foreign_text_is_printed_by_the_writers_alone() -> None:
    files = sources()
    assert len(files) > 300
    found = {}
    for file in files:
        name = str(file.relative_to(ROOT))
        if name not in NOT_OURS and (bad := violations(file.read_text(), WRITERS.get(name, set()))):
            found[name] = bad
    assert found == {}


def test_the_writers_are_there_and_need_what_they_may() -> None:
    for name, may in WRITERS.items():
        assert violations((ROOT / name).read_text(), set()) != [], name
        assert violations((ROOT / name).read_text(), may) == [], name


@pytest.mark.parametrize(
    "seeded",
    [
        "print(error.found)",
        "import builtins\nbuiltins.print(name)",
        "import sys\nsys.stdout.write(name)",
        "import sys\nsys.stderr.buffer.write(name)",
        "from sys import stderr\nstderr.write(name)",
        "import sys as s\ns.__stdout__.write(name)",
        "import sys\nprint_to = dict(file=sys.stderr)",
        "import os\nos.write(2, name)",
        "from os import write\nwrite(1, name)",
        "open('/dev/tty', 'w').write(name)",
        "open(2, 'w').write(name)",
        "import sys\nsys.exit(f'no {name}')",
        "raise SystemExit(name)",
        "import traceback\ntraceback.print_exc()",
        "from traceback import print_exception\nprint_exception(error)",
        "from pprint import pprint\npprint(name)",
        "import logging\nlogging.basicConfig()",
        "import logging\nlog.addHandler(logging.StreamHandler())",
        "import logging\nlogging.getLogger(__name__).warning(name)",
        "import structlog\nstructlog.configure(processors=[])",
        "from structlog.dev import ConsoleRenderer\nConsoleRenderer()",
        "from rich.console import Console",
        "import rich\nrich.print(name)",
        "def show():\n    from rich import print\n    print(name)",
        "from rich.text import Text\nText.from_markup(name)",
    ],
)  # fmt: skip
def test_the_rule_sees_each_other_way(seeded: str) -> None:
    assert violations(seeded, set()) != []


@pytest.mark.parametrize(
    "seeded",
    [
        "from rich.text import Text\nText.from_markup(name)",
        "from rich.console import Console\nConsole(file=stream)",
        "from rich.console import Console\nConsole(markup=True)",
        "from rich.progress import TextColumn\nTextColumn('{task.description}')",
    ],
)
def test_not_even_the_screen_has_markup(seeded: str) -> None:
    assert violations(seeded, WRITERS[f"{COMMON}/screen.py"]) != []


@pytest.mark.parametrize(
    "harmless",
    [
        "import sys\nsys.exit(main())",
        "import sys\nsys.exit('a text of ours')",
        "import sys\nsys.path.append(name)",
        "raise SystemExit",
        "import structlog\nstructlog.get_logger().info('x', name=name)",
        "from waybill_common.terminal import say\nsay(name)",
        "import logging\nfrom waybill_dags.printable_log import PrintableLog\nPrintableLog(logging.getLogger('x'))",
    ],
)
def test_the_rule_lets_the_rest_be(harmless: str) -> None:
    assert violations(harmless, set()) == []
