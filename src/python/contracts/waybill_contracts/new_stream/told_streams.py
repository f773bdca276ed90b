"""What ``waybill stream new`` tells: what was seen, what was guessed, and what comes next."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from waybill_common.errors import WaybillError
from waybill_common.many import Outcome
from waybill_common.screen import TableColumn, on_stdout
from waybill_common.terminal import complain, complain_of, say, say_json
from waybill_contracts.description import described, format_text
from waybill_contracts.new_stream.made_stream import MadeStream

_MOST_NAMED = 10


def tell_one(made: MadeStream, home: Path, *, as_json: bool) -> None:
    following = next_commands(made.wanted.name, home)
    if as_json:
        say_json({**made.as_json(), "next": [*following]}, indent=2)
        return
    for line in described(made.wanted.document):
        say(line, most=None)
    for line in made.wanted.told:
        complain(line)
    if "records" in made.wanted.seen:
        seen = made.wanted.seen
        complain(f"{seen['rows']} of {seen['records']} records are rows by this contract.")
    complain(f"Written: {made.place}; its own test passes ({_samples(made)}).")
    if not made.samples.rows:
        complain("No sample is a row yet: put one of the topic's records into samples/.")
    complain("Next:", *(f"  {one}" for one in following))


def tell_several(
    found: Mapping[str, MadeStream | BaseException],
    left_out: Sequence[str],
    home: Path,
    code: int,
    *,
    as_json: bool,
) -> None:
    made = [one for one in found.values() if isinstance(one, MadeStream)]
    following = next_commands(made[0].wanted.name if len(made) == 1 else None, home) if made else []
    if as_json:
        rows = [
            one.as_json()
            if isinstance(one, MadeStream)
            else {"topic": topic, **Outcome.of(topic, one).as_json()}
            for topic, one in found.items()
        ]
        say_json({"exit_code": code, "topics": rows, "left_out": [*left_out], "next": following}, indent=2)
    else:
        on_stdout(piped_width=240).table(
            ["topic", "stream", "values", TableColumn("rows", right=True), "of records", "outcome"],
            [_row(topic, one) for topic, one in found.items()],
        )
    for topic, one in found.items():
        if isinstance(one, WaybillError):
            complain(f"{topic}: {one.found}", f"  allowed: {one.allowed}", f"  remedy: {one.remedy}")
        elif isinstance(one, BaseException):
            complain(f"{topic}:")
            complain_of(one)
    if as_json:
        return
    for one in made:
        for line in one.wanted.told:
            complain(f"{one.wanted.name}: {line}")
    if left_out:
        more = ", …" if len(left_out) > _MOST_NAMED else ""
        complain(
            f"Left out, as Kafka's or Waybill's own: {', '.join(left_out[:_MOST_NAMED])}{more}. `--topic` takes one "
            "that is neither."
        )
    if following:
        complain("Next:", *(f"  {one}" for one in following))


def next_commands(name: str | None, home: Path) -> list[str]:
    """None for all streams of the folder."""
    where = f"--streams {shlex.quote(str(home))}"
    which = "--all" if name is None else f"--stream {name}"
    test = f"waybill stream test {name or 'NAME'} {where}"
    return [test, f"waybill plan {which} {where}", f"waybill deliver {which} {where}"]


def _row(topic: str, one: MadeStream | BaseException) -> tuple[str, ...]:
    if not isinstance(one, MadeStream):
        outcome = Outcome.of(topic, one)
        return (topic, "", "", "", "", f"{outcome.error} ({outcome.exit_code})")
    seen, document = one.wanted.seen, one.wanted.document
    counts = (str(seen.get("rows", "")), str(seen.get("records", "")))
    return (topic, one.wanted.name, format_text(document.value), *counts, str(one.place))


def _samples(made: MadeStream) -> str:
    return f"{made.samples.rows} rows, {made.samples.dead} dead letters"
