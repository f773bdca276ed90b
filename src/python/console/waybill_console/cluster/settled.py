"""Many answers of one question, of which some may be errors: a partition without a leader must not end the page."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException

K = TypeVar("K")


def settled(asked: Mapping[K, Future[Any]]) -> dict[K, Future[Any]]:
    """The same futures, whose errors are results."""
    return {key: _settled(future) for key, future in asked.items()}


def is_usable(answers: Mapping[Any, Any]) -> bool:
    """Whether anybody answered."""
    return not answers or any(not isinstance(one, BaseException) for one in answers.values())


def error_text(answer: Exception) -> str:
    told = answer.args[0] if isinstance(answer, KafkaException) and answer.args else answer
    return told.str() if isinstance(told, KafkaError) else str(told)


def _settled(future: Future[Any]) -> Future[Any]:
    result: Future[Any] = Future()
    future.add_done_callback(lambda one: result.set_result(one.exception() or one.result()))
    return result
