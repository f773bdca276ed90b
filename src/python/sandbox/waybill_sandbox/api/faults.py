"""Faults on request: what goes wrong, when, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    """Everything that was seen of the real service, and what its users should be ready for."""

    LATENCY = "latency"
    RATE_LIMIT = "rate_limit"
    GATEWAY_ERROR = "gateway_error"
    SERVER_ERROR = "server_error"
    TRUNCATED_BODY = "truncated_body"
    EMPTY_RESULTS = "empty_results"
    REPEATED_PAGE = "repeated_page"
    MALFORMED_USERS = "malformed_users"


class ApiFault(BaseModel):
    """One fault. It strikes requests that fit both ``from_request`` and ``pages``, ``times`` times.

    ``from_request`` counts requests from 1, ``pages`` is first and last page, ``times`` None means always.
    ``seconds`` is for latency, ``status`` for gateway_error (a 5xx with HTML), ``share`` for malformed_users: the part
    of the users, chosen by their id, that is spoilt, so a repeated request spoils the same ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    from_request: Annotated[int, Field(ge=1)] = 1
    pages: tuple[int, int] | None = None
    times: Annotated[int, Field(ge=1)] | None = 1
    seconds: Annotated[float, Field(ge=0, le=300)] = 1.0
    status: Annotated[int, Field(ge=500, le=599)] = 502
    share: Annotated[float, Field(gt=0, le=1)] = 0.1


class FaultPlan(BaseModel):
    """All faults of a run; several can strike one request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    faults: tuple[ApiFault, ...] = ()


def due(plan: FaultPlan, struck: Sequence[int], request: int, page: int) -> tuple[int, ...]:
    """The indices of the plan's faults that strike this request; ``struck`` says how often each one has."""
    return tuple(
        index
        for index, fault in enumerate(plan.faults)
        if request >= fault.from_request
        and (fault.pages is None or fault.pages[0] <= page <= fault.pages[1])
        and (fault.times is None or struck[index] < fault.times)
    )
