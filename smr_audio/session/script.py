"""A script: what will be said, signalled and held, in order; lengths of speech still unknown."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

from smr_audio import units
from smr_audio.errors import Location
from smr_audio.library.lexicon import NO_LEXICON, Lexicon
from smr_audio.library.models import Role
from smr_audio.options.choices import USUAL_COUNT_S, Countdown, CueName, Side, Talk
from smr_audio.options.kinds import NO_BELLS, Bells
from smr_audio.records import dataclass


@dataclass(frozen=True, slots=True)
class UserRecording:
    """A sound file that is heard in place of a voice, and what is said in it."""

    path: str
    text: str

    def __str__(self) -> str:
        return self.text


Sentence: TypeAlias = str | UserRecording
"""What has one clip: a sentence for a voice, or a recording of a whole line."""


QUIET_TICKS: Final = 32
"""Least quiet after a line and between a cue and speech, 0.256 s, so that none masks another."""

Between: TypeAlias = Literal["sets", "sides", "exercises", "rounds"]


@dataclass(frozen=True, slots=True)
class Say:
    """A line, filled in: its sentences are spoken one by one, then there is silence.

    `sentences` are for the voice, or one recording; `location` is where the text was written.
    `quiet` are the ticks of pause that the text has before each sentence; None, or no entry, is the
    usual pause. `speed` is a factor on the pace of its role. A line that `gives_way` is left out
    of a rest that is too short for it, or a `shorter` one is said instead.
    """

    text: str
    sentences: tuple[Sentence, ...]
    role: Role
    then_ticks: int
    location: Location
    quiet: tuple[int | None, ...] = ()
    speed: float = 1.0
    gives_way: str | None = None
    shorter: "Say | None" = None

    @property
    def quiet_ticks(self) -> int:
        return sum(ticks or 0 for ticks in self.quiet)


NEAR_MS: Final = 5 * 60 * 1000
"""Announcements of lengths up to so far away are spoken along with a new session."""


@dataclass(frozen=True, slots=True)
class SayLength:
    """The announcement of the whole length: a line for each possible length in seconds.

    Any of them gets the time of `ruler`, so the session is as long with each.
    """

    lines: Mapping[int, Say]
    ruler: Say

    def line(self, ms: int) -> Say:
        return self.lines[min(self.lines, key=lambda one: abs(one - units.about_s(ms)))]

    def sentences(self) -> set[Sentence]:
        """Those of which only what is said must be spoken."""
        return {each for line in self.lines.values() for each in line.sentences} - set(self.ruler.sentences)

    def near(self, ms: int, *, estimated: bool) -> Iterator[Say]:
        """The lines for that length and for others up to five minutes away."""
        away_ms = NEAR_MS + (ms // 10 if estimated else 0)  # no voice is further from an estimate
        for seconds in units.abouts_between(ms - away_ms, ms + away_ms):
            if seconds in self.lines:
                yield self.lines[seconds]


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter begins here. `lead_ticks` of quiet come before its first sound.

    `rounds` are the numbers of the rounds that it is in, the outer one first.
    """

    title: str
    technique: str | None
    side: Side | None
    lead_ticks: int
    rounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A cue between lines."""

    cue: CueName


@dataclass(frozen=True, slots=True)
class Calls:
    """What is heard at exact times in a hold; a call that is None is not said.

    `counts` are the words for seconds left, one first. So many seconds are `counted` before the
    end, and `prepared` before the start.
    """

    go: Say | None = None
    halfway: Say | None = None
    one_minute: Say | None = None
    ten_seconds: Say | None = None
    countdown: Countdown = "beeps"
    counts: tuple[Say, ...] = ()
    counted: int = USUAL_COUNT_S
    prepared: int = 0
    bells: Bells = NO_BELLS

    def lines(self) -> Iterator[Say]:
        return filter(None, (self.go, self.halfway, self.one_minute, self.ten_seconds, *self.counts))


@dataclass(frozen=True, slots=True)
class Timed:
    """A line for a time of every hold: so many ticks from its start, or half of it."""

    at_ticks: int | None
    line: Say
    name: str = ""


@dataclass(frozen=True, slots=True)
class Coaching:
    """The lines for the holds of one technique, in order of rotation, and their keys.

    The first `protected` of them are never left out. `talk` decides how many a hold has; `move`
    comes first, at learn in the first hold, at follow in each. `timed` lines take no part in the
    rotation.
    """

    lines: tuple[Say, ...]
    protected: int
    talk: Talk
    names: tuple[str, ...] = ()
    move: Say | None = None
    timed: tuple[Timed, ...] = ()


@dataclass(frozen=True, slots=True)
class Cautions:
    """Here stand the protected coaching lines that find no room in the next hold."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The timed work, `ticks` from the onset of its start cue to that of its end cue.

    `block` is the number of the technique within the session: its holds share one rotation.
    `prepare_ticks` are the silence before it. `rounds` are as for a part, `name` is given where
    the technique is in no file.
    """

    ticks: int
    technique: str
    side: Side | None
    set: int
    block: int
    calls: Calls
    beats_per_minute: int | None = None
    prepare_ticks: int = 0
    rounds: tuple[int, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """The next hold starts `ticks` or more after the end of the last; `line` is said if it fits.

    What comes before it is said right after the one hold, what comes after it right before the
    other. Where it is `exact`, lines and silences give way to it.
    """

    ticks: int
    line: Say | None
    between: Between = "sets"
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence in which a person does what, at less talk, no line says.

    One that is `kept` never gives way to a rest: in it people change sides.
    """

    ticks: int
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """Silence of a fixed length: a `gate`, in which the listener may pause, or a routine's own."""

    ticks: int
    kind: Literal["gate", "pause"] = "gate"


