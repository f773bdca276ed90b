"""What a DAG bundle says into Airflow's log."""

from __future__ import annotations

from waybill_airflow.bundle_error import BundleError


def test_a_store_may_say_what_it_likes_and_no_terminal_obeys_it() -> None:
    error = BundleError("It said \x1b[2J\x9b\u202e\nforged é.", allowed="a.", remedy="b.")
    assert str(error) == r"It said \x1b[2J\x9b\u202e\nforged é. Allowed: a. Remedy: b."
