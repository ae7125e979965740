"""Wide sweeps: a sample of them in the fast tests, the rest in the slow ones."""

from collections.abc import Iterable
from typing import Any

import pytest


def sampled(values: Iterable[Any], every: int) -> list[Any]:
    """All values to parametrize with; but for the first of each `every` they are slow."""
    return [pytest.param(value, marks=pytest.mark.slow) if n % every else value for n, value in enumerate(values)]
