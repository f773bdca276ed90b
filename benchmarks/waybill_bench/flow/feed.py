"""The program in ``pace``, started and asked what it sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

from waybill_bench.flow.program import await_success, module_command
from waybill_bench.world import World
from waybill_sandbox.process import Child

_STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Sent:
    """When the first and the last event were sent (``time.time()``), and how many; all are acknowledged."""

    began: float
    ended: float
    events: int


class Feed:
    """Events into ``topic`` at ``rate`` a second, for ``seconds``. Leave its context to end it."""

    def __init__(self, world: World, topic: str, *, seed: int, rate: int, seconds: float) -> None:
        """``seed`` makes the events' ids."""
        arguments = (world.bootstrap_servers, topic, str(seed), str(rate), str(seconds))
        self._seconds = seconds
        command = module_command(
            f"pace-{seed}", "pace", arguments, world.room(f"pace-{topic}"), world.machine
        )
        self._output = command.output or command.log
        self._child = Child(command)

    def stop(self) -> Sent:
        """Ends it before its time."""
        self._child.terminate()
        return self.sent()

    def sent(self) -> Sent:
        """Waits for its end. Raises ``ServiceNotReady`` where it fails, ``AssertionError`` where an event does."""
        await_success(self._child, self._seconds + _STOP_SECONDS)
        told = json.loads(self._output.read_text())
        assert told["sent"] == told["acknowledged"], told
        return Sent(told["began"], told["ended"], told["sent"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
