"""Sizes as people write them, and how large the cache may grow."""

from __future__ import annotations

import os
import re
from typing import Final

from smr_audio.errors import UsageError

MAX_VARIABLE: Final = "SMR_AUDIO_CACHE_MAX"
DEFAULT_MAX_BYTES: Final = 2_000_000_000
_SIZE: Final = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,9}))? ?(?:([kmgt])(i?))?b?", re.IGNORECASE)
_EXAMPLES: Final = "write one such as 500MB, 2GB, 1GiB or 0"


def parse_size(text: str) -> int:
    """Bytes of `500MB`, `1.5 GiB` or `4096`; MB is 10^6, MiB 2^20. Raises UsageError."""
    size = _read(text)
    if size is None:
        raise UsageError(f"'{text}' is no size; {_EXAMPLES}")
    return size


def default_max_bytes() -> int | None:
    """What SMR_AUDIO_CACHE_MAX says, or else 2 GB; None if it says `off`. Raises UsageError."""
    named = os.environ.get(MAX_VARIABLE)
    if not named:
        return DEFAULT_MAX_BYTES
    if named.strip().lower() == "off":
        return None
    size = _read(named)
    if size is None:
        raise UsageError(
            f"{MAX_VARIABLE} is '{named}', which is no size; {_EXAMPLES}, or off for no limit"
        )
    return size


def _read(text: str) -> int | None:
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    whole, fraction, prefix, binary = found.groups()
    if fraction and not prefix:
        return None  # half a byte: a unit was forgotten
    unit: int = (1024 if binary else 1000) ** (" kmgt".index(prefix.lower()) if prefix else 0)
    part = int(fraction) * unit // 10 ** len(fraction) if fraction else 0
    return int(whole) * unit + part
