"""How long the session is that the tests of the page open, as the page shows it."""

from functools import cache

from smr_audio import Preferences, Studio, units


@cache
def usual_s() -> float:
    """The seconds that `hamstrings` takes."""
    studio = Studio()
    silent = Preferences(voice="silent")
    return studio.estimate(studio.load("hamstrings"), silent).plan.duration_ms / 1000


def clock(more_s: int = 0) -> str:
    """The length of `hamstrings` and so many seconds more."""
    return units.clock(int(usual_s()) + more_s)


def minutes() -> str:
    return f"{round(usual_s() / 60)} min"
