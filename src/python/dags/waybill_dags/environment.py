"""What a program is started with, from the worker's variables, the connections and the Variable. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from waybill_common.stream_variables import of_a_stream

_OURS = "WAYBILL_"
_SETTING = re.compile(r"WAYBILL_[A-Z0-9_.-]+")
_OF_AIRFLOW = ("AIRFLOW_", "_AIRFLOW_")
"""Its own settings, keys and connections, of which the programs use none."""

NOT_THEIRS = ("PYTHONPATH", "PYTHONHOME")
"""Of the worker's Python. A PEX under Spark would import from there before its own modules."""

_THE_WORKERS_ALONE = (
    "WAYBILL_CONFIG",
    "WAYBILL_STREAMS_FOLDER",
    "WAYBILL_KAFKA__ALLOW_CODE",
    "WAYBILL_SECURITY__",
)
"""By these who may edit a Variable would choose a file or code of the worker, or switch a protection off."""

OF_THE_VARIABLE = frozenset(
    {
        "ALL_PROXY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
    }
)
"""What the Variable may set besides settings: none of it names code, or a file that may."""

_OF_ALL = ("log", "security")

_OF_OTHER_STREAMS = ("topic", "dataset")
"""What a program looks at of streams that it does not work on: no two may share these."""


def refused_by_the_variable(names: Iterable[str]) -> list[str]:
    """Those of the Variable's names that belong in the worker's own environment, sorted."""
    return sorted(name for name in names if not _is_allowed(name))


def worker_environment(worker: Mapping[str, str]) -> dict[str, str]:
    """What programs take from the worker: neither Airflow's variables nor those of its Python."""
    return {
        name: value
        for name, value in worker.items()
        if name not in NOT_THEIRS and not name.upper().startswith(_OF_AIRFLOW)
    }


def with_sections(
    environment: Mapping[str, str], sections: Iterable[str], stream: str | None = None
) -> dict[str, str]:
    """Without the settings of other sections than ``sections``, and without what is said of other streams than
    ``stream``, where one is named: what a program has no use for, it does not see.
    """
    wanted = {*sections, *_OF_ALL}
    if "registry" in wanted:
        # Those that contracts call by a name of their own.
        wanted.add("registries")

    def is_seen(name: str) -> bool:
        said, section = of_a_stream(name.upper()), _section(name)
        if said is not None:
            return "stream" in wanted and (stream in (None, said[0]) or said[1] in _OF_OTHER_STREAMS)
        return section is None or section in wanted

    return {name: value for name, value in environment.items() if is_seen(name)}


def _is_allowed(name: str) -> bool:
    upper = name.upper()
    if _SETTING.fullmatch(upper):
        return not upper.startswith(_THE_WORKERS_ALONE)
    return upper in OF_THE_VARIABLE


def _section(name: str) -> str | None:
    """``kafka`` for ``WAYBILL_KAFKA__TIMEOUT``; None for a variable that is no setting."""
    section, separator, _ = name.upper().removeprefix(_OURS).partition("__")
    return section.lower() if separator and name.upper().startswith(_OURS) else None
