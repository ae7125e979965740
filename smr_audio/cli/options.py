"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import click

from smr_audio import units
from smr_audio.cli.targets import TechniqueType
from smr_audio.errors import UsageError
from smr_audio.options import choices, holds, preferences
from smr_audio.options.holds import HoldChange
from smr_audio.options.preferences import CueSound, Preferences, Swap

F = TypeVar("F", bound=Callable[..., Any])


class ParsedType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A text that a function of the library reads, or refuses with a UsageError."""

    def __init__(self, name: str, parse: Callable[[str], Any], made: type) -> None:
        """`made` is the type of what `parse` gives, which passes as it is."""
        self.name = name
        self._parse = parse
        self._made = made

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """What the function makes of it."""
        if isinstance(value, self._made):
            return value
        try:
            return self._parse(str(value))
        except UsageError as error:
            self.fail(str(error), param, ctx)


class FolderType(click.Path):
    """A folder to write to. Nothing is none: as a path it would be where one happens to be."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Its path."""
        if value == "":
            self.fail("name a folder; . is the one you are in", param, ctx)
        return super().convert(value, param, ctx)


class SecondsType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A time such as `10`, `1.5s` or `1m30s`, in ticks; `off` is 0 where that is taken."""

    name = "time"

    def __init__(self, most_s: int = choices.MOST_REST_S, *, off: bool = False) -> None:
        """A time of up to `most_s` seconds."""
        self._most_s = most_s
        self._off = off

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Whole ticks."""
        if isinstance(value, int):
            return value
        if self._off and str(value) == "off":
            return 0
        try:
            seconds = units.parse_seconds(str(value))
        except ValueError:
            self.fail(f"'{value}' is no time; write 10, 10s or 1m30s", param, ctx)
        if not self._off <= seconds <= self._most_s:
            least = int(self._off)
            self.fail(f"must be {least} to {self._most_s} seconds, not {value}", param, ctx)
        return units.ticks_of_seconds(Fraction(seconds))


class RoutineLengthType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """`ROUTINE=TIME`, as its id and ticks; `off` is 0."""

    name = "length"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """(id, ticks)."""
        if isinstance(value, tuple):
            return value
        routine, equals, time = (part.strip() for part in str(value).partition("="))
        if not equals:
            self.fail(
                f"a length is of one routine; write ROUTINE={value}, such as full-body=25m, or "
                "build it with --fit and --save", param, ctx,
            )  # fmt: skip
        return routine, SecondsType(choices.MOST_FIT_S, off=True).convert(time, param, ctx)


class MinutesType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer click
    """A number of minutes such as `8` or `7.5`, in ticks."""

    name = "minutes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Whole ticks."""
        if isinstance(value, int):
            return value
        if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", str(value)):
            self.fail(f"'{value}' is no number of minutes; write 8 or 7.5", param, ctx)
        minutes = Fraction(str(value))
        if not 1 <= 60 * minutes <= choices.MOST_FIT_S:
            most = choices.MOST_FIT_S // 60
            self.fail(f"must be a second to {most} minutes, not {value}", param, ctx)
        return units.ticks_of_seconds(60 * minutes)


