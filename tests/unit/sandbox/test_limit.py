from __future__ import annotations

from waybill_sandbox.api.limit import ServedUsers, admit


def ask(window: ServedUsers, client: str, users: int, now: float) -> tuple[bool, ServedUsers]:
    return admit(window, client, users, now, limit=100, seconds=300)


def test_users_count_not_requests() -> None:
    window = ServedUsers(opened=0)
    for _ in range(4):
        admitted, window = ask(window, "a", 25, 1)
        assert admitted
    admitted, window = ask(window, "a", 1, 2)
    assert not admitted
    assert window.of("a") == 100


def test_clients_are_counted_apart() -> None:
    _, window = ask(ServedUsers(opened=0), "a", 100, 1)
    admitted, _ = ask(window, "b", 100, 1)
    assert admitted


def test_the_window_is_reset_for_everybody_at_once() -> None:
    _, window = ask(ServedUsers(opened=0), "a", 100, 1)
    _, window = ask(window, "b", 100, 299)
    for client in ("a", "b"):
        admitted, _ = ask(window, client, 1, 300)
        assert admitted
