from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.producer.users import NOW, make_body, make_query, make_reply, make_user

from waybill_producer.source.query import PageQuery
from waybill_producer.source.reply import Ignored, Page, TryPageAgain, check_reply
from waybill_producer.source.retry_after import moment_after, seconds_to_wait

UA_SAMPLE = """{"results": [{"gender": "female", "name": {"title": "Mrs", "first": "Antonida", "last": "Kaminska"},
 "login": {"uuid": "1577ccfc-a3c6-49d0-bb86-ddca8faf0d11"}, "id": {"name": "", "value": null}, "nat": "UA"}],
 "info": {"seed": "4b371ec2f2f42f0b", "results": 1, "page": 1, "version": "1.4"}}"""
GB_SAMPLE = (
    '{"results":[{"gender":"male","login":{"uuid":"a5d7487b-e0b1-4275-9d9a-923f00a8c57f"},"nat":"GB"}],'
    '"info":{"seed":"dca4d7167be9cb98","results":1,"page":1,"version":"1.3"}}'
)
OUTAGE_SAMPLE = (
    '{\n "results": [],\n "info": {\n  "seed": "d3adb33f", "results": 1, "page": 1, "version": "1.4"}\n}'
)


def verdict(
    body: bytes,
    *,
    page: int = 1,
    previous: str | None = None,
    status: int = 200,
    retry_after: str | None = None,
    **query: Any,
) -> Page | TryPageAgain | Ignored:
    return check_reply(make_query(**query), page, previous, make_reply(body, status, retry_after))


@pytest.mark.parametrize(
    ("body", "query"),
    [
        (UA_SAMPLE, make_query(seed="4b371ec2f2f42f0b", results=1)),
        (UA_SAMPLE, make_query(seed="4b371ec2f2f42f0b", results=1, nationalities=("UA", "US"))),
        (UA_SAMPLE, make_query(seed=None, results=1)),
        (GB_SAMPLE, make_query(seed="dca4d7167be9cb98", results=1, version="1.3")),
    ],
    ids=["1.4", "1.4_filtered", "1.4_unseeded", "1.3"],
)
def test_stored_replies_answer_their_requests(body: str, query: PageQuery) -> None:
    page = check_reply(query, 1, None, make_reply(body.encode()))
    assert isinstance(page, Page)
    assert len(page.users) == 1


def test_an_outage_with_no_results_is_tried_again() -> None:
    found = verdict(OUTAGE_SAMPLE.encode(), seed="d3adb33f", results=1)
    assert isinstance(found, TryPageAgain)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (make_body()[:-20], 200),
        (b"<html>Bad gateway</html>", 200),
        (b"<html>Bad gateway</html>", 502),
        (b"", 504),
        (b'{"error": "Uh oh, something has gone wrong."}', 500),
        (b'{"error": "Uh oh, something has gone wrong."}', 200),
        (b'{"results": null, "info": {}}', 200),
        (b'{"results": [1, 2]}', 200),
        (make_body([make_user()]), 200),
        (make_body([make_user(1), make_user(2), make_user(3)]), 200),
        (b"Whoa", 429),
    ],
    ids=[
        "truncated",
        "html_200",
        "html_502",
        "empty_504",
        "error_500",
        "error_200",
        "no_list",
        "no_info",
        "too_few",
        "too_many",
        "rate_limit",
    ],
)
def test_what_may_pass_is_tried_again(body: bytes, status: int) -> None:
    assert isinstance(verdict(body, status=status), TryPageAgain)


@pytest.mark.parametrize(
    ("body", "changes", "named"),
    [
        (make_body(results=1), {}, "results 2 was answered with 1"),
        (make_body(page=1), {"page": 3}, "page 3 was answered with 1"),
        (make_body(seed="other"), {}, "seed 'abc' was answered with a text of 5 characters"),
        (make_body(version="1.3"), {}, "version '1.4' was answered with '1.3'"),
        (make_body(), {"nationalities": ("GB", "US")}, "users of UA"),
    ],
    ids=["results", "page", "seed", "version", "nationalities"],
)
def test_an_ignored_parameter_is_refused_and_named(body: bytes, changes: dict[str, Any], named: str) -> None:
    found = verdict(body, **changes)
    assert isinstance(found, Ignored)
    assert named in found.found


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_by_status_is_final(status: int) -> None:
    assert isinstance(verdict(b"Cannot GET /api/9.9/", status=status), Ignored)


def test_a_page_that_info_calls_the_one_before_is_a_repetition() -> None:
    assert isinstance(verdict(make_body(page=2), page=3), TryPageAgain)


def test_the_same_users_under_a_new_page_number_are_a_repetition() -> None:
    first = verdict(make_body())
    assert isinstance(first, Page)
    aged = [make_user(1, dob={"age": 40}), make_user(2)]
    assert isinstance(verdict(make_body(aged, page=2), page=2, previous=first.fingerprint), TryPageAgain)
    others = [make_user(1), make_user(3)]
    assert isinstance(verdict(make_body(others, page=2), page=2, previous=first.fingerprint), Page)