_HOLD = ParsedType("hold", holds.parse_hold, HoldChange)
_CUE_SOUND = ParsedType("cue sound", preferences.parse_cue_sound, CueSound)
_CALLS = ParsedType("calls", preferences.parse_calls, tuple)
_PASSES = ParsedType("passes", holds.parse_passes, HoldChange)
_SWAP = ParsedType("swap", preferences.parse_swap, Swap)
_NAMES = ParsedType("names", preferences.parse_names, tuple)
_PREFERENCES = (
    click.option("--hold", "holds", type=_HOLD, multiple=True, metavar="[ID[:SIDE]=]TIME",
                 help="Length of holds: 45, 45s, 1m30s, +10, -5 or x1.5; for all, for one "
                 "technique (ID=20) or one side of it (ID:right=45). Repeatable."),
    click.option("--passes", "passes", type=_PASSES, multiple=True, metavar="[ID[:SIDE]=]N",
                 help="Holds of so many passes, or bends and stretches, at each technique's pace. "
                 "Repeatable."),
    click.option("--sets", type=click.IntRange(1, choices.MOST_SETS),
                 help="Sets of each side."),
    click.option("--rest", "rest_ticks", type=SecondsType(),
                 help="Rest between sets of a side, from the end of one to the start of the next: "
                 "15, 15s, 1m30s."),
    click.option("--sides", type=click.Choice(choices.SIDE_CHOICES),
                 help="Which sides to work."),
    click.option("--first", type=click.Choice(choices.SIDES), help="Side to begin with."),
    click.option("--extra", type=click.Choice(choices.SIDES),
                 help="Side to repeat once more."),
    click.option("--skip", type=TechniqueType(), multiple=True, metavar="ID",
                 help="Leave a technique out. Repeatable."),
    click.option("--only", type=TechniqueType(), multiple=True, metavar="ID",
                 help="Keep only these. Repeatable."),
    click.option("--swap", "swaps", type=_SWAP, multiple=True, metavar="OLD=NEW",
                 help="Do another technique for the same muscle. Repeatable."),
    click.option("--tools", type=_NAMES, metavar="NAMES",
                 help="All the tools there are: foam_roller,bench. What needs others is swapped "
                 "or left out. 'all' for everything."),
    click.option("--limit", "limits", type=_NAMES, multiple=True, metavar="NAMES",
                 help="What your body does not allow: hips, knees, pregnancy and the like. "
                 "Repeatable."),
    click.option("--level", type=click.IntRange(choices.LEAST_LEVEL, choices.MOST_LEVEL),
                 help="1 for a beginner, to 3: nothing harder than that."),
    click.option("--dose", type=click.Choice(choices.DOSES),
                 help="How much each muscle gets: 20 to 30 s a technique, 90 s or 120 s a side."),
    click.option("--pace", type=click.Choice(choices.PACES),
                 help="Time to set up and change over: x1.5, x1 or x0.6; holds stay."),
    click.option("--talk", type=click.Choice(choices.TALKS),
                 help="full: everything; brief: stop rule, names, sides, calls; minimal: cues, "
                 "sides, counts."),
    click.option("--rate", type=click.FloatRange(choices.LEAST_RATE, choices.MOST_RATE),
                 help="Pace of the voice as a factor; 2 is twice as fast."),
    click.option("--voice", metavar="NAME",
                 help="A voice that `voices` lists, 'auto' or 'silent'."),
    click.option("--language", metavar="CODE", help="Language of the session, such as en."),
    click.option("--master", type=click.Choice(choices.MASTERS),
                 help="gym: the voice made to be understood in noise; flat: as it was spoken."),
    click.option("--loudness", type=click.Choice(choices.LOUDNESSES),
                 help="-19, -16 or -14 LUFS over the session."),
    click.option("--cues", type=click.Choice(choices.CUE_SCHEMES),
                 help="Which set of signals: clear tones, or softer ones."),
    click.option("--cue-sound", "cue_sounds", type=_CUE_SOUND, multiple=True,
                 metavar="CUE=FILE",
                 help="A sound file of your own for a cue (start=bell.wav): WAV, FLAC, MP3 or "
                 "OGG. Repeatable."),
    click.option("--metronome/--no-metronome", "metronome", default=None,
                 help="Tick the pace of each technique softly through its holds."),
    click.option("--countdown", type=click.Choice(choices.COUNTDOWNS),
                 help="How the last three seconds of a hold are counted."),
    click.option("--calls", type=_CALLS, metavar="NAMES",
                 help="Which calls a hold has: all, none, or some of "
                 f"{','.join(choices.CALLS)}."),
    click.option("--keep-awake", type=click.Choice(choices.KEEP_AWAKES),
                 help="Faint noise under the session, so that headphones do not fall asleep and "
                 "swallow words."),
)  # fmt: skip
_LENGTH = (
    click.option("--fit", "fit_ticks", type=SecondsType(choices.MOST_FIT_S, off=True),
                 metavar="TIME",
                 help="Make the session exactly that long: 8m, 7m30s. Holds and sets are chosen."),
    click.option("--minutes", type=MinutesType(), metavar="N",
                 help="The same in minutes: --minutes 8."),
)  # fmt: skip


def session_options(command: F) -> F:
    """Add the options that say what a session should be; they arrive as `wishes`."""
    for option in reversed(_LENGTH):
        command = option(command)
    return content_option(wish_options(command))


def wish_options(command: F) -> F:
    """Add those that may be about every session."""
    for option in reversed(_PREFERENCES):
        command = option(command)
    return command


def content_option(command: F) -> F:
    """Add `--content`."""
    return click.option(
        "--content", "content", type=click.Path(path_type=Path), multiple=True, metavar="DIR",
        help="A folder of your own content, searched first, or a pack, also as a ZIP. Repeatable.",
    )(command)  # fmt: skip


def profile_option(command: F) -> F:
    """Add `--no-profile`; it arrives as `no_profile`."""
    return click.option("--no-profile", is_flag=True, help="Leave aside what your profile says.")(
        command
    )


def json_option(command: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")(command)


def read_preferences(wishes: dict[str, Any]) -> Preferences:
    """Preferences from the options' values. Raises UsageError for two that are one."""
    for name in ("calls", "tools"):
        wishes[name] = wishes.get(name) or ()
    wishes["limits"] = tuple(dict.fromkeys(each for names in wishes["limits"] for each in names))
    wishes["holds"] = holds.joined(wishes["holds"], wishes.pop("passes"))
    if (minutes_ticks := wishes.pop("minutes", None)) is not None:
        if wishes["fit_ticks"] is not None:
            raise UsageError("--fit and --minutes are one wish; give one of them")
        wishes["fit_ticks"] = minutes_ticks
    return Preferences(**wishes)
