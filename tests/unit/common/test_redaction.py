"""Secrets leave no text that others wrote: errors, logs, tracebacks."""

from __future__ import annotations

import json
import subprocess
import sys
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest

from waybill_common.errors import KafkaUnavailable, SettingsRefused
from waybill_common.redaction import hide, hide_fetched, machines_secrets, redacted, redacted_value
from waybill_common.terminal import foreign_text

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f"http://me:{SECRET}@host/x",
        f"http://{SECRET}@host/x",
        f"//me:{SECRET}@host/x",
        f"HTTP://me:{SECRET}@host",
        f"s3://me:{SECRET}@bucket/x",
        f"proxy=http://me:a/{SECRET}@host:3128 is down",
        f"http://me:p@{SECRET}@host/",
        f"'https://u:{SECRET}@h' and 'https://v:{SECRET}@h'",
        f"SASL_SSL://u:{SECRET}@h:9092/bootstrap: refused",
        f"https://h/x?apikey={SECRET}&y=1",
        f"https://h/x?y=1&X-Amz-Signature={SECRET}",
        f"https://h/x?X-Amz-Security-Token={SECRET}#z",
        f"/x?access_token={SECRET}",
        f"https://h/x?key={SECRET}",
        f"https://h/cb#access_token={SECRET}",
        f"authorization: basic {SECRET}",
        f"'X-Amz-Security-Token': '{SECRET}'",
        f"Proxy-Authorization=Negotiate {SECRET}",
        f"Authorization: Basic {SECRET}",
        f"{{'Authorization': 'Bearer {SECRET}'}}",
    ],
)
def test_credentials_are_taken_out(text: str) -> None:
    found = redacted(text)
    assert SECRET not in found
    assert "***" in found


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/a@b/c",
        "http://localhost:9000/a@b",
        "https://randomuser.me/api/1.4/?results=500&seed=run-a&page=3",
        "kafka.secrets or kafka.properties sets sasl.password",
        "mail ada@example.org",
        "file:///var/lib/waybill",
        "a:b@c",
        "https://h:8443/x, me@host",
        "a basic understanding of bearer instruments",
        "authorization: yes",
    ],
)
def test_all_else_stays_as_it_is(text: str) -> None:
    assert redacted(text) == text
    assert redacted(redacted(text)) == text


def test_so_are_a_proxys_password_and_awss_keys_wherever_they_stand() -> None:
    environ = {
        "https_proxy": f"me:{SECRET}@proxy:3128",
        "NO_PROXY": "localhost",
        "AWS_SECRET_ACCESS_KEY": "a/Secret+Key7",
        "PATH": "/bin",
    }
    assert set(machines_secrets(environ)) == {SECRET, "a/Secret+Key7"}
    hide(machines_secrets(environ))
    try:
        assert redacted(f"me:{SECRET}@proxy said a/Secret+Key7") == "me:***@proxy said ***"
    finally:
        hide(())


ODD = "pä<ss>&'w\"o/r d\\+1"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASC\nBKgwggSkAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "spelled",
    [
        ODD,
        repr(ODD),
        ascii(ODD),
        repr(ODD.encode()),
        json.dumps(ODD),
        json.dumps(ODD, ensure_ascii=False),
        escape(ODD),
        quote(ODD),
        quote(ODD, safe=""),
        quote_plus(ODD),
    ],
)
def test_a_secret_is_found_however_others_spell_it(spelled: str) -> None:
    hide([ODD])
    try:
        assert redacted(f"said {spelled}.") in ("said ***.", "said '***'.", 'said "***".', "said b'***'.")
        assert redacted_value({"body": ODD.encode()}) == {"body": "b'***'"}
    finally:
        hide(())


def test_so_is_a_line_of_a_key() -> None:
    hide([KEY])
    try:
        assert redacted(f"in line 2: {KEY.splitlines()[1]}") == "in line 2: ***"
        assert redacted("expecting: -----BEGIN PRIVATE KEY-----") == "expecting: -----BEGIN PRIVATE KEY-----"
    finally:
        hide(())


@pytest.mark.parametrize("secret", ["hunter2", "k4fka!"])
def test_a_short_secret_is_one_if_it_is_no_word(secret: str) -> None:
    hide([secret, "kafka", "9092", "a b"])
    try:
        assert redacted(f"kafka at :9092 said a b, {secret}") == "kafka at :9092 said a b, ***"
    finally:
        hide(())


def test_a_proxys_password_may_have_a_slash_and_a_container_a_token() -> None:
    environ = {"http_proxy": f"http://me:a/{SECRET}@proxy:1", "AWS_CONTAINER_AUTHORIZATION_TOKEN": SECRET}
    assert {f"a/{SECRET}", SECRET} == set(machines_secrets(environ))


def test_keys_that_are_fetched_later_are_hidden_too() -> None:
    hide(())
    for number in range(20):
        hide_fetched([f"{SECRET}-{number:02d}", SECRET + "x"])
    try:
        assert redacted(f"{SECRET}-19 {SECRET}-18 {SECRET}x") == "*** *** ***"
    finally:
        hide(())
    assert redacted(SECRET + "x") == SECRET + "x"


def test_what_libraries_print_is_without_secrets_too(capsys: pytest.CaptureFixture[str]) -> None:
    hide([SECRET])
    try:
        with foreign_text():
            sys.stderr.write(f"Retrying: http://me:other@proxy said {SECRET}\n")
            print(f"debug: {SECRET}")
    finally:
        hide(())
    said = capsys.readouterr()
    assert said.err == "  | Retrying: http://***@proxy said ***\n"
    assert said.out == "debug: ***\n"


def test_an_error_never_holds_them() -> None:
    error = KafkaUnavailable(
        f"http://u:{SECRET}@h", allowed=f"http://u:{SECRET}@h", remedy=f"http://u:{SECRET}@h"
    )
    assert SECRET not in f"{error}{error!r}{error.found}{error.__reduce__()}"


PROGRAM = """
import structlog, sys
from argparse import Namespace
from waybill_common.cli import Parser, run_program, settings_of
from waybill_common.settings import add_settings_flags
def command():
    parser = Parser()
    add_settings_flags(parser, "kafka", "log", "security")
    settings = settings_of(parser.parse_args([]), {"WAYBILL_KAFKA__SECRETS": '{"sasl.password": "@@"}',
        "WAYBILL_LOG__FORMAT": sys.argv[1]}, "x")
    log = structlog.get_logger()
    log.warning("said @@", where="http://u:@@@h", table={"a": ["@@"]}, error=ValueError("@@"))
    try:
        raise KeyError("@@")
    except KeyError:
        log.exception("failed")
    raise RuntimeError("no way to http://u:@@@h with @@")
sys.exit(run_program("x", command))
""".replace("@@", SECRET)


@pytest.mark.parametrize("form", ["json", "console"])
def test_neither_logs_nor_a_fault_of_ours_show_a_setting_that_is_secret(form: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, form],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert SECRET not in done.stderr + done.stdout
    assert "RuntimeError: no way to http://***@h with ***" in done.stderr
    assert "KeyError" in done.stderr
    if form == "json":
        said = json.loads(done.stderr.splitlines()[0])
        assert (said["event"], said["where"], said["table"]) == ("said ***", "http://***@h", {"a": ["***"]})


def test_a_refusal_names_what_it_always_did() -> None:
    assert str(SettingsRefused("kafka.timeout = 0.", allowed="more.", remedy="correct it.")).startswith(
        "kafka.timeout = 0."
    )
