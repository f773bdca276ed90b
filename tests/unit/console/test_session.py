"""Sessions are signed, end, and tie forms to themselves."""

from __future__ import annotations

import pytest

from waybill_console.security.session import LASTS, Sessions, is_path_here

TOKEN = "t" * 20


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_cookie_is_read_back() -> None:
    sessions = Sessions(TOKEN)
    session = sessions.new(signed_in=True)
    assert sessions.read(sessions.cookie(session)) == session


def test_a_cookie_of_another_start_or_with_another_word_is_none() -> None:
    sessions = Sessions(TOKEN)
    cookie = sessions.cookie(sessions.new())
    assert Sessions(TOKEN).read(cookie) is None
    assert sessions.read(cookie.replace(".0.", ".1.")) is None
    for other in (None, "", "a.b.c.d", cookie[:-1], cookie + "0", cookie.upper()):
        assert sessions.read(other) is None


def test_a_session_ends() -> None:
    clock = Clock()
    sessions = Sessions(TOKEN, clock)
    cookie = sessions.cookie(sessions.new())
    clock.now += LASTS - 1
    assert sessions.read(cookie) is not None
    clock.now += 2
    assert sessions.read(cookie) is None


def test_without_a_token_everybody_is_signed_in() -> None:
    assert Sessions(None).new().is_signed_in
    assert not Sessions(TOKEN).new().is_signed_in


def test_a_form_is_of_one_session() -> None:
    sessions = Sessions(None)
    mine, other = sessions.new(), sessions.new()
    assert sessions.is_form_token(mine, sessions.form_token(mine))
    assert not sessions.is_form_token(mine, sessions.form_token(other))
    assert not sessions.is_form_token(mine, "")
    assert not sessions.is_form_token(mine, "ä")


def test_ten_wrong_tokens_are_enough_for_a_minute() -> None:
    clock = Clock()
    sessions = Sessions(TOKEN, clock)
    assert sessions.is_token(f" {TOKEN}\n")
    for _ in range(10):
        assert not sessions.is_token("\ud800")
    assert sessions.is_throttled
    assert not sessions.is_token(TOKEN)
    clock.now += 61
    assert sessions.is_token(TOKEN)


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/", True),
        ("/topics/a?x=1", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("", False),
        ("/a\nb", False),
        ("/a\\b", False),
    ],
)
def test_after_signing_in_one_stays_here(path: str, here: bool) -> None:
    assert is_path_here(path) == here
