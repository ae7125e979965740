"""A plan as text: a transcript in Markdown, and lyrics, plain for a tag or with times as an .lrc file."""

import re
from operator import attrgetter, itemgetter
from typing import Final

from smr_audio import units
from smr_audio.options.choices import CueName
from smr_audio.records import dataclass
from smr_audio.session.compile import Compiled
from smr_audio.session.script import Script
from smr_audio.timeline.timeline import Chapter, CueEvent, Event, HoldEvent, SpeechEvent, Timeline
from smr_audio.views.text import ELLIPSIS, cleaned
from smr_audio.voices.engine import Voice

_CUES: Final[dict[CueName, str]] = {
    "start": "begin",
    "halfway": "halfway",
    "countdown": "counting down",
    "end": "ease off",
    "switch": "change sides",
    "finish": "the session is done",
    "prepare": "about to begin",
    "bell": "bell",
}
"""What a cue means: how it sounds is up to the options. The metronome's ticks are not listed."""

_MARKUP: Final = re.compile(r"[\\`*_\[\]<>&#~|$!]")


@dataclass(frozen=True, slots=True)
class PlanView:
    """The part of a plan that views need: what will be heard and when, and what it is made from.

    Plans themselves are made in a higher layer, which imports this one for covers and lyrics.
    """

    compiled: Compiled
    timeline: Timeline
    voice: Voice

    @property
    def script(self) -> Script:
        return self.compiled.script

    @property
    def duration_ms(self) -> int:
        """The length of the session in the decoded MP3."""
        return units.ms_of_ticks(self.timeline.end_tick)


def transcript(plan: PlanView) -> str:
    """The whole session as Markdown: a heading a chapter, a line for each thing that is heard.

    Times are those of the file, in minutes and seconds.
    """
    length = units.clock(round(plan.duration_ms / 1000))
    lines = [f"# {markdown(plan.script.title)}".rstrip(), ""]
    lines.append(f"{length}, voice {markdown(plan.voice.id)}.")
    for part in parts(plan.timeline):
        if isinstance(part, Chapter):
            lines += ["", f"## {_at(part.start_tick)} {markdown(part.title)}".rstrip(), ""]
        elif not (isinstance(part, CueEvent) and part.cue == "tick"):
            lines.append(f"- {_event(part)}")
    return "\n".join(lines) + "\n"


def parts(timeline: Timeline) -> list[Chapter | Event]:
    """Chapters and events in the order of time, a chapter before what begins with it."""
    return sorted((*timeline.chapters, *timeline.events), key=attrgetter("start_tick"))


def _event(event: Event) -> str:
    at = _at(event.start_tick)
    if isinstance(event, SpeechEvent):
        return f"{at} {markdown(event.text)}"
    if isinstance(event, CueEvent):
        return f"{at} *cue: {_CUES[event.cue]}*"
    seconds = (event.end_tick - event.start_tick) // units.TICKS_PER_SECOND
    span = f"{at}–{_at(event.end_tick)}"
    if isinstance(event, HoldEvent):
        side = event.side or "both sides"
        rounds = "".join(f", round {number}" for number in event.rounds)
        return f"**Hold {seconds} s, {side}, set {event.set}{rounds}** {span}"
    what = "Pause to set up" if event.kind == "gate" else "Pause"
    return f"**{what}, {seconds} s** {span}"


def _at(tick: int) -> str:
    return units.clock(tick // units.TICKS_PER_SECOND)


def markdown(text: str) -> str:
    """Text that Markdown shows as it is: on one line, its signs escaped."""
    return _MARKUP.sub(r"\\\g<0>", cleaned(text))


LYRICS_CHARS: Final = 40_000
"""Two hours of talk; what is longer is cut after a line and ends with an ellipsis."""

MARK: Final = "[re:smr-audio]"
"""The program that made an .lrc, as the format has it."""


def lyrics(timeline: Timeline, start_tick: int = 0, stop_tick: int | None = None) -> str:
    """What is said in `[start_tick, stop_tick)`, a line each, with chapters' titles between dashes.

    Sounds other than words are left out.
    """
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
