"""Results that are fetched by their address: kept in memory for the time that the contract promises."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from imgvar_desktop.core import contract

MAX_TOTAL_BYTES: Final = 256_000_000
"""About a hundred results at 1024 × 1024; the oldest go first."""


@dataclass(frozen=True, slots=True)
class _Kept:
    png: bytes
    until: float


class Results:
    """PNGs by names that cannot be guessed. Lives in the server's loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, max_total_bytes: int = MAX_TOTAL_BYTES) -> None:
        self._clock = clock
        self._max_total_bytes = max_total_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._total_bytes = 0

    def keep(self, png: bytes) -> str:
        """The name under which ``png`` is found for the next 60 minutes."""
        self._drop_expired()
        name = secrets.token_urlsafe(32)
        self._kept[name] = _Kept(png, self._clock() + contract.URL_LIFETIME_S)
        self._total_bytes += len(png)
        # The newest stays, however large it is: its address is on its way to the client.
        while self._total_bytes > self._max_total_bytes and len(self._kept) > 1:
            self._drop_oldest()
        return name

    def find(self, name: str) -> bytes | None:
        self._drop_expired()
        kept = self._kept.get(name)
        return kept.png if kept is not None else None

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._kept and next(iter(self._kept.values())).until <= now:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        _, kept = self._kept.popitem(last=False)
        self._total_bytes -= len(kept.png)
