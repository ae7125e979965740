"""The values of a record, read strictly: each raises ValueError for anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def rows_of(value: Any, width: int, make: Callable[..., Any]) -> tuple[Any, ...]:
    """A list of rows of this width, each made into something."""
    return tuple(make(*row_of(row, width)) for row in list_of(value))


def row_of(value: Any, width: int) -> list[Any]:
    """A list of this length."""
    row = list_of(value)
    if len(row) != width:
        raise ValueError(f"a row of {width} has {len(row)}")
    return row


def list_of(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise ValueError("a list was expected")
    return value


def entry_of(table: list[str], place: Any) -> str:
    """What stands at this place of a table."""
    return table[count_of(place)]


def text_of(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError("a text was expected")
    return value


def count_of(value: Any) -> int:
    """A whole number that is not negative."""
    if type(value) is not int or value < 0:  # a bool is no number here
        raise ValueError("a whole number was expected")
    return value


def count_or_none(value: Any) -> int | None:
    """The same, or nothing."""
    return None if value is None else count_of(value)


def level_of(value: Any) -> float:
    """A number."""
    if type(value) not in (int, float):
        raise ValueError("a level was expected")
    return float(value)
