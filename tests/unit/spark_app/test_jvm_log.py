"""What a task's bug and the driver's JVM put into logs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog
from hostile import ALL, obeyed
from pydantic import SecretStr
from unit.ledger.entries import manifest3

from waybill_common.errors import KafkaUnavailable
from waybill_common.lake import open_lake
from waybill_common.redaction import hide
from waybill_common.settings import KafkaSettings, LakeSettings, LogSettings
from waybill_delivery.splits.split_process import BugInTask, begin_logs, told_by_jvm
from waybill_delivery.splits.task_context import TaskContext
from waybill_spark.driver.jvm_log import make_printable, make_quiet, printable_pattern
from waybill_spark.driver.spark_errors import is_bug
from waybill_streams.names import NAMES

SPARKS = "%d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex"


@pytest.mark.parametrize(
    "exception", ["%ex", "%xEx", "%rEx{full}", "%throwable{short}", "%xException", "%-20.30ex"]
)
def test_a_pattern_with_an_exception_keeps_it_and_is_replaced_whole(exception: str) -> None:
    shown = printable_pattern(f"%m%n{exception}")
    assert shown.startswith(f"%replace{{%replace{{%m%n{exception}}}{{[")


def test_a_pattern_without_one_gets_what_log4j_would_add() -> None:
    assert printable_pattern("%m%n").startswith("%replace{%replace{%m%n%ex}{[")
    assert SPARKS in printable_pattern(SPARKS)
    assert f"{SPARKS}%ex" not in printable_pattern(SPARKS)


def test_a_further_line_is_marked() -> None:
    assert printable_pattern(SPARKS).endswith("}{\\n(?!\\z)}{\n  | }")


class Named:
    """An object of Java's, by its class."""

    def __init__(self, kind: str, **fields: object) -> None:
        self.kind, self.fields = kind, fields

    def __getattr__(self, name: str) -> object:
        if name == "getClass":
            return lambda: Named("Class", getSimpleName=self.kind)
        return lambda: self.fields[name]


class Chain:
    """log4j's builders, of which only the pattern and the target matter."""

    def __init__(self, built: dict[str, object]) -> None:
        self.built = built

    def __getattr__(self, name: str) -> object:
        def called(*given: object) -> Chain:
            self.built.update({name: given})
            return self

        return called


class Logger:
    def __init__(self, **appenders: Named) -> None:
        self.appenders: dict[str, object] = dict(appenders)

    def getAppenders(self) -> dict[str, object]:  # noqa: N802  # Java's name
        return dict(self.appenders)

    def removeAppender(self, name: str) -> None:  # noqa: N802
        del self.appenders[name]

    def addAppender(self, appender: object, _level: None, _filter: None) -> None:  # noqa: N802
        self.appenders["new"] = appender


def test_only_a_consoles_pattern_is_replaced() -> None:
    pattern = Named("PatternLayout", getConversionPattern=SPARKS)
    root = Logger(
        console=Named("ConsoleAppender", getLayout=pattern, getTarget="SYSTEM_ERR"),
        file=Named("RollingFileAppender", getLayout=pattern),
        structured=Named("ConsoleAppender", getLayout=Named("JsonTemplateLayout")),
    )
    built: dict[str, object] = {}
    make_printable(_Jvm(built, root))
    assert set(root.appenders) == {"new", "file", "structured"}
    assert built["withPattern"] == (printable_pattern(SPARKS),)
    assert built["withAlwaysWriteExceptions"] == (False,)
    assert built["setTarget"] == ("SYSTEM_ERR",)


@pytest.mark.parametrize(
    ("location", "level"),
    [
        ("jar:file:/spark/jars/core.jar!/org/apache/spark/log4j2-defaults.properties", ["warnings"]),
        ("/etc/spark/conf/log4j2.properties", []),
        (None, []),
    ],
    ids=["Spark's own", "a user's", "none"],
)
def test_only_sparks_own_configuration_is_made_quiet(location: str | None, level: list[str]) -> None:
    levels = list[object]()
    source = SimpleNamespace(getLocation=lambda: location)
    root = SimpleNamespace(setLevel=levels.append)
    config = SimpleNamespace(getConfigurationSource=lambda: source, getRootLogger=lambda: root)
    context = SimpleNamespace(getConfiguration=lambda: config, updateLoggers=lambda: None)
    manager = SimpleNamespace(getContext=lambda _current: context)
    log4j = SimpleNamespace(LogManager=manager, Level=SimpleNamespace(WARN="warnings"))
    logging = SimpleNamespace(logging=SimpleNamespace(log4j=log4j))
    make_quiet(SimpleNamespace(org=SimpleNamespace(apache=logging)))
    assert levels == level


class _Jvm:
    def __init__(self, built: dict[str, object], root: Logger) -> None:
        self.org = self.apache = self.logging = self.log4j = self.core = self.layout = self.appender = self
        self.PatternLayout = self.ConsoleAppender = Named("Class", newBuilder=Chain(built))
        config = Named("Configuration", getLoggers={"": root})
        context = Named("LoggerContext", getConfiguration=config, updateLoggers=None)
        self.LogManager = self
        self.getContext = lambda _current: context


def test_a_bug_of_a_task_reaches_the_jvm_printable() -> None:
    def breaks() -> str:
        raise ValueError(ALL)

    with pytest.raises(BugInTask) as raised:
        told_by_jvm(breaks)
    assert obeyed(str(raised.value)) == []
    assert raised.value.__cause__ is None
    assert is_bug(raised.value)
    assert told_by_jvm(lambda: "a reply") == "a reply"


def test_a_workers_process_tells_no_secret_of_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither to its log, nor to the JVM, nor in errors that travel to the driver: it knows no settings but these."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token-of-the-machine-7")
    secrets = ("hunter2-of-kafka", "hunter2-of-the-lake", "token-of-the-machine-7", "pw-of-a-proxy")
    kafka = KafkaSettings(secrets={"sasl.password": SecretStr(secrets[0])})
    lake = LakeSettings(url=str(tmp_path), access_key_id="a", secret_access_key=SecretStr(secrets[1]))
    context = TaskContext(manifest3(), NAMES, kafka, open_lake(lake, "names"), accept_loss=False)
    said = f"no way to {' '.join(secrets[:3])} by http://me:{secrets[3]}@proxy"

    def breaks() -> str:
        structlog.get_logger().warning("said", body=said.encode())
        raise ValueError(said) from KeyError(said)

    try:
        begin_logs(context, LogSettings(format="json"))
        with pytest.raises(BugInTask) as raised:
            told_by_jvm(breaks)
        refused = KafkaUnavailable(said, allowed=said, remedy=said)
    finally:
        hide(())
        structlog.contextvars.clear_contextvars()
        structlog.reset_defaults()
    told = f"{raised.value} {refused} {capsys.readouterr().err}"
    assert "no way to" in told
    assert [one for one in secrets if one in told] == []
