"""The store is tried once for all streams whose datasets lie in it."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from waybill_common.lake import Lake, check_conditional_writes


@dataclass
class StoreProbe:
    """Whoever comes while it is tried waits for that, and learns the same. Who comes after a failure tries again."""

    _tried: dict[tuple[str, str], Future[None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, lake: Lake) -> None:
        """Raises ``LakeRefused`` and ``LakeUnavailable``."""
        url = lake.location.url
        store = (str(lake.settings.endpoint), f"{url.scheme}://{url.bucket or url.path}")
        with self._lock:
            tried = self._tried.get(store)
            mine = None if tried else self._tried.setdefault(store, Future())
        if tried is not None:
            tried.result()
            return
        try:
            check_conditional_writes(lake)
        except BaseException as error:
            with self._lock:
                del self._tried[store]
            if mine is not None:
                mine.set_exception(error)
            raise
        if mine is not None:
            mine.set_result(None)
