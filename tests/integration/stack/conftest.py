"""The whole stack, once for all tests; removed in the end, and before it begins where a killed run left one."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator

import pytest
from integration.stack.airflow import Airflow, login
from integration.stack.stack import PORTS, Ran, Stack

from waybill_sandbox.ports import free_ports


@pytest.fixture(scope="session")
def started() -> Iterator[tuple[Stack, Ran]]:
    """The stack, and what bringing it up said."""
    slot = os.environ.get("WAYBILL_TEST_SLOT", "0")
    names = ("WAYBILL_MINIO_IMAGE", "WAYBILL_VERSION")
    images = {name: os.environ[name] for name in names if name in os.environ}
    stack = Stack(
        project=f"waybill-stack-test-{slot}",
        ports=dict(zip(PORTS, free_ports(len(PORTS)), strict=True)),
        settings={"WAYBILL_PRODUCER__STREAMING_DURATION": "15", **images},
    )
    stack.run("down")
    try:
        yield stack, stack.run("up")
    finally:
        stack.run("down")


@pytest.fixture(scope="session")
def stack(started: tuple[Stack, Ran]) -> Stack:
    stack, ran = started
    if ran.code != 0:
        pytest.fail(f"stack.sh up ended with {ran.code}:\n{ran.err}")
    return stack


@pytest.fixture(scope="session")
def airflow(stack: Stack) -> Airflow:
    [(name, password)] = json.loads(stack.secret("airflow_passwords")).items()
    return login(stack.address("airflow_webserver"), name, password)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows the services' last lines: afterwards they are gone."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.when == "call" and report.failed and stack is not None:
        report.sections.append(("the stack's logs", stack.tails()))
    return report
