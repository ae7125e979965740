"""Time zones by name, the one of this machine, and times of day that a clock leaves out."""

from __future__ import annotations

import os
import zoneinfo
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from smr_audio.errors import UsageError
from smr_audio.suggest import did_you_mean

_LOCALTIME: Final = Path("/etc/localtime")
_NAME: Final = Path("/etc/timezone")
_AGAIN: Final = "name one, such as --zone Europe/Berlin"


def zone_of(name: str | None) -> zoneinfo.ZoneInfo:
    """The time zone of a name of the IANA database, or this machine's.

    Raises UsageError for one that does not exist, or if nothing says where this machine is.
    """
    wanted = name if name is not None else _local_name()
    if wanted is None:
        raise UsageError(f"this machine does not say in which time zone it is; {_AGAIN}")
    try:
        return zoneinfo.ZoneInfo(wanted)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = sorted(zoneinfo.available_timezones())
        hint = did_you_mean(wanted, known) if "/" in wanted else _AGAIN
        raise UsageError(f"there is no time zone '{wanted}'; {hint}") from None


def _local_name() -> str | None:
    """The name that TZ, the link of /etc/localtime or /etc/timezone gives, or UTC of a bare box."""
    if named := os.environ.get("TZ", "").lstrip(":"):
        return named
    try:
        parts = _LOCALTIME.resolve(strict=True).parts
        if "zoneinfo" in parts:
            return "/".join(parts[parts.index("zoneinfo") + 1 :])
        return _NAME.read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def on_the_clock(local: datetime) -> datetime:
    """A time as its zone's clocks show it: one that is left out in spring comes an hour later."""
    return local.astimezone(timezone.utc).astimezone(local.tzinfo)
