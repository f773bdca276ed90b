"""``docs/settings.md``, written from the settings themselves. ``python -m unit.docs.settings_page`` prints it."""

from __future__ import annotations

import textwrap
import types
from collections.abc import Iterator
from typing import Annotated
from typing import Any
from typing import Literal
from typing import Union
from typing import get_args
from typing import get_origin

from pydantic import HttpUrl
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from waybill_common.kafka.properties import RESERVED
from waybill_common.settings import Settings
from waybill_common.settings.loading import fields
from waybill_common.settings.loading import is_secret
from waybill_common.settings.loading import shown_default

HEAD = """\
# Settings

Every program reads the same tree, so one file, or one set of variables, serves the whole pipeline; each takes what it
needs. A flag beats a variable, a variable beats the file, the file beats the default:

| | how |
|---|---|
| flag | `--section.field VALUE`, such as `--kafka.timeout 10` |
| variable | `WAYBILL_SECTION__FIELD`, such as `WAYBILL_KAFKA__TIMEOUT=10` |
| file | `waybill.toml` here, or the one that `--config` or `WAYBILL_CONFIG` names: `[kafka]`, `timeout = 10` |

Lists and tables are JSON in flags and variables: `WAYBILL_KAFKA__PROPERTIES='{"security.protocol": "SSL"}'`.

**Secrets** have no flag, since every user of a machine can read those. `WAYBILL_SECTION__FIELD_FILE` names a file that
holds the secret. They are never printed, neither in logs nor in messages.

A name that nobody knows is refused, with the nearest one that exists; so is a value out of range. The message says
where it came from. Durations are seconds.
"""

FOOT = f"""
Some librdkafka properties are refused in `kafka.properties`, because delivery rests on them:
{", ".join(f"`{name}`" for name in RESERVED)}.
For Spark's own Kafka client SASL and TLS are translated, or refused; tuning that it does not know is left out. [security.md](security.md)
has the table.

Example, with SASL and a lake on S3:

```toml
[stream]
topic = "names_topic"

[kafka]
bootstrap_servers = "broker-1:9093,broker-2:9093"
replication_factor = 3

[kafka.properties]
"security.protocol" = "SASL_SSL"
"sasl.mechanism" = "SCRAM-SHA-512"
"sasl.username" = "waybill"

[source]
seed = "run-a"

[lake]
url = "s3://lake/waybill"
```

The password and the S3 keys come from the environment: `WAYBILL_KAFKA__SECRETS_FILE=/run/secrets/kafka` (a file
with `{{"sasl.password": "…"}}`),
`WAYBILL_LAKE__ACCESS_KEY_ID`, `WAYBILL_LAKE__SECRET_ACCESS_KEY_FILE=/run/secrets/lake`,
`WAYBILL_PSEUDONYM__KEY_FILE=/run/secrets/postcode`.
"""


def settings_page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(name) for name in Settings.model_fields) + FOOT


def _section(name: str) -> str:
    model: Any = Settings.model_fields[name].annotation
    intro = textwrap.fill(" ".join((model.__doc__ or "").replace("``", "`").split()), 120)
    rows = "\n".join(_row(section, field, info) for section, field, info in fields() if section == name)
    head = "| field | flag and variable | allowed | default | meaning |\n|---|---|---|---|---|"
    return f"\n## {name}\n{intro}\n\n{head}\n{rows}\n"


def _row(section: str, field: str, info: FieldInfo) -> str:
    variable = f"WAYBILL_{section}__{field}".upper()
    flag = f"--{section}.{field.replace('_', '-')}"
    names = f"`{variable}`, `{variable}_FILE`" if is_secret(info) else f"`{flag}` `{variable}`"
    allowed = "; ".join([kind_of(info.annotation), *rules_of(info.metadata)])
    cells = (f"`{field}`", names, allowed, shown_default(info), info.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def kind_of(annotation: Any) -> str:
    """A type in words, the rules inside it included."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        own = [rule for one in inner[1:] for rule in rules_of(getattr(one, "metadata", [one]))]
        return ", ".join([kind_of(inner[0]), *own])
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in inner)
    if origin in (Union, types.UnionType):
        return " or ".join("none" if one is type(None) else kind_of(one) for one in inner)
    if origin is tuple:
        return f"list of {kind_of(inner[0])}"
    if origin is dict:
        return f"table of {kind_of(inner[1])}"
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return names.get(annotation) or {HttpUrl: "http or https URL", SecretStr: "secret text"}[annotation]


def rules_of(metadata: list[Any]) -> Iterator[str]:
    """Bounds and patterns in words."""
    signs = {"gt": ">", "ge": "≥", "le": "≤", "lt": "<"}
    for one in metadata:
        for name, sign in signs.items():
            if getattr(one, name, None) is not None:
                yield f"{sign} {getattr(one, name):,}"
        if getattr(one, "pattern", None) is not None:
            yield f"`{one.pattern}`"


if __name__ == "__main__":
    print(settings_page(), end="")
