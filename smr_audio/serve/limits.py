"""How much anybody may ask of the server, and the rate at which one address may."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_BODY_BYTES: Final = 16 << 10
MOST_HEAD_BYTES: Final = 16 << 10
MOST_URL_BYTES: Final = 2048
CHUNK_BYTES: Final = 64 << 10

HEAD_S: Final = 10.0
"""From connecting, or the first byte of a further request, to the end of its headers."""
BODY_S: Final = 10.0
IDLE_S: Final = 20
"""A phone asks again within seconds, or is asleep."""
STALL_S: Final = 60.0
"""How long a listener may take 48 kB: 0.8 kB/s, a fifteenth of what is played. A player that
is paused asks again from where it was."""
CLOSE_S: Final = 5.0
"""What was written last may take that long to leave once the connection is closed."""

MOST_CONNECTIONS: Final = 256
BACKLOG: Final = 128
"""Half the connections: so many may come at once, and who came just before them is still there."""
MOST_REQUESTS: Final = 512
"""More than there are connections, each of which has one: ours makes room, uvicorn's refuses."""

MOST_WAITING: Final = 8
MOST_PLANNING: Final = 16
MOST_WISHES: Final = 512
MOST_MADE: Final = 16
MOST_MADE_BYTES: Final = 96 << 20
MOST_SESSION_S: Final = 4 * 3600
RETRY_S: Final = 5

MOST_ADDRESSES: Final = 1024


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, and `per_s` more each second."""

    burst: float
    per_s: float


READING: Final = Rate(2000, 200)
ASKING: Final = Rate(120, 4)


class Buckets:
    """A bucket of tokens for each address; the address that was seen least lately is forgotten."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        """All are full."""
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> bool:
        """Whether there was a token left for this address; it is gone then."""
        now_s = self._clock()
        left, at_s = self._buckets.pop(address, (self._rate.burst, now_s))
        left = min(self._rate.burst, left + (now_s - at_s) * self._rate.per_s)
        allowed = left >= 1
        self._buckets[address] = (left - allowed, now_s)
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return allowed
