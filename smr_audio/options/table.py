"""The table of options: each once, with its names, kind, default and help.

The flags of the command line, the columns of a batch, the keys of routines and profiles, the JSON
of the phone's page, the JSON Schema and the tables of the docs are made from these rows, and all of
them read a value with the row's kind. To add an option, add a field to `Preferences` and a row
here.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias

from smr_audio.errors import UsageError
from smr_audio.options import choices, kinds
from smr_audio.options.kinds import Kind, Number, Time, Word
from smr_audio.options.values import Bed, TalkChoice
from smr_audio.records import dataclass

Scope: TypeAlias = Literal["step", "settings", "profile", "command"]
"""The smallest thing that may have the option: a step of a routine, a routine's settings, a
profile, or a command alone."""

GROUPS: Final[Mapping[str, str]] = {
    "exercises": "Holds, sets and sides",
    "person": "Your tools, body and minutes",
    "speech": "Talk, pace and voice",
    "sound": "Sound and signals",
    "file": "The file",
}
"""The groups of options and their headings in `--help`."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `field` is its name in `Preferences`.

    `flag` names it on the command line (`--flag`) and as a column of a batch, `key` in YAML,
    `json` in requests of the phone's page; each is the field's name unless given, and None where
    the option is not offered. `default` holds where no layer sets it; None leaves it to the
    technique. `names` says which ids its values are, if any. `common` options are in `--help`,
    the others in `--help-all`. `unset` is shown where nothing is set.
    """

    field: str
    kind: Kind
    help: str
    group: str
    scope: Scope = "settings"
    flag: str = ""
    key: str | None = ""
    json: str | None = ""
    default: Any = None
    metavar: str | None = None
    names: Literal["technique", "tool", "limit", "voice", "language"] | None = None
    common: bool = False
    unset: str = "none"

    def __post_init__(self) -> None:
        """The field's name serves where no other is given."""
        for name, usual in (("flag", self.field.replace("_", "-")), ("key", self.field), ("json", self.field)):
            if getattr(self, name) == "":
                object.__setattr__(self, name, usual)

    @property
    def title(self) -> str:
        """What messages and `plan --why` call it."""
        return self.key or self.flag

    def read(self, texts: Iterable[str], name: str = "", *, split: bool = True) -> Any:
        """The value of one text, or of several where the kind takes many.

        A text that may hold several values is split. Raises UsageError, with `name` (the title if
        empty) in front of what is wrong.
        """
        try:
            parts = [part for text in texts for part in (self.kind.parts(text) if split else [text])]
            values = [self.kind.read(part) for part in parts]
            if self.kind.many:
                values = [tuple(dict.fromkeys(one for value in values for one in value))]
            if len(values) != 1:
                raise UsageError(f"takes one value, not {len(values)}")
            self.kind.check(values[0])
        except UsageError as error:
            raise UsageError(described(name or self.title, error)) from None
        return values[0]


def described(name: str, error: UsageError) -> str:
    """A message of a kind, with the option's name in front where it needs one."""
    return f"{name} {error}" if str(error).startswith(("must ", "is ", "takes ")) else str(error)


