"""Read Range headers as RFC 9110 has them: one range, none, or one that cannot be met."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_ONE: Final = re.compile(r"([0-9]*)[ \t]*-[ \t]*([0-9]*)")
_MOST_DIGITS: Final = 18  # as many bytes has no file


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes `[start, stop)` of a file of `size`."""

    start: int
    stop: int
    size: int

    @property
    def content_range(self) -> str:
        """The same as the header says it, whose end is its last byte."""
        return f"bytes {self.start}-{self.stop - 1}/{self.size}"


class UnsatisfiableError(ValueError):
    """A range that begins where nothing is any more."""


def span_of(headers: Mapping[str, str], *, size: int, etag: str) -> Span | None:
    """The part of a file that is asked for; None for all of it.

    `headers` have lower-case names. All of it goes to whoever asks for no range, for several,
    for what is no range at all, or for one of another version (If-Range). Raises
    UnsatisfiableError for a range that begins past the end.
    """
    asked = headers.get("range")
    if asked is None or headers.get("if-range", etag) != etag:
        return None
    unit, equals, rest = asked.partition("=")
    parts = [part.strip() for part in rest.split(",") if part.strip()]
    if unit.strip().lower() != "bytes" or not equals or len(parts) != 1:
        return None
    match = _ONE.fullmatch(parts[0])
    if match is None or not any(match.groups()):
        return None
    first, last = (_number(digits) for digits in match.groups())
    if first is None:
        first, last = max(0, size - (last or 0)), size - 1
    elif last is None:
        last = size - 1
    elif last < first:
        return None
    if first >= size:
        raise UnsatisfiableError(asked[:100])
    return Span(first, min(last + 1, size), size)


def is_unchanged(headers: Mapping[str, str], *, etag: str) -> bool:
    """Whether who asks has it already (If-None-Match)."""
    known = headers.get("if-none-match", "")
    return etag in (each.strip().removeprefix("W/") for each in known.split(",")) or known == "*"


def _number(digits: str) -> int | None:
    """A number of any length, cut to what is more than enough."""
    digits = digits.lstrip("0") or digits[:1]
    if not digits:
        return None
    return 10**_MOST_DIGITS if len(digits) > _MOST_DIGITS else int(digits)
