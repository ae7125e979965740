"""How much one client may ask of the server."""

from __future__ import annotations

from typing import Final

MOST_BODY_BYTES: Final = 16 << 10
MOST_HEAD_BYTES: Final = 16 << 10
CHUNK_BYTES: Final = 64 << 10

HEAD_S: Final = 10.0
"""From connecting, or from the first byte of a further request, to the end of its headers."""
BODY_S: Final = 10.0
IDLE_S: Final = 20
SHUTDOWN_S: Final = 1

MOST_CONNECTIONS: Final = 256
MOST_WAITING: Final = 8
MOST_PLANNING: Final = 16
MOST_JOBS: Final = 512
MOST_MADE_BYTES: Final = 96 << 20
MOST_SESSION_S: Final = 4 * 3600
RETRY_S: Final = 5
