"""Made-up techniques and routines of every shape, for the invariants."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, cast, get_args

from hypothesis import strategies as st

from smr_audio.errors import Location
from smr_audio.library.library import Library
from smr_audio.library.models import Line, LocalText
from smr_audio.library.routine import Routine, Step
from smr_audio.library.technique import Follow, HoldRange, Technique
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import HoldChange
from smr_audio.session.narration import TechniquePart
from smr_audio.units import Fraction

HERE = Location("made-up.yaml", 1, 1)
POSITIONS = ("floor-seated", "kneeling", "chair", "standing-rack", "standing")
PROTECTED = ("nerve", "boundary", "stop")
KEYS = (*PROTECTED, "tempo", "breath", "angle", "shift")

# Made once: a strategy that is made in a draw is looked through again for each example.
ANY_PAUSE = st.none() | st.integers(0, 1000)
ANY_PACE = st.none() | st.integers(5, 60)
ANY_SETS = st.none() | st.integers(1, 3)
ANY_SIDE = st.none() | st.sampled_from(["left", "right"])
ANY_KEYS = st.lists(st.sampled_from(KEYS), min_size=1, unique=True)
ANY_TOOLS = st.sampled_from([(), ("foam_roller",), ("barbell", "rack")])
ANY_POSITION = st.sampled_from(POSITIONS)
ANY_MODE = st.sampled_from(["roll", "press_move"])
ONE_OR_TWO = st.sampled_from([1, 2])
ANY_AT = st.none() | st.just("half") | st.integers(0, 120)
LIMBS = st.sampled_from(["leg", "foot", "arm", "side"])
SAFETY = st.sampled_from(["full", "short"])


def text(words: str) -> LocalText:
    return LocalText({"en": words}, HERE)


def lines(draw: st.DrawFn, name: str, least: int, most: int) -> tuple[Line, ...]:
    """Lines of one to three sentences, each with its own silence or its role's."""
    return tuple(
        Line(
            text(" ".join(f"{name} {n} {part}." for part in range(draw(st.integers(1, 3))))),
            HERE,
            then_ticks=draw(ANY_PAUSE),
            safety=draw(st.booleans()),
        )
        for n in range(draw(st.integers(least, most)))
    )


@st.composite
def techniques(draw: st.DrawFn, name: str) -> Technique:
    """A technique with one side or two, with or without a gate, with any coaching."""
    least = draw(st.integers(5, 60))
    default = draw(st.integers(least, 120))
    keys = draw(ANY_KEYS)
    coaching = {key: lines(draw, f"{name} {key}", 1, 1)[0] for key in keys}
    if (last := keys[-1]) not in PROTECTED:
        coaching[last] = replace(coaching[last], at=draw(ANY_AT))
    return Technique(
        id=name,
        name=text(f"Name of {name}"),
        about=text("About."),
        muscle="hamstrings",
        tools=draw(ANY_TOOLS),
        position=draw(ANY_POSITION),
        sides=draw(ONE_OR_TWO),
        mode=draw(ANY_MODE),
        pace=draw(ANY_PACE),
        level=1,
        cap=draw(st.integers(1, 7)),
        hold=HoldRange(least, default, draw(st.integers(default, 300)), HERE),
        setup=lines(draw, f"{name} setup", 0, 3),
        load=lines(draw, f"{name} load", 1, 1)[0],
        move=lines(draw, f"{name} move", 0, 2),
        coaching=coaching,
        switch=lines(draw, f"{name} switch", 1, 2),
        finish=lines(draw, f"{name} finish", 0, 2),
        location=HERE,
        sets=draw(st.integers(1, 3)),
        gate=lines(draw, f"{name} gate", 0, 2),
        easier=lines(draw, f"{name} easier", 0, 1),
        limb=draw(LIMBS),
        follow=_follow(draw, name) if draw(st.booleans()) else None,
    )


def _follow(draw: st.DrawFn, name: str) -> Follow:
    """Shorter lines for some parts."""
    parts = {part: lines(draw, f"{name} {part} again", 0, 1) for part in get_args(TechniquePart) if part != "setup"}
    moves = lines(draw, f"{name} move again", 0, 1)
    setup = lines(draw, f"{name} setup again", 1, 2)
    return Follow(setup, HERE, moves[0] if moves else None, **parts)


@cache
def changes(names: tuple[str, ...]) -> st.SearchStrategy[HoldChange]:
    """Any wish for a hold."""
    target = st.none() | st.sampled_from(names)
    exact = st.builds(_exact, st.integers(5, 300), target, ANY_SIDE)
    added = st.builds(_added, st.integers(-40, 60), target, ANY_SIDE)
    times = st.builds(_times, st.integers(1, 30), target, ANY_SIDE)
    return exact | added | times


@cache
def wishes(names: tuple[str, ...]) -> st.SearchStrategy[list[HoldChange]]:
    """Some wishes for holds."""
    return st.lists(changes(names), max_size=3)


def _exact(seconds: int, name: str | None, side: Any) -> HoldChange:
    return HoldChange("exact", Fraction(seconds), name, side if name else None)


def _added(seconds: int, name: str | None, side: Any) -> HoldChange:
    return HoldChange("add", Fraction(seconds), name, side if name else None)


def _times(tenths: int, name: str | None, side: Any) -> HoldChange:
    return HoldChange("times", Fraction(tenths, 10), name, side if name else None)


class MadeUpLibrary:
    """Looks like a Library of made-up techniques, with the shipped phrases and defaults."""

    def __init__(self, made: dict[str, Technique], shipped: Library) -> None:
        self._made = made
        self.language = shipped.language
        self.phrases = shipped.phrases
        self.lexicon = shipped.lexicon
        self.defaults = shipped.defaults

    def technique(self, name: str) -> Technique:
        return self._made[name]

    def techniques_of(self, steps: tuple[Step, ...]) -> dict[str, Technique]:
        return {step.technique: self._made[step.technique] for step in steps}

    def full_id(self, name: str) -> str:
        return name  # nothing of it is in a pack

    def naming(self, pack: object) -> Callable[[str], str]:
        return self.full_id

    def replaced(self, kind: str, name: str) -> None:
        return None  # and nothing is a shipped one's namesake

    def broken_packs(self, *, look: bool = True) -> tuple[()]:
        return ()


@st.composite
def routines(draw: st.DrawFn, shipped: Library) -> tuple[Routine, Library]:
    """A routine of one to four steps, of techniques that may come back, and its library."""
    names = tuple(f"t{n}" for n in range(draw(st.integers(1, 3))))
    made = {name: draw(techniques(name)) for name in names}
    steps = tuple(
        Step(name, HERE, HERE, settings=Preferences(sets=draw(ANY_SETS)))
        for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    )
    safety: Any = draw(SAFETY)
    routine = Routine("made-up", text("Made up"), text("About."), steps, HERE, safety=safety)
    return routine, cast(Library, MadeUpLibrary(made, shipped))
