"""A question to a cluster that speaks another protocol is refused, however long it waited and whoever asked before."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from edges.certificates import Authority

from waybill_common.errors import KafkaRefused
from waybill_common.kafka import ask
from waybill_common.settings import KafkaSettings

Question = Callable[[AdminClient, float], dict[str, Future[Any]]]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[KafkaSettings]:
    """Of a client without TLS, of a listener with it. Its time-out comes before librdkafka tells that all are down."""
    context = Authority(tmp_path).server("127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, context), daemon=True).start()
        address = f"127.0.0.1:{server.getsockname()[1]}"
        yield KafkaSettings(bootstrap_servers=address, timeout=1)


def _serve(server: socket.socket, context: ssl.SSLContext) -> None:
    with suppress(OSError):
        while True:
            threading.Thread(target=_answer, args=(server.accept()[0], context), daemon=True).start()


def _answer(plain: socket.socket, context: ssl.SSLContext) -> None:
    with suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as secured:
        secured.recv(100)


def _waits_by_itself(admin: AdminClient, seconds: float) -> dict[str, Future[Any]]:
    listed: Future[Any] = Future()
    listed.set_result(admin.list_topics(timeout=seconds))
    return {"topics": listed}


def _is_waited_for(admin: AdminClient, seconds: float) -> dict[str, Future[Any]]:
    return {"cluster": admin.describe_cluster(request_timeout=seconds)}


@pytest.mark.parametrize("question", [_waits_by_itself, _is_waited_for])
def test_the_listeners_protocol_is_told_to_each_who_asks(question: Question, settings: KafkaSettings) -> None:
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask, settings, question, "asking") for _ in range(3)]
    for one in asked:
        with pytest.raises(KafkaRefused, match="the listener speaks TLS"):
            one.result()
