"""The words of a session as lyrics: plain for a tag, and with times as an .lrc file.

A chapter's title is a line of its own between dashes. Sounds other than words are left out.
"""

from operator import itemgetter
from typing import Final

from smr_audio import units
from smr_audio.timeline.timeline import Timeline
from smr_audio.views.plan_view import PlanView
from smr_audio.views.text import ELLIPSIS, cleaned

LYRICS_CHARS: Final = 40_000
"""Two hours of talk; what is longer is cut after a line and ends with an ellipsis."""

MARK: Final = "[re:smr-audio]"
"""The program that made an .lrc, as the format has it."""


def lyrics(timeline: Timeline, start_tick: int = 0, stop_tick: int | None = None) -> str:
    """What is said in `[start_tick, stop_tick)`, a line each, with chapters set apart."""
    parts = (f"\n{text}\n" if heading else text for _, text, heading in _entries(timeline, start_tick, stop_tick))
    return bounded("\n".join(parts).strip("\n"))


def bounded(text: str, *, chars: int = LYRICS_CHARS) -> str:
    if len(text) <= chars:
        return text
    return text[: chars - 2].rpartition("\n")[0] + "\n" + ELLIPSIS


def lrc(
    plan: PlanView, start_tick: int = 0, stop_tick: int | None = None, *, title: str | None = None, album: str = ""
) -> str:
    """The .lrc of `[start_tick, stop_tick)`, with times from its start.

    `title` is the session's if none is given.
    """
    stop = plan.timeline.end_tick if stop_tick is None else stop_tick
    tags = {
        "ti": plan.script.title if title is None else title,
        "al": album,
        "la": plan.script.language,
        "length": units.clock(round(units.ms_of_ticks(stop - start_tick) / 1000)),
    }
    lines = [f"[{name}:{_tag(value)}]" for name, value in tags.items() if value]
    lines += [f"[{_stamp(tick)}]{text}" for tick, text, _ in _entries(plan.timeline, start_tick, stop)]
    return "\n".join([MARK, *lines]) + "\n"


def lrc_album(album: str) -> str:
    return f"[al:{_tag(album)}]"


def _entries(timeline: Timeline, start_tick: int, stop_tick: int | None) -> list[tuple[int, str, bool]]:
    """(ticks from the start, text, whether it is a chapter's title), in order."""
    stop = timeline.end_tick if stop_tick is None else stop_tick
    headings = [(one.start_tick, clean(one.title), True) for one in timeline.chapters]
    lines = [(one.start_tick, clean(one.text), False) for one in timeline.speech]
    # Of equal times the chapter comes first: the sort is stable.
    return [
        (tick - start_tick, f"— {text} —" if heading else text, heading)
        for tick, text, heading in sorted([*headings, *lines], key=itemgetter(0))
        if text and start_tick <= tick < stop
    ]


def clean(text: str) -> str:
    """Text on one line; nearly all of it is as it is, which is seen fast."""
    return text if text.isprintable() else cleaned(text)


def _tag(value: str) -> str:
    """A value that ends where its bracket does."""
    return clean(value).replace("]", ")")


def _stamp(tick: int) -> str:
    """A time as `mm:ss.xx`, rounded down so that no line comes late."""
    hundredths = units.ms_of_ticks(tick) // 10
    return f"{hundredths // 6000:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"
