"""How long the session is that the tests of the page open, as the page shows it."""

from functools import cache

from smr_audio import Preferences, Studio, parse_hold, units


@cache
def usual_s(*holds: str) -> float:
    """The seconds that `hamstrings` takes, with some holds changed."""
    studio = Studio()
    silent = Preferences(voice="silent", holds=tuple(map(parse_hold, holds)))
    return studio.estimate(studio.load("hamstrings"), silent).plan.duration_ms / 1000


def clock(more_s: int = 0, holds: tuple[str, ...] = ()) -> str:
    """The length of `hamstrings`, or with other holds, and so many seconds more."""
    return units.clock(int(usual_s(*holds)) + more_s)


def minutes() -> str:
    return f"{round(usual_s() / 60)} min"
