"""What the application asks of Spark where nobody has said otherwise."""

from __future__ import annotations

import importlib

from waybill_spark.driver.spark_session import plain

DAEMON = "spark.python.daemon.module"


def test_what_a_user_or_an_administrator_says_of_spark_stays() -> None:
    assert plain({DAEMON: "theirs", "spark.executor.memory": "2g"}) == {
        name: value for name, value in plain({}).items() if name != DAEMON
    }


def test_workers_are_forked_by_a_module_that_the_application_has() -> None:
    module = importlib.import_module(plain({})[DAEMON])
    assert callable(module.main)
