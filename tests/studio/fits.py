"""Sessions of every kind to be fitted, and a check of what came of it that knows no fitter."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from random import Random

from smr_audio import BuildError, Preferences, Routine, UsageError, parse_hold, parse_talk, units
from smr_audio.cli.options import read_preferences
from smr_audio.cli.plan import command as plan_command
from smr_audio.options.choices import TALKS
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.compose import Composition, compose
from smr_audio.session.script import Hold, Pause, Rest, Say, Script, Sentence
from smr_audio.session.workload import Block, FittedBlock
from smr_audio.studio.fitting import Fitting, TooShortError
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.units import TICK
from smr_audio.voices.silent import estimated_samples
from tests.conftest import CUE_TICKS
from tests.session.people import LIBRARY, MUSCLES, profile, random_body

ROUTINES = [LIBRARY.load(name) for name in LIBRARY.routine_ids()]
DEFAULTS = LIBRARY.defaults()
Choice = Mapping[int, FittedBlock]


class Spoken(dict[Sentence, int]):
    """How long sentences are: by their words, or as the voice `silent` has them."""

    def __init__(self, *, silent: bool) -> None:
        super().__init__()
        self.silent = silent

    def __missing__(self, sentence: Sentence) -> int:
        text = str(sentence)
        words = 37 + 37 * len(text.split())
        silent = units.ticks_of_samples(estimated_samples(text, rate=1.0))
        self[sentence] = silent if self.silent else words
        return self[sentence]


@dataclass(frozen=True)
class Case:
    """A session that shall have a length, and all that is needed to compile it again."""

    routine: Routine
    person: Preferences
    options: Preferences
    lengths: Lengths

    def compiled(self, more: Preferences | None = None, choice: Choice | None = None) -> Compiled:
        options = more.over(self.options) if more else self.options
        return compile_session(self.routine, options, library=LIBRARY, profile=profile(self.person), fitted=choice)

    def ticks(self, script: Script) -> int:
        return schedule(script, self.lengths).end_tick

    def fitted(self) -> Compiled:
        fitting = Fitting(
            self.compiled(), self.lengths, self.compiled,
            DEFAULTS,
        )  # fmt: skip
        return fitting.session()

    @property
    def target(self) -> int:
        return self.compiled().layers.combined.fit_ticks or 0


def random_case(seed: int) -> Case | None:
    """A session at random with a length at random; None where there is nothing to do."""
    random = Random(seed)
    person = random_body(random) if random.random() < 0.5 else Preferences()
    sides = random.choice([None, None, None, "both", "left", "right"])
    options = Preferences(
        talk=random.choice([(), *((parse_talk(level),) for level in TALKS)]),
        pace=random.choice([None, "relaxed", "normal", "quick"]),
        dose=random.choice([None, None, "article", "standard", "extended"]),
        sets=random.choice([None, None, None, 1, 2, 3]),
        rest=random.choice([None, None, 0, 20]),
        switch=random.choice([None, None, 15]),
        rest_between=random.choice([None, None, 40]),
        prepare=random.choice([None, None, 5]),
        sides=sides,  # type: ignore[arg-type]
        extra=random.choice([None, None, None, "left"]) if sides is None else None,
    )
    try:
        if random.random() < 0.4:
            muscles = tuple(random.sample(MUSCLES, random.choice([1, 1, 2, 3])))
            routine = random.choice(compose(Composition(muscles), options.over(person), library=LIBRARY))
        else:
            routine = random.choice(ROUTINES)
        case = Case(routine, person, options, Lengths(Spoken(silent=random.random() < 0.5),
                                                      CUE_TICKS))  # fmt: skip
        natural = case.compiled()
    except UsageError:
        return None
    wishes = {0: "40", 1: "x1.5", 2: "{}=25", 3: "{}:left=40", 4: "8 passes"}
    wishes |= {5: "{}=20/30/40"} if options.sets is None else {}
    wish = wishes.get(random.randrange(12))
    if wish is not None:
        name = natural.work.blocks[0].technique.id
        options = replace(options, holds=(parse_hold(wish.format(name)),))
    ticks = int(case.ticks(natural.script) * random.uniform(0.6, 1.9))
    return replace(case, options=replace(options, fit=max(ticks, 125) * TICK))


def check_case(seed: int, *, most_blocks: int = 1) -> str:
    """Fit one and hold what comes of it to all that is promised; what came of it."""
    case = random_case(seed)
    if case is None:
        return "none"
    try:
        fitted = case.fitted()
    except BuildError as error:
        check_refusal(case, error, most_blocks=most_blocks)
        return "refused"
    check_fit(case, fitted)
    return "fitted"


def check_fit(case: Case, fitted: Compiled) -> None:
    """Exactly as long as asked, every hold in its range, no silence stretched too far."""
    assert case.ticks(fitted.script) == case.target
    natural = case.compiled()
    for block, before in zip(fitted.work.blocks, natural.work.blocks, strict=True):
        hold = block.technique.hold
        for one, asked in zip(block.passes, before.passes, strict=True):
            if asked.named:
                assert one.hold_s == asked.hold_s
            else:
                assert all(hold.least <= each <= hold.most for each in one.holds_s)
                assert one.ladder in ((), asked.ladder) or one.ladder == tuple(
                    max(hold.least, min(hold.most, each * one.hold_s // asked.hold_s)) for each in asked.ladder
                )
            assert one.sets == block.sets.value
        if before.sets.named:
            assert block.sets == before.sets
        sides = {one.hold_s for one in block.passes}
        assert len(sides) <= len({asked.hold_s for asked in before.passes})
    assert over_dose(case, fitted) == []
    choice = {index: FittedBlock(block.sets.value, tuple(one.hold_s for one in block.passes))
              for index, block in enumerate(fitted.work.blocks)}  # fmt: skip
    plain = case.compiled(choice=choice).script
    for one, was in zip(fitted.script.items, plain.items, strict=True):
        if isinstance(one, Say) and isinstance(was, Say):
            assert replace(one, then_ticks=was.then_ticks) == was
            assert was.then_ticks <= one.then_ticks <= was.then_ticks * 1.5 + 3
        elif isinstance(one, Pause) and isinstance(was, Pause):
            assert was.ticks <= one.ticks <= was.ticks * 1.5 + 3
        else:
            assert one == was


def over_dose(case: Case, compiled: Compiled) -> list[str]:
    """The muscles of which a side gets more than its dose allows."""
    dose = compiled.layers.combined.dose
    found = []
    counts = Counter(block.technique.muscle for block in compiled.work.blocks)
    for muscle, count in counts.items():
        for side in ("left", "right"):
            done = sum(sum(one.holds_s) for block in compiled.work.blocks
                       if block.technique.muscle == muscle
                       for one in block.passes if one.side in (None, side))  # fmt: skip
            most = DEFAULTS.dose.soft_cap_s
            if dose:
                profile = DEFAULTS.doses[dose]
                most = profile.hold_s * profile.sets * (count if profile.per == "technique" else 1)
            if done > most:
                found.append(f"{muscle} {side}: {done} s")
    return found


def check_refusal(case: Case, error: BuildError, *, most_blocks: int = 2) -> None:
    """It says too short only if the shortest is too long, else nothing comes near; what it says
    would do does. Of up to `most_blocks` techniques each may have its own number of sets."""
    text, target = str(error), case.target
    blocks = case.compiled().work.blocks
    shortest = case.compiled(choice={i: least_of(block) for i, block in enumerate(blocks)})
    if "s is the most;" in text:
        assert over_dose(case, shortest)
        return
    assert not over_dose(case, shortest)
    if isinstance(error, TooShortError):
        assert case.ticks(shortest.script) > target
    else:
        assert case.ticks(shortest.script) <= target
        assert not any(that_would_do(case, target, most_blocks)), text
    for suggestion in re.split(r", or ", text.split("what would do: ")[1]):
        more = wishes_of(suggestion)
        better = replace(case, options=more.over(case.options))
        check_fit(better, better.fitted())


def wishes_of(suggestion: str) -> Preferences:
    """What a suggestion says, read as the command reads it."""
    params = plan_command.make_context("plan", ["x", *suggestion.split()]).params
    for name in ("target", "picture", "text", "muscles", "why", "no_profile", "content",
                 "as_json"):  # fmt: skip
        params.pop(name)
    return read_preferences(params)


def least_of(block: Block) -> FittedBlock:
    hold = block.technique.hold
    holds = tuple(one.hold_s if one.named else hold.least for one in block.passes)
    return FittedBlock(block.sets.value if block.sets.named else 1, holds)


def that_would_do(case: Case, target: int, most_blocks: int) -> Iterator[bool]:
    """Whether the length can be met with some sets, and with holds grown together."""
    blocks = case.compiled().work.blocks
    sets = [
        [block.sets.value] if block.sets.named else
        range(1, max(4, block.sets.value) + 1) if block.technique.level < 3 else
        range(1, block.sets.value + 1)
        for block in blocks
    ]  # fmt: skip
    choices = list(product(*sets)) if len(blocks) <= most_blocks else [
        tuple(min(n, max(each)) if len(each) > 1 else each[0] for each in sets) for n in range(1, 9)
    ]  # fmt: skip
    for chosen in choices:
        low, high, best = 0, 400, None
        while low < high:
            middle = (low + high) // 2
            choice = {i: grown(block, chosen[i], middle) for i, block in enumerate(blocks)}
            compiled = case.compiled(choice=choice)
            if over_dose(case, compiled) or case.ticks(compiled.script) > target:
                high = middle
            else:
                low, best = middle + 1, compiled
        if best is not None:
            yield case.ticks(longest(best.script)) >= target


def grown(block: Block, sets: int, percent: int) -> FittedBlock:
    hold = block.technique.hold
    holds = tuple(
        one.hold_s if one.named else
        max(hold.least, min(hold.most, one.hold_s * percent // 100))
        for one in block.passes
    )  # fmt: skip
    return FittedBlock(sets, holds)


def longest(script: Script) -> Script:
    """A script whose silences are as long as may be: each of a second or more by half."""
    items, resting, exact = list(script.items), False, False
    following: list[bool] = []  # whether the rest before the next hold is exact
    for item in reversed(items):
        exact = not isinstance(item, Hold) and (exact or (isinstance(item, Rest) and item.exact))
        following.append(exact)
    since = False
    for place, item in enumerate(items):
        if isinstance(item, Rest):
            resting = True
        elif isinstance(item, Hold):
            resting, since = False, True
        elif resting or (since and following[-1 - place]):
            continue
        elif isinstance(item, Pause) and item.ticks >= 125:
            items[place] = replace(item, ticks=item.ticks + item.ticks // 2)
        elif isinstance(item, Say) and item.then_ticks >= 125 and item.role in (
            "fetch", "setup", "move", "caution", "switch", "finish", "next",
        ):  # fmt: skip
            items[place] = replace(item, then_ticks=item.then_ticks + item.then_ticks // 2)
    return replace(script, items=tuple(items))