def test_pages_without_any_id_are_no_repetition() -> None:
    page = verdict(make_body([1, None]))
    assert isinstance(page, Page)
    assert page.fingerprint is None
    assert isinstance(verdict(make_body([1, None], page=2), page=2, previous=None), Page)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ada@example.org", "eve@example.org"), ("1815", 1815), ("A" * 36, {"e-mail": "ada@example.org"})],
)
def test_what_is_no_id_is_not_in_the_pages_checksum(one: object, other: object) -> None:
    """Who knows the ids of the other users could try one after another: cursor and traces keep it for ever."""
    pages = [verdict(make_body([make_user(1), make_user(2, login__uuid=made)])) for made in (one, other)]
    first, second = (page.fingerprint for page in pages if isinstance(page, Page))
    assert first == second is not None


def test_a_page_whose_ids_are_none_has_no_checksum() -> None:
    page = verdict(make_body([make_user(1, login__uuid="ada@example.org"), make_user(2, login__uuid="eve")]))
    assert isinstance(page, Page)
    assert page.fingerprint is None


def test_a_broken_nationality_is_the_users_fault_not_the_filters() -> None:
    users = [make_user(1), make_user(2, nat="Ukraine")]
    assert isinstance(verdict(make_body(users), nationalities=("UA",)), Page)


@pytest.mark.parametrize(
    ("sent", "wait"),
    [
        (None, None),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("Sun, 22 Nov 2026 19:01:00 GMT", 59.999877),
        ("Sun, 22 Nov 2026 18:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", 2.0),
        ("0", 0.0),
        ("7, 8", None),
        ("9" * 5000, math.inf),
        ("Sunday, 22-Nov-26 19:01:00 GMT", 59.999877),
        ("Sun Nov 22 19:01:00 2026", 59.999877),
        ("Sun, 22 Nov 2026 20:01:00 +0100", 59.999877),
        ("Sun, 06 Nov 9000000000 08:49:37 GMT", math.inf),
        ("Sun, 06 Nov 2026 08:49:37 +99999999999999", None),
        ("Sun, 99 Nov 2026 99:49:37 GMT", None),
        ("Sun, 06 Nov 0000 08:49:37 GMT", 0.0),
        ("\ud800", None),
    ],
    ids=[
        *(
            "absent",
            "seconds",
            "blanks",
            "date",
            "past",
            "word",
            "negative",
            "fraction",
            "none",
            "two",
            "digits",
        ),
        *("rfc850", "asctime", "zone", "year_9e9", "zone_9e9", "no_such_day", "year_0", "surrogate"),
    ],
)
def test_retry_after_is_read_as_rfc_9110_spells_it(sent: str | None, wait: float | None) -> None:
    found = verdict(b"Whoa", status=429, retry_after=sent)
    assert isinstance(found, TryPageAgain)
    assert found.wait == (wait if wait is None else pytest.approx(wait))
    assert found.rate_limited


@given(
    st.text(max_size=30)
    | st.builds(
        "{}, {} {} {} {}:{}:{} {}".format,
        st.sampled_from(["Sun", "Sunday", ""]),
        st.integers(),
        st.sampled_from(["Nov", "Feb", "Foo"]),
        st.integers(),
        *(st.integers() for _ in range(3)),
        st.sampled_from(["GMT", "EST", "Z", ""]) | st.integers().map("{:+05d}".format),
    )
)
def test_any_retry_after_is_a_wait_or_none(sent: str) -> None:
    found = seconds_to_wait(sent, NOW)
    assert found is None or found >= 0
    until = None if found is None else moment_after(NOW, found)
    assert until is None or until >= NOW.isoformat(timespec="seconds")[:19]


MARK = "Zq0378 9AB"
UH_OH = b'{"error": "Uh oh, something has gone wrong. '


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (f"<html>{MARK}".encode(), 502, "status 502, 16 bytes of HTML"),
        (MARK.encode(), 404, "status 404, 10 bytes of text."),
        (b"", 503, "status 503, 0 bytes"),
        (UH_OH + MARK.encode(), 500, "JSON ('Uh oh, something has gone wrong', …)"),
        (b"Cannot GET /api/9.9/" + MARK.encode(), 404, "30 bytes of text ('Cannot GET', …)."),
        (f'{{"error": "{MARK}"}}'.encode(), 200, "an error: a text of 10 characters"),
        (f'{{"error": {{"{MARK}": 1}}}}'.encode(), 200, "an error: an object"),
        (f'{{"results": ["{MARK}"]}}'.encode(), 200, "no results or no info: 27 bytes of JSON"),
        (make_body([make_user(city=MARK)])[:-30], 200, "is no complete JSON object"),
        (make_body(seed=MARK), 200, "seed 'abc' was answered with a text of 10 characters"),
        (make_body(version=MARK), 200, "version '1.4' was answered with a text of 10 characters"),
        (make_body(results=71_000_000), 200, "results 2 was answered with another number"),
        (make_body(page=[MARK]), 200, "page 1 was answered with a list"),
        (make_body(page=None), 200, "page 1 was answered with null"),
        (make_body(page=True, seed={}), 200, "seed 'abc' was answered with an object"),
    ],
    ids=[
        *("html", "text", "empty", "known_error", "no_such_path", "error", "error_object", "no_info", "cut"),
        *("seed", "version", "number", "list", "null", "object"),
    ],
)  # fmt: skip
def test_words_have_a_replys_kind_and_size_and_nothing_of_its_text(
    body: bytes, status: int, told: str
) -> None:
    found = verdict(body, status=status)
    assert not isinstance(found, Page)
    words = found.why if isinstance(found, TryPageAgain) else found.found
    assert told in words
    assert MARK not in words
    assert "71000000" not in words
