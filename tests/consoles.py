"""A console on loopback, in a thread of the test, and a browser of a few lines that keeps its cookie."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from types import TracebackType
from typing import Any, Self

import requests

from waybill_common.settings import Settings
from waybill_console.app import make_app
from waybill_console.context import Context, Rules, hurried
from waybill_console.security import Sessions
from waybill_console.security.listen import Address, known_hosts
from waybill_console.serving import Server, bind
from waybill_console.shown_streams import shown_streams
from waybill_console.stream.verifying import Verifier
from waybill_streams.chosen_streams import StreamsByName

_LISTEN = Address("127.0.0.1", 0)
_SECONDS = 30


class RunningConsole:
    """Use it as a context manager. ``url`` is where it listens, ``context`` what its pages ask."""

    def __init__(
        self,
        settings: Settings,
        *,
        allow_write: bool = False,
        topics: tuple[str, ...] = (),
        token: str | None = None,
        hosts: tuple[str, ...] = (),
        environ: dict[str, str] | None = None,
        streams: StreamsByName | None = None,
    ) -> None:
        """Of the stream that the settings are of, unless ``streams`` says which."""
        bound = bind(_LISTEN)
        self.port = bound.getsockname()[1]
        self.url = _LISTEN.url(self.port)
        self.context = Context(
            settings=hurried(settings),
            rules=Rules(allow_write, topics),
            sessions=Sessions(token),
            verifier=Verifier({**os.environ, **(environ or {})}),
            cookie="waybill_console_test",
            streams=shown_streams(streams or {settings.stream.name: hurried(settings)}),
        )
        self._server = Server(make_app(self.context, known_hosts(_LISTEN, hosts)), self.url)
        self._thread = threading.Thread(target=self._run, args=(bound,), daemon=True)
        self._ready = threading.Event()

    def _run(self, bound: Any) -> None:
        with bound:
            asyncio.run(self._serve(bound))

    async def _serve(self, bound: Any) -> None:
        serving = asyncio.create_task(self._server.serve(sockets=[bound]))
        while not self._server.started and not serving.done():  # noqa: ASYNC110  # uvicorn tells it by no event
            await asyncio.sleep(0.01)
        self._ready.set()
        await serving

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(_SECONDS), "the console never listened"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(_SECONDS)
        assert not self._thread.is_alive(), "the console never ended"

    def browser(self) -> Browser:
        return Browser(self.url)


class Browser:
    """Sends forms as a browser does: with the page's form token, and its origin."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.url + path, timeout=_SECONDS, **options)

    def text(self, path: str) -> str:
        """The page's HTML; fails where there is none."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    def send(self, path: str, on: str = "/new-topic", **fields: str) -> requests.Response:
        """The form of page ``on``, with these fields; redirects are not followed."""
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.get(on).text)
        assert found is not None, f"{on} has no form"
        return self.session.post(
            self.url + path,
            data={"form_token": found[1], **fields},
            headers={"Origin": self.url},
            timeout=_SECONDS,
            allow_redirects=False,
        )
