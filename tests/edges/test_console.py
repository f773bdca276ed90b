"""What a lake or Kafka refuses ends no console: its pages say what every verb says, and never a secret."""

from __future__ import annotations

import contextlib
import html
import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import requests
from edges.case import Case, World
from edges.kafka_mistakes import MISTAKES as KAFKA_MISTAKES
from edges.kafka_mistakes import REFUSED, Mistake, scram
from edges.lake_forms import MISTAKES as LAKE_MISTAKES
from edges.programs import BOUND_SECONDS, Programs
from edges.running import WHICH, chosen
from edges.test_kafka import reaching
from integration.secured.broker import PASSWORD, SecuredKafka
from integration.secured.conftest import issuer as issuer
from integration.secured.conftest import secured as secured
from integration.secured.tokens import SECRET, Issuer
from waiting import wait_until

_WRONG_SETTINGS = 2
_COMMAND = ["console", "--listen=127.0.0.1:0", "--log.level=debug"]


@contextlib.contextmanager
def console(
    programs: Programs, env: Mapping[str, str], folder: Path
) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    log = folder / "console.log"
    with (
        log.open("w") as written,
        subprocess.Popen(
            [*programs.waybill, *_COMMAND],
            env={**env, **programs.path(env)},
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        ) as process,
    ):
        try:
            yield process, log
        finally:
            process.kill()


def page_that_says(url: str, texts: tuple[str, ...]) -> str:
    """Refusals come seconds after the first look."""
    page = ""

    def says_all() -> bool:
        nonlocal page
        page = html.unescape(requests.get(url, timeout=30).text)
        return all(text in page for text in texts)

    with contextlib.suppress(AssertionError):  # whoever asked says what is missing
        wait_until(says_all, "the page", seconds=60, pause=0.3)
    return page


def reaches_a_page(mistake: Mistake) -> bool:
    """A page asks for all topics: what is wrong with one name, or with one right, it does not meet."""
    return (
        mistake.exit_code == REFUSED
        and mistake.topic is None
        and not mistake.only
        and mistake.kind != "rights"
    )


def settings_of(case: Case, world: World) -> dict[str, str]:
    return {name: value for name, value in {**world.env, **case.env(world)}.items() if value is not None}


@pytest.mark.parametrize("case", chosen(LAKE_MISTAKES), ids=lambda case: case.id)
def test_a_console_says_what_every_verb_says_of_the_lake(
    case: Case, world: World, programs: Programs
) -> None:
    with console(programs, settings_of(case, world), world.folder) as (process, log):
        assert process.stdout is not None
        first = process.stdout.readline()
        if first:
            said = page_that_says(json.loads(first)["url"] + "/streams/names", case.texts)
        else:  # where the machine's keys are wrong, the page says so: they may be mended while it runs
            assert (process.wait(BOUND_SECONDS), case.exit_code) == (_WRONG_SETTINGS, _WRONG_SETTINGS)
            said = ""
        written = log.read_text()
    assert [text for text in case.texts if text not in (said or written)] == []
    assert [secret for secret in case.secrets if secret in said + written] == []


@pytest.mark.parametrize(
    "mistake",
    [one for one in KAFKA_MISTAKES if reaches_a_page(one) and (one.in_ci or WHICH != "ci")],
    ids=lambda mistake: mistake.id,
)
def test_a_console_says_what_every_verb_says_of_kafka(
    mistake: Mistake, secured: SecuredKafka, issuer: Issuer, world: World, programs: Programs
) -> None:
    env = {**world.env, **reaching(mistake.reached(secured, issuer))}
    with console(programs, env, world.folder) as (process, log):
        assert process.stdout is not None
        said = page_that_says(json.loads(process.stdout.readline())["url"] + "/", mistake.texts)
        written = log.read_text()
    assert [text for text in mistake.texts if text not in said] == [], said
    assert [secret for secret in (PASSWORD, SECRET) if secret in said + written] == []


def test_a_console_without_rights_says_that_there_may_be_topics_it_is_not_told_of(
    secured: SecuredKafka, world: World, programs: Programs
) -> None:
    env = {**world.env, **reaching(scram(secured, sasl__username="user7"))}
    with console(programs, env, world.folder) as (process, _):
        assert process.stdout is not None
        said = page_that_says(json.loads(process.stdout.readline())["url"] + "/topics", ("may not describe",))
    assert "may not describe" in said