OPTIONS: Final[tuple[Option, ...]] = (
    Option(
        "holds", kinds.HOLDS,
        "Length of holds: 45, 1m30s, 1:30, +10, -5, x1.5, 150% or '8 passes'; for all, for one "
        "technique (ID=20), one side of it (ID:right=45) or one side of all (left=45).",
        "exercises", "step", "hold", "hold", metavar="[ID[:SIDE]=]TIME", names="technique",
        common=True,
    ),
    Option(
        "holds", kinds.PASSES,
        "Holds of so many passes, or bends and stretches, at each technique's pace.",
        "exercises", "command", "passes", None, None, metavar="[ID[:SIDE]=]N", names="technique",
    ),
    Option(
        "sets", Number(1, choices.MOST_SETS, whole=True), "Sets of each side.", "exercises", "step", metavar="N",
        common=True,
    ),
    Option(
        "rest", Time(0, choices.MOST_REST_S),
        "Rest between sets of a side, from the end of one to the start of the next; unless it is "
        "a profile's, also between a technique with one set and the next technique.",
        "exercises", "step", json="rest_s", metavar="TIME", common=True,
    ),
    Option(
        "rest_between", Time(0, choices.MOST_REST_S),
        "Rest between techniques, from the end of one to the start of the next, whatever their "
        "sets.",
        "exercises", "step", json="rest_between_s", metavar="TIME",
        unset="as long as its lines take",
    ),
    Option(
        "switch", Time(0, choices.MOST_REST_S),
        "Time to change sides, from the end of one to the start of the other.",
        "exercises", "step", json="switch_s", metavar="TIME",
        unset="as long as its lines take",
    ),
    Option(
        "sides", Word(choices.SIDE_CHOICES), "Which sides to work.", "exercises", "step",
        default="both", common=True,
    ),
    Option(
        "first", Word(choices.SIDES), "Side to begin with.", "exercises", "step", default="left",
    ),
    Option("extra", Word(choices.SIDES), "Side to repeat once more.", "exercises", "step"),
    Option(
        "skip", kinds.Names(), "Leave techniques out.", "exercises", metavar="IDS", names="technique",
        common=True,
    ),
    Option(
        "only", kinds.Names(), "Keep only these techniques.", "exercises", metavar="IDS",
        names="technique", unset="everything",
    ),
    Option(
        "swaps", kinds.SWAPS, "Do another technique for the same muscle.", "exercises", "profile",
        "swap", "swap", metavar="OLD=NEW", names="technique",
    ),
    Option(
        "tools", kinds.Names(words=True),
        "All the tools there are, such as foam_roller,bench. What needs others is swapped or left "
        "out. 'all' for everything.",
        "person", "profile", metavar="NAMES", names="tool", common=True, unset="everything",
    ),
    Option(
        "limits", kinds.Names(words=True),
        "What your body does not allow: hips, knees, pregnancy and the like.",
        "person", "profile", "limit", metavar="NAMES", names="limit", common=True,
    ),
    Option(
        "level", Number(1, 3, whole=True),
        "Nothing harder than this; 1 is for a beginner.", "person", "profile", metavar="N",
        unset="any",
    ),
    Option(
        "dose", Word(choices.DOSES),
        "How much each muscle gets: 20 to 30 s a technique, 90 s or 120 s a side.", "person",
    ),
    Option(
        "fit", Time(1, choices.MOST_FIT_S, off=True),
        "Make the session exactly this long: 8m, 7m30s. Holds and sets are chosen.",
        "person", "command", key=None, json=None, metavar="TIME", unset="as long as it takes",
    ),
    Option(
        "fit", kinds.Minutes(1, choices.MOST_FIT_S),
        "Make the session exactly this many minutes long: 8, 7.5.",
        "person", "command", "minutes", None, "minutes", metavar="N", common=True,
    ),
    Option(
        "talk", kinds.TALK,
        "learn: everything; follow, once you know it: position and coaching; minimal: cues, sides, "
        "counts. For one technique: ID=LEVEL.",
        "speech", default=(TalkChoice("learn"),), metavar="[ID=]LEVEL", names="technique",
        common=True,
    ),
    Option(
        "safety", Word(choices.SAFETIES),
        "The safety check at the beginning: whole, or the stop rule only.", "speech", "profile",
        unset="as the routine and the talk have it",
    ),
    Option(
        "pace", Word(choices.PACES),
        "Time to set up and change over: x1.5, x1 or x0.6; holds stay.", "speech",
        default="normal", common=True,
    ),
    Option(
        "rate", Number(choices.LEAST_RATE, choices.MOST_RATE),
        "Pace of the voice as a factor; 2 is twice as fast.", "speech", default=1.0,
        metavar="FACTOR",
    ),
    Option(
        "voice", kinds.Text(), "A voice that `voices` lists, 'auto' or 'silent'.", "speech",
        default="auto", metavar="NAME", names="voice", common=True,
    ),
    Option(
        "language", kinds.Text("a language code such as en", kinds.LANGUAGE_CODE),
        "Language of the session, such as en.", "speech",
        default="en", metavar="CODE", names="language",
    ),
    Option(
        "master", Word(choices.MASTERS),
        "gym: the voice made to be understood in noise; home: less so; flat: as it was spoken.",
        "sound", default="home",
    ),
    Option(
        "loudness", Word(choices.LOUDNESSES), "-19, -16 or -14 LUFS over the session.", "sound",
        default="normal",
    ),
    Option(
        "cues", Word(choices.CUE_SCHEMES), "Which set of signals: clear tones, or softer ones.",
        "sound", default="classic",
    ),
    Option(
        "cue_sounds", kinds.CUE_SOUNDS,
        "A sound file of your own for a cue (start=bell.wav), such as WAV, MP3 or M4A.",
        "sound", flag="cue-sound", json=None, metavar="CUE=FILE",
    ),
    Option(
        "metronome", kinds.Flag(), "Tick the pace of each technique softly through its holds.", "sound",
        default=False,
    ),
    Option(
        "countdown", kinds.Counted(choices.COUNTDOWNS),
        "How the last three seconds of a hold are counted: beeps, voice or both; 10 counts ten.",
        "sound", default="beeps", metavar="[HOW] [N]",
    ),
    Option(
        "prepare", Time(0, 120),
        "Time after “Get ready”, of which the last three seconds are counted.",
        "sound", "step", json="prepare_s", metavar="TIME",
    ),
    Option(
        "bell", kinds.BellTimes(), "A bell each so many seconds of a hold (60), or at some (20,50).",
        "sound", "step", metavar="TIMES",
    ),
    Option(
        "calls", kinds.Names(of=choices.CALLS),
        f"Which calls a hold has: all, none, or some of {', '.join(choices.CALLS)}.", "sound",
        metavar="NAMES", unset="as the talk has them",
    ),
    Option(
        "keep_awake", Word(choices.KEEP_AWAKES),
        "Faint noise under the session, so that headphones do not fall asleep and swallow words.",
        "sound", default="low",
    ),
    Option(
        "bed", kinds.BedSound((choices.NO_BED, *choices.MADE_BEDS)),
        "What is heard under the voice, softer while it speaks: off, rain, brown (deep noise), or a "
        "sound file of your own, which starts anew at each chapter.",
        "sound", metavar="BED", default=Bed(choices.NO_BED), common=True,
    ),
    Option(
        "bed_level", Number(choices.LEAST_BED_DB, choices.MOST_BED_DB),
        "How many dB the bed is under the voice in its pauses.", "sound", default=18.0, metavar="DB",
    ),
    Option(
        "bitrate", Word(choices.BITRATES), "Bits a second of MP3, M4A, M4B and Opus.",
        "file", "profile", json=None, default="96k",
    ),
    Option(
        "artist", kinds.Text(), "The artist that players show.", "file", json=None,
        metavar="NAME", unset="smr-audio",
    ),
    Option(
        "album_title", kinds.Text(), "The album that players show.", "file", json=None,
        metavar="TITLE", unset="Self-massage sessions",
    ),
)  # fmt: skip
"""All options, in the order of `--help`."""

