"""What every page may ask: settings, the two sources, and the streams with the readers that they are asked with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from starlette.requests import Request

from waybill_common.settings import Settings
from waybill_console.asking import Source
from waybill_console.messages import LiveViews
from waybill_console.security import Session, Sessions
from waybill_console.shown_streams import ShownDataset, ShownStreams, shown_streams
from waybill_console.stream import Verifier

_KAFKA_SECONDS = 3.0
_LAKE_SECONDS = 3.0


@dataclass(frozen=True)
class Rules:
    """What this console may do. ``topics`` are readable besides the streams'."""

    allow_write: bool = False
    topics: tuple[str, ...] = ()


@dataclass
class Context:
    """One for a console. ``settings``, and those of each of ``streams``, have short time-outs: a page is not worth a
    long wait. Without ``streams`` there is the one that the settings are of.
    """

    settings: Settings
    rules: Rules
    sessions: Sessions
    verifier: Verifier
    cookie: str
    kafka: Source = field(default_factory=lambda: Source("Kafka"))
    store: Source = field(default_factory=lambda: Source("The lake"))
    streams: ShownStreams = field(default_factory=lambda: ShownStreams({}, {}))

    def __post_init__(self) -> None:
        if not self.streams.datasets and not self.streams.refused:
            self.streams = shown_streams({self.settings.stream.name: self.settings})

    @cached_property
    def live(self) -> LiveViews:
        return LiveViews(self.settings.kafka, lambda: self.kafka.is_silent)

    @property
    def first(self) -> ShownDataset | None:
        """What a page is about that names no stream: that of the settings, or else the first."""
        own = self.streams.own
        return self.streams.datasets.get(self.settings.stream.name) or (own[0] if own else None)

    @property
    def readable(self) -> frozenset[str]:
        """Topics whose records may be shown. Those of cursors, Connect and the like hold what nobody may read."""
        return self.streams.topics | frozenset(self.rules.topics)

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


def dataset_of(request: Request) -> ShownDataset | None:
    """That of the page's path."""
    return context_of(request).streams.datasets.get(request.path_params["stream"])


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
