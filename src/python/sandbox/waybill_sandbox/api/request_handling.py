"""Answering requests: the server's state, and nothing of HTTP."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from waybill_sandbox.api import limit, reply_bodies
from waybill_sandbox.api.faults import ApiFault, FaultKind, FaultPlan, due
from waybill_sandbox.api.malformed import spoil
from waybill_sandbox.api.reply_bodies import ApiReply
from waybill_sandbox.api.request_query import ParsedQuery, parse


@dataclass(frozen=True)
class Request:
    """One entry of the log. ``users`` and ``malformed`` count what the reply carried."""

    number: int
    target: str
    page: int
    status: int
    users: int
    malformed: int
    faults: tuple[str, ...]


class RequestHandler:
    """Takes a request target and a client, gives a reply, and keeps the log. Safe to share between threads."""

    def __init__(
        self,
        plan: FaultPlan,
        *,
        limit_users: int,
        window_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._lock = threading.Lock()
        self._limit_users = limit_users
        self._window_seconds = window_seconds
        self._clock = clock
        self._sleep = sleep
        self._window = limit.ServedUsers(opened=clock())
        self._log: list[Request] = []
        self._taken = 0
        self.set_faults(plan)

    def set_faults(self, plan: FaultPlan) -> None:
        """Replaces the plan; its counts start afresh, the numbers of the requests go on."""
        with self._lock:
            self._plan = plan
            self._struck = [0] * len(plan.faults)

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request so far, in the order in which they were answered."""
        with self._lock:
            return tuple(self._log)

    def counts(self) -> dict[str, int]:
        """Requests by status and by fault, users and malformed users served."""
        log = self.requests
        tally = Counter(f"status_{one.status}" for one in log)
        tally.update(f"fault_{fault}" for one in log for fault in one.faults)
        tally.update(requests=len(log), users=sum(one.users for one in log))
        tally.update(malformed=sum(one.malformed for one in log))
        return dict(sorted(tally.items()))

    def answer(self, target: str, client: str) -> ApiReply:
        query = parse(target)
        if query is None:
            with self._lock:
                self._taken += 1
                number = self._taken
            answer = reply_bodies.not_found(target)
            self._note(number, target, 0, answer, ())
            return answer
        number, faults, admitted, served = self._admit(query, client)
        seed = query.seed or secrets.token_hex(8)
        answer = self._reply(query, seed, faults) if admitted else reply_bodies.rate_limited(served)
        self._note(number, target, query.page, answer, faults if admitted else ())
        return answer

    def _admit(self, query: ParsedQuery, client: str) -> tuple[int, tuple[ApiFault, ...], bool, int]:
        with self._lock:
            self._taken += 1
            admitted, self._window = limit.admit(
                self._window,
                client,
                query.results,
                self._clock(),
                limit=self._limit_users,
                seconds=self._window_seconds,
            )
            hits = due(self._plan, self._struck, self._taken, query.page) if admitted else ()
            for index in hits:
                self._struck[index] += 1
            faults = tuple(self._plan.faults[index] for index in hits)
            return self._taken, faults, admitted, self._window.of(client)

    def _reply(self, query: ParsedQuery, seed: str, faults: tuple[ApiFault, ...]) -> ApiReply:
        """The faults that replace the answer come in the order of the plan; the first one wins."""
        share = max((one.share for one in faults if one.kind is FaultKind.MALFORMED_USERS), default=0.0)
        for fault in faults:
            match fault.kind:
                case FaultKind.LATENCY:
                    self._sleep(fault.seconds)
                case FaultKind.RATE_LIMIT:
                    return reply_bodies.rate_limited(self._limit_users)
                case FaultKind.GATEWAY_ERROR:
                    return reply_bodies.gateway_error(fault.status)
                case FaultKind.SERVER_ERROR:
                    return reply_bodies.server_error()
                case FaultKind.EMPTY_RESULTS:
                    return reply_bodies.changed_reply(query, seed, [], 0)
                case FaultKind.REPEATED_PAGE:
                    return reply_bodies.page_reply(replace(query, page=max(1, query.page - 1)), seed)
                case FaultKind.TRUNCATED_BODY:
                    return replace(reply_bodies.page_reply(query, seed), cut=True)
                case FaultKind.MALFORMED_USERS:
                    continue
        if share:
            return reply_bodies.changed_reply(query, seed, *spoil(reply_bodies.users_in(query, seed), share))
        return reply_bodies.page_reply(query, seed)

    def _note(
        self, number: int, target: str, page: int, answer: ApiReply, faults: tuple[ApiFault, ...]
    ) -> None:
        kinds = tuple(str(fault.kind) for fault in faults)
        entry = Request(number, target, page, answer.status, answer.users, answer.malformed, kinds)
        with self._lock:
            self._log.append(entry)
