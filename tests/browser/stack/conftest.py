"""The whole stack of containers, as for tests/integration/stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.visitor import Visitor, visiting
from integration.stack.conftest import airflow as airflow
from integration.stack.conftest import stack as stack
from integration.stack.conftest import started as started
from integration.stack.stack import Stack
from playwright.sync_api import Browser, expect


@pytest.fixture
def visitor(browser: Browser, stack: Stack) -> Iterator[Visitor]:
    """Signed in with the token that `make up` shows."""
    with visiting(browser, stack.address("kafka_ui")) as made:
        page = made.go("/")
        page.get_by_label("Token").fill(stack.secret("console_token"))
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
        yield made
