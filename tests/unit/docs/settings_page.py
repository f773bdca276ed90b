"""``docs/settings.md``, written from the settings themselves. ``python -m unit.docs.settings_page`` prints it."""

from __future__ import annotations

import textwrap
from typing import Any

from pydantic.fields import FieldInfo

from waybill_common.kafka.properties import LOADS_CODE, OF_A_COMMAND, RESERVED
from waybill_common.settings import Settings
from waybill_common.settings.describe import allowed, shown_default
from waybill_common.settings.setting_names import fields, flag_of, is_secret, variable_of

HEAD = """\
# Settings

Every program reads the same tree, so one file, or one set of variables, serves the whole pipeline; each takes what it
needs. A flag beats a variable, a variable beats the file, the file beats the default:

| | how |
|---|---|
| flag | `--section.field VALUE`, such as `--kafka.timeout 10`; a command has those that it uses |
| variable | `WAYBILL_SECTION__FIELD`, such as `WAYBILL_KAFKA__TIMEOUT=10` |
| file | `waybill.toml` here, or the one that `--config` or `WAYBILL_CONFIG` names: `[kafka]`, `timeout = 10` |

What a [stream's folder](streams.md) says comes after the file, and before the defaults. `--stream NAME` says which
stream it is, `--streams DIR` or `WAYBILL_STREAMS_FOLDER` where further folders lie.

Lists and tables are JSON in flags and variables: `WAYBILL_KAFKA__PROPERTIES='{"security.protocol": "SSL"}'`. Tables of
several sources are merged, and `WAYBILL_KAFKA__PROPERTIES__CLIENT.ID=me` sets one entry.

Of a flag that is given twice the last one counts. Flags can't be shortened. `waybill submit` and `backfill` take the
application's settings as flags of their own, or after `--`, where they beat those before it.

**Secrets** have no flag, since every user of a machine can read those. `WAYBILL_SECTION__FIELD_FILE` names a file that
holds the secret, in UTF-8. Newlines at its end are none of it; blanks at either end are refused, and so are both forms
at once. Secrets are never printed, neither in logs nor in messages, nor is the value of a name that nobody knows.

A secret's file that others, or its group, can write is refused. So is one that everybody can read, unless it lies below
`/run/secrets`, in memory (tmpfs) or on a read-only mount, as in Compose and Kubernetes, or `security.readable_files` is
true. The same goes for a `waybill.toml` with a secret in it, and for files of keys that Kafka's properties name, where
no password protects them. What counts is the mode of the file itself, not that of a link to it.

A `waybill.toml` that merely lies in the current folder is refused where others can write it or its folder, or own
either, or a link or a folder on the way to it, and where it is a pipe: name it by `--config` if you trust it.

An address (`source.url`, `registry.url`, `lake.endpoint`, `lake.url`, `dags.url`, those in `kafka.properties`) has no
user, password or query: each section has settings for them. A proxy has no other place for its password, so
`HTTPS_PROXY` may hold one; no message shows it.

A name that nobody knows is refused, with the nearest one that exists; so is a value that is empty or out of range. One
message lists all that is wrong, and where it came from: the flag, the variable, or the file and its line. Durations are
seconds.

**Kubernetes** sets variables for every Service. For one called `waybill` or `waybill-…` these are
`WAYBILL_PORT=tcp://10.0.0.1:80`, `WAYBILL_SERVICE_HOST`, `WAYBILL_PORT_80_TCP_ADDR` and more. They are ignored where
name and value have exactly that form; `enableServiceLinks: false` keeps them out of a pod.
"""

FOOT = f"""
Some librdkafka properties are refused in `kafka.properties`, because delivery rests on them:
{", ".join(f"`{name}`" for name in RESERVED)}.
Those that load code or run commands are refused without `kafka.allow_code`:
{", ".join(f"`{name}`" for name in sorted(LOADS_CODE))};
so are {", ".join(f"`{name}`" for name in sorted(OF_A_COMMAND))} with characters that a shell
would read, or with a dash in front.
For Spark's own Kafka client SASL and TLS are translated, or refused; tuning that it does not know is left out.
[security.md](security.md) has the table.

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
    variable, flag = variable_of(f"{section}.{field}"), flag_of(f"{section}.{field}")
    names = f"`{variable}`, `{variable}_FILE`" if is_secret(info) else f"`{flag}` `{variable}`"
    cells = (f"`{field}`", names, allowed(info), shown_default(info), info.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    print(settings_page(), end="")
