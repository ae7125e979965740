"""Fit a session to a length, or say why it cannot be met and which options would do."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from smr_audio import units
from smr_audio.errors import BuildError, UsageError
from smr_audio.library.models import Defaults
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import TalkChoice
from smr_audio.records import dataclass, replace
from smr_audio.session.compile import Compiled
from smr_audio.session.dosage import most_work_s
from smr_audio.session.script import Sentence
from smr_audio.timeline.fit import Choice, FitError, Fitter
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule

Compiler = Callable[[Preferences, Choice], Compiled]
"""Compiles the session with other options, and with holds and sets of a choice."""

_FOLLOW: Final = (TalkChoice("follow"),)
_SHORTER: Final = (
    ("--pace quick", Preferences(pace="quick")),
    ("--talk follow", Preferences(talk=_FOLLOW)),
    ("--talk follow --pace quick", Preferences(talk=_FOLLOW, pace="quick")),
)
_LONGER: Final = (
    ("--pace relaxed", Preferences(pace="relaxed")),
    ("--dose extended", Preferences(dose="extended")),
    ("--dose extended --pace relaxed", Preferences(dose="extended", pace="relaxed")),
)
"""Options that change the length of a session and not what is worked."""


class LengthError(BuildError):
    """No session has the length. `plainly` says so without options, and `minutes` is the nearest
    whole number that may do, if any.
    """

    plainly: str = ""
    minutes: int | None = None


class TooShortError(LengthError):
    """There is not even time for the shortest session."""


class Known(dict[Sentence, int]):
    """Lengths of sentences; an estimate for one that was never spoken."""

    def __init__(self, known: Mapping[Sentence, int], estimated: Callable[[Sentence], int]) -> None:
        super().__init__(known)
        self._estimated = estimated

    def __missing__(self, sentence: Sentence) -> int:
        self[sentence] = self._estimated(sentence)
        return self[sentence]


@dataclass(frozen=True, slots=True)
class Fitting:
    """A session whose lengths are known, to be fitted."""

    compiled: Compiled
    lengths: Lengths
    compiler: Compiler
    defaults: Defaults

    def session(self) -> Compiled:
        """The session, exactly as long as it should be.

        Raises LengthError if it cannot be met, with by how much, and what would do.
        """
        target = self.compiled.layers.combined.fit_ticks or 0
        try:
            choice, script = self._fitter(Preferences()).fit(target)
        except FitError as error:
            raise self._refusal(target, error) from None
        return replace(self.compiler(Preferences(), choice), script=script)

    def _fitter(self, more: Preferences) -> Fitter:
        compiled = self.compiler(more, {})
        dose, blocks = compiled.layers.combined.dose, compiled.work.blocks
        profile = self.defaults.doses[dose] if dose else None
        muscles = Counter(block.technique.muscle for block in blocks)
        return Fitter(
            blocks,
            {muscle: most_work_s(profile, self.defaults, techniques=count) for muscle, count in muscles.items()},
            lambda choice: self.compiler(more, choice).script,
            lambda script: schedule(script, self.lengths).end_tick,
        )

    def _refusal(self, target: int, error: FitError) -> LengthError:
        what = f"'{self.compiled.script.routine}' cannot take {_clock(target)}"
        kind = TooShortError if error.nearest_ticks > target else LengthError
        if error.muscle is not None:
            return kind(
                f"{what}: its {error.muscle.replace('_', ' ')} get {error.work_s} s a side at "
                f"least, and {error.most_s} s is the most; leave a technique out, or do fewer sets"
            )
        off = _clock(abs(error.nearest_ticks - target))
        if kind is TooShortError:
            seconds = -(-error.nearest_ticks // units.TICKS_PER_SECOND)
            wording = f"it takes {units.clock(seconds)} at least"
            off, minutes = f", {off} more", -(-seconds // 60)
            would = [*self._that_do(target, _SHORTER), *self._skips(target)]
        else:
            seconds = error.nearest_ticks // units.TICKS_PER_SECOND
            wording = f"it takes {units.clock(seconds)} at most"
            off, minutes = f", {off} less", seconds // 60
            would = [*self._that_do(target, _LONGER)]
            if error.over_ticks is not None:
                longer = -(-error.over_ticks // units.TICKS_PER_SECOND)
                wording = f"it takes {units.clock(seconds)} or {units.clock(longer)}, none between"
                off = ""
                would.append(f"--fit {longer // 60}m{longer % 60}s")
        would.append(f"--fit {seconds // 60}m{seconds % 60}s")
        refusal = kind(f"{what}: {wording}{off}; what would do: {', or '.join(would)}")
        refusal.plainly, refusal.minutes = wording, minutes or None
        return refusal

    def _that_do(self, target: int, options: Iterable[tuple[str, Preferences]]) -> Iterator[str]:
        preferences = self.compiled.layers.options.preferences
        for text, more in options:
            if more.over(preferences) != preferences and self._can(target, more):
                yield text
                return

    def _skips(self, target: int) -> Iterator[str]:
        """The last techniques, as few as need be left out.

        Without them something else would be composed, so that is no advice then.
        """
        if self.compiled.layers.routine.source == "composed":
            return
        names = list(dict.fromkeys(block.technique.id for block in self.compiled.work.blocks))
        skips = [Preferences(skip=tuple(names[-count:])) for count in range(1, len(names))]
        # Each left out makes it shorter, so halving finds the first that is short enough.
        first = bisect_left(skips, True, key=lambda more: self._can(target, more, Fitter.is_short))
        for more in skips[first:]:
            if self._can(target, more):
                yield " ".join(f"--skip {name}" for name in more.skip)
                return

    def _can(self, target: int, more: Preferences, test: Callable[[Fitter, int], object] = Fitter.fit) -> bool:
        try:
            return bool(test(self._fitter(more), target))
        except (UsageError, FitError):
            return False


def _clock(ticks: int) -> str:
    seconds, rest = divmod(ticks, units.TICKS_PER_SECOND)
    return units.clock(seconds) + (f".{units.ms_of_ticks(rest):03}" if rest else "")
