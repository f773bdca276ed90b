"""What an administrator gave every JVM of Spark: a ``--conf`` of the same name would replace it, so ours come after."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from waybill_common.errors import SettingsRefused

DRIVER = "spark.driver.defaultJavaOptions"
EXECUTOR = "spark.executor.defaultJavaOptions"

# The format is that of java.util.Properties, which Spark reads the file with.
_CONTINUED = re.compile(r"\\\n[ \t\f]*")
_PAIR = re.compile(r"^[ \t\f]*(?![#!])(spark\.[\w.]+)[ \t\f]*[=: \t\f][ \t\f]*(.*?)\s*$", re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class JvmDefaults:
    """The options of ``spark-defaults.conf`` for the driver's JVM and for each executor's."""

    driver: tuple[str, ...]
    executor: tuple[str, ...]


def conf_folder(spark_home: Path, environ: Mapping[str, str]) -> Path:
    """SPARK_CONF_DIR, else Spark's own ``conf``, which need not be there: as ``spark-submit`` chooses."""
    return Path(environ.get("SPARK_CONF_DIR") or spark_home / "conf")


def jvm_defaults(conf: Path) -> JvmDefaults:
    """The options in the folder's ``spark-defaults.conf``. Raises ``SettingsRefused``."""
    found = spark_defaults(conf)
    return JvmDefaults(*(tuple(found.get(name, "").split()) for name in (DRIVER, EXECUTOR)))


def spark_defaults(conf: Path) -> Mapping[str, str]:
    """What is in the folder's ``spark-defaults.conf``, read as Spark reads it: bytes that are no UTF-8 are replaced.

    Raises ``SettingsRefused`` where it can't be read: Spark would end over it too.
    """
    file = conf / "spark-defaults.conf"
    try:
        return properties(file.read_bytes().decode(errors="replace"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsRefused(
            f"{file} can't be read: {error.strerror}.",
            allowed="a file that this user may read, or none.",
            remedy="correct its rights, or name another folder in SPARK_CONF_DIR.",
        ) from error


def properties(text: str) -> Mapping[str, str]:
    """The pairs of a properties file whose names are Spark's; of two with one name the later."""
    whole = _CONTINUED.sub("", text)
    return {name: _ESCAPED.sub(r"\1", value) for name, value in _PAIR.findall(whole)}
