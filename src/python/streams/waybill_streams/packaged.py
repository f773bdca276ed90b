"""Which contracts this release carries: for each stream the current one and those before it."""

from __future__ import annotations

from collections.abc import Iterable

from waybill_common.contract import Registry
from waybill_streams.names import NAMES


def _by_stream(registries: Iterable[Registry]) -> dict[str, Registry]:
    return {registry.current.stream: registry for registry in registries}


STREAMS = _by_stream([Registry((NAMES,))])