Item: TypeAlias = Say | SayLength | Part | Signal | Cautions | Hold | Rest | Pause | Gate


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the listener or author should know; the session is built all the same."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """A whole session before its times are known.

    `coaching` is by block. `spare` are lines that only other holds, sets or rests need: they are
    spoken too, so that changing those never waits for the voice. A session does not end before
    `end_tick`.
    """

    routine: str
    title: str
    language: str
    items: tuple[Item, ...]
    coaching: tuple[Coaching, ...]
    spare: tuple[Say, ...]
    warnings: tuple[Notice, ...]
    lexicon: Lexicon = NO_LEXICON
    end_tick: int = 0

    @property
    def length(self) -> SayLength | None:
        return next((item for item in self.items if isinstance(item, SayLength)), None)

    def lines(self) -> Iterator[Say]:
        for item in self.items:
            if isinstance(item, Say):
                yield from (item, item.shorter) if item.shorter else (item,)
            elif isinstance(item, SayLength):
                yield from (item.ruler, *item.lines.values())
            elif isinstance(item, Rest) and item.line is not None:
                yield item.line
            elif isinstance(item, Hold):
                yield from item.calls.lines()
        for coaching in self.coaching:
            yield from (*coaching.lines, *filter(None, [coaching.move]), *(one.line for one in coaching.timed))
        yield from self.spare

    def sentences(self) -> dict[Sentence, Location]:
        """Every distinct sentence that may be said, in order, with where it was first written."""
        found: dict[Sentence, Location] = {}
        for line in self.lines():
            for sentence in line.sentences:
                found.setdefault(sentence, line.location)
        return found

    def speeds(self, guide: float) -> dict[Sentence, float]:
        """Each sentence's factor on the voice's own pace; that of all but calls is `guide`.

        One that is said in several lines has the slowest, so it is spoken once.
        """
        found: dict[Sentence, float] = {}
        for line in self.lines():
            factor = line.speed * (1.0 if line.role in ("call", "go") else guide)
            for sentence in line.sentences:
                found[sentence] = min(factor, found.get(sentence, factor))
        return found