DEFAULTS: Final = {one.field: one.default for one in OPTIONS if one.default is not None}
"""What holds where no layer sets a value. Calls follow the talk; holds, sets and rest are the
technique's own."""

BY_KEY: Final = {one.key: one for one in OPTIONS if one.key is not None}
"""By key in a routine's settings or a profile."""

BY_FLAG: Final = {one.flag: one for one in OPTIONS}
"""By flag of the command line, which is also the column of a batch."""

BY_JSON: Final = {one.json: one for one in OPTIONS if one.json is not None}
"""By name in a request of the phone's page."""

BY_FIELD: Final = {one.field: one for one in reversed(OPTIONS)}
"""By field of `Preferences`; of two spellings the first."""


def texts_of(value: Any) -> list[str]:
    """The texts in a value from JSON; a mapping gives `KEY=VALUE` each. Raises UsageError."""
    if isinstance(value, Mapping):
        return [f"{key}={text}" for key, one in value.items() for text in texts_of(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts_of(one)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, int | float):
        if not abs(value) <= 1e9:  # also NaN; and a long whole number makes no text
            raise UsageError("is out of every range")
        return [str(value)]
    raise UsageError("must be a text, a number, a list or an object of them")


def fields_of(given: Iterable[tuple[Option, Any]]) -> dict[str, Any]:
    """Values by the fields of `Preferences`. Raises UsageError where two options are one."""
    found: dict[str, tuple[Option, Any]] = {}
    for option, value in given:
        if value is None or value == ():
            continue
        if option.field not in found:
            found[option.field] = option, value
            continue
        other, before = found[option.field]
        targets = {one.target for one in before} if option.kind.many else None
        if targets is None or any(one.target in targets for one in value):
            raise UsageError(f"{other.flag} and {option.flag} both say the same; give one of them")
        found[option.field] = other, (*before, *value)
    return {field: value for field, (_, value) in found.items()}
