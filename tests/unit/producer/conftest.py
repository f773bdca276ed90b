from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from unit.producer.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()
