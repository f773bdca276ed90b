"""What the driver's JVM logs to the terminal: errors of brokers and of tasks, in the words of others."""

from __future__ import annotations

import re
from typing import Any

_UNSHOWN = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}&&[^\n\t]]"
_NEXT_LINE = r"\n(?!\z)"
_HAS_EXCEPTION = re.compile(r"%[-.0-9]*[xr]?(?:ex|Ex|[tT]hrowable|[eE]xception)")


_SPARKS_OWN = "/org/apache/spark/log4j2-defaults.properties"


def make_quiet(jvm: Any) -> None:
    """Show warnings and errors alone from now on, where nobody has configured log4j: by Spark's own configuration each
    commit has some thirty lines, most of them written while every core waits for a task.
    """
    log4j = jvm.org.apache.logging.log4j
    context = log4j.LogManager.getContext(False)  # noqa: FBT003  # Java has no names for arguments
    config = context.getConfiguration()
    if str(config.getConfigurationSource().getLocation()).endswith(_SPARKS_OWN):
        config.getRootLogger().setLevel(log4j.Level.WARN)
        context.updateLoggers()


def make_printable(jvm: Any) -> None:
    """Have each console appender of log4j show, in its own pattern, ``?`` for what a terminal would obey, and mark each
    further line of a message. A layout that is no pattern, such as JSON, escapes by itself.
    """
    log4j = jvm.org.apache.logging.log4j
    context = log4j.LogManager.getContext(False)  # noqa: FBT003  # Java has no names for arguments
    config = context.getConfiguration()
    for logger in config.getLoggers().values():
        for name, appender in dict(logger.getAppenders()).items():
            pattern = _pattern_of(appender)
            if pattern is None:
                continue
            layout = log4j.core.layout.PatternLayout.newBuilder().withConfiguration(config)
            layout = layout.withPattern(printable_pattern(pattern)).withAlwaysWriteExceptions(False)  # noqa: FBT003
            console = log4j.core.appender.ConsoleAppender.newBuilder().setConfiguration(config).setName(name)
            console = console.setTarget(appender.getTarget()).setLayout(layout.build()).build()
            console.start()
            logger.removeAppender(name)
            logger.addAppender(console, None, None)
    context.updateLoggers()


def printable_pattern(pattern: str) -> str:
    """Log4j adds the exception where a pattern has none; inside another one it does not."""
    whole = pattern if _HAS_EXCEPTION.search(pattern) else f"{pattern}%ex"
    shown = f"%replace{{{whole}}}{{{_UNSHOWN}}}{{?}}"
    return f"%replace{{{shown}}}{{{_NEXT_LINE}}}{{\n  | }}"


def _pattern_of(appender: Any) -> str | None:
    layout = appender.getLayout()
    if appender.getClass().getSimpleName() != "ConsoleAppender" or layout is None:
        return None
    return (
        str(layout.getConversionPattern()) if layout.getClass().getSimpleName() == "PatternLayout" else None
    )
