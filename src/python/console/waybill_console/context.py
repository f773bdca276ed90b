"""What every page may ask: settings, the two sources, and the readers that they are asked with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial

from starlette.requests import Request

from waybill_common.contract import Contract
from waybill_common.lake import open_lake
from waybill_common.settings import Settings
from waybill_console.asking import Source
from waybill_console.messages import Judge, LiveViews, judged_by
from waybill_console.security import Session, Sessions
from waybill_console.stream import ObjectRows, StoredTimes, StreamLedger, Verifier
from waybill_streams.packaged import STREAMS
from waybill_streams.redrives import route_of

_KAFKA_SECONDS = 3.0
_LAKE_SECONDS = 3.0


@dataclass(frozen=True)
class Rules:
    """What this console may do. ``topics`` are readable besides the stream's."""

    allow_write: bool = False
    topics: tuple[str, ...] = ()


@dataclass
class Context:
    """One for a console. ``settings`` have short time-outs: a page is not worth a long wait."""

    settings: Settings
    rules: Rules
    sessions: Sessions
    verifier: Verifier
    cookie: str
    kafka: Source = field(default_factory=lambda: Source("Kafka"))
    store: Source = field(default_factory=lambda: Source("The lake"))

    @cached_property
    def live(self) -> LiveViews:
        return LiveViews(self.settings.kafka, lambda: self.kafka.is_silent)

    @cached_property
    def ledger(self) -> StreamLedger:
        return StreamLedger(open_lake(self.settings.lake, self.settings.stream.lake_folder))

    @cached_property
    def objects(self) -> ObjectRows:
        return ObjectRows(self.settings)

    @cached_property
    def times(self) -> StoredTimes:
        return StoredTimes(self.settings)

    @property
    def contract(self) -> Contract | None:
        """None for a stream of which Waybill brings no contract along."""
        known = STREAMS.get(self.settings.stream.name)
        return None if known is None else known.current

    @property
    def readable(self) -> frozenset[str]:
        """Topics whose records may be shown. Those of cursors, Connect and the like hold what nobody may read."""
        stream = self.settings.stream
        route = route_of(stream)
        own = (stream.dead_topic,) if stream.is_filled else ()
        return frozenset((stream.topic, route.sent_to, route.recorded_in, *own, *self.rules.topics))

    def judge(self, topic: str) -> Judge | None:
        contract = self.contract if topic == self.settings.stream.topic else None
        return None if contract is None else partial(judged_by, contract)

    async def close(self) -> None:
        self.live.close()
        await self.verifier.close()
        self.kafka.close()
        self.store.close()


def hurried(settings: Settings) -> Settings:
    """The same with time-outs for a page, and no second try: the next page is one."""
    kafka = settings.kafka.model_copy(update={"timeout": min(settings.kafka.timeout, _KAFKA_SECONDS)})
    lake = settings.lake.model_copy(
        update={"timeout": min(settings.lake.timeout, _LAKE_SECONDS), "attempts": 1}
    )
    return settings.model_copy(update={"kafka": kafka, "lake": lake})


def context_of(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


def session_of(request: Request) -> Session:
    session: Session = request.scope["state"]["session"]
    return session


def form_of(request: Request) -> dict[str, str]:
    """The form's fields, which the gate has read and found to be this session's own."""
    form: dict[str, str] = request.scope["state"]["form"]
    return form
