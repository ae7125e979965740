"""What a person can do, with tools, limits and level, and what is done of a routine for it.

Whatever is changed or left out is reported with its reason.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from smr_audio.errors import SmrAudioError, UsageError
from smr_audio.library.library import Library
from smr_audio.library.routine import Interlude, Step
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.technique import Technique
from smr_audio.options.choices import ALL
from smr_audio.options.preferences import Preferences, unknown_names
from smr_audio.records import dataclass, field, replace
from smr_audio.session.layers import Layers, Origin
from smr_audio.session.script import Notice
from smr_audio.suggest import did_you_mean

BARBELL: Final = "barbell"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a person cannot do a technique, in words for after "because".

    A `final` one allows no other technique: that is for a clinician to decide.
    """

    text: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """What a person has and can do; `library` has the words for it."""

    tools: tuple[str, ...]
    limits: tuple[str, ...]
    level: int | None
    library: Library

    @property
    def medical(self) -> tuple[str, ...]:
        return tuple(each for each in self.limits if each in self.library.limits().medical)

    def first_tools(self, technique: Technique) -> list[str]:
        """The tools that are there of those that a technique may begin its list with."""
        options = dict.fromkeys((*technique.tools[:1], *technique.tool_options))
        return [tool for tool in options if self.has(tool)]

    def held(self, technique: Technique, needed: Collection[str] | None = None) -> Technique:
        """A technique with the first of its tools that is there, and is needed, in the place of its own."""
        tools = [one for one in self.first_tools(technique) if needed is None or one in needed]
        return replace(technique, tools=(*tools[:1], *technique.tools[1:])) if tools else technique

    def held_together(self, techniques: Sequence[Technique]) -> dict[str, Technique]:
        """Techniques by id with as few tools among them as may be: one ball serves for all."""
        first = {one.id: self.first_tools(one) for one in techniques}
        needed = {tool for one in techniques for tool in one.tools[1:]}
        needed |= {tools[0] for tools in first.values() if len(tools) == 1}
        for one in techniques:
            if not needed.intersection(first[one.id]) and first[one.id]:
                often = Counter(tool for tools in first.values() for tool in tools)
                needed.add(max(first[one.id], key=lambda tool: often[tool]))
        return {one.id: self.held(one, needed) for one in techniques}

    def obstacles(self, technique: Technique) -> list[Obstacle]:
        """Everything that keeps this person from this technique; none means it can be done."""
        found = []
        for limit in self.limits:
            if limit in technique.not_for:
                words = self.library.limits().text(limit).shown(DEFAULT_LANGUAGE)
                found.append(Obstacle(f"of {words}", limit in self.medical))
        lacking = (tool for tool in self.held(technique).tools if not self.has(tool))
        found += [Obstacle(f"it needs {self.tool_words(tool)}, which is not among the tools") for tool in lacking]
        if self.level is not None and technique.level > self.level:
            found.append(Obstacle(f"its level is {technique.level}, over {self.level}"))
        return found

    def has(self, tool: str) -> bool:
        return not self.tools or tool in self.tools or tool in self.library.defaults().at_hand

    def tool_words(self, tool: str) -> str:
        """How a tool is asked for: `a foam roller`."""
        return self.library.phrases(DEFAULT_LANGUAGE).tools.get(tool) or tool.replace("_", " ")


def check_tools(tools: Sequence[str], library: Library) -> None:
    known = library.phrases(DEFAULT_LANGUAGE).tools if tools else {}
    for tool in tools:
        if tool not in known and tool != ALL:
            raise UsageError(f"there is no tool '{tool}'; {did_you_mean(tool, known)}")


def person_of(preferences: Preferences, library: Library) -> Person:
    """The person that preferences describe. Raises UsageError for an unknown limit.

    An unknown tool is allowed: a profile may name those of other content.
    """
    tools = () if ALL in preferences.tools else preferences.tools
    for limit in preferences.limits:
        ids = library.limits().ids
        if limit not in ids:
            raise UsageError(f"there is no limit '{limit}'; {did_you_mean(limit, ids)}")
    if "first_session" in preferences.limits and (preferences.level or 1) > 1:
        raise UsageError(f"a first session and level {preferences.level} exclude each other; drop one of the two")
    return Person(tools, preferences.limits, preferences.level, library)


def candidates(muscle: str, person: Person) -> list[Technique]:
    """Techniques for a muscle that a person can do, the easiest first; skips unreadable ones."""
    found = []
    for name in person.library.technique_ids():
        try:
            technique = person.library.technique(name)
        except SmrAudioError:
            continue
        if technique.muscle == muscle and technique.presses and not person.obstacles(technique):
            found.append(person.held(technique))
    return sorted(found, key=ease)


def ease(technique: Technique) -> tuple[int, bool, int, str]:
    """A key to sort techniques by, the safest first; barbells last of their level."""
    return technique.level, BARBELL in technique.tools, technique.cap, technique.id


def because(obstacles: Iterable[Obstacle]) -> str:
    return "because " + ", and ".join(each.text for each in obstacles)


@dataclass(frozen=True, slots=True)
class Selection:
    """The steps to do in order, and their techniques with the tools that are used.

    `interludes` stand before the step of their number, or after the last.
    `left_out` and `swapped` (new, old) are techniques of the routine, by id; `reasons` say why a
    technique is there or not, unless the routine alone decides.
    """

    steps: tuple[Step, ...]
    interludes: Mapping[int, Sequence[Interlude]]
    techniques: dict[str, Technique]
    left_out: tuple[str, ...]
    swapped: tuple[tuple[str, str], ...]
    reasons: dict[str, Origin]
    notices: tuple[Notice, ...]
    person: Person


@dataclass(slots=True)
class _State:
    library: Library
    layers: Layers
    person: Person
    left_out: dict[str, None] = field(default_factory=dict)
    swapped: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, Origin] = field(default_factory=dict)
    notices: dict[Notice, None] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)

    def notice(self, code: str, text: str) -> None:
        self.notices[Notice(code, text)] = None


def choose(
    steps: Sequence[Step | Interlude], techniques: dict[str, Technique], *, layers: Layers, library: Library
) -> Selection:
    """Select steps. Raises UsageError for unknown names, bad swaps, and if nothing is left."""
    ids = [*techniques]
    preferences = layers.combined
    check_tools(layers.options.preferences.tools, library)
    state = _State(library, layers, person_of(preferences, library))
    chosen = {n: step for n, step in enumerate(steps) if isinstance(step, Step) and _is_wanted(step, state)}
    chosen = {n: _swapped(step, ids, state) for n, step in chosen.items()}
    taken = [step.technique for step in chosen.values()]
    possible = {n: _possible(step, taken, state) for n, step in chosen.items()}
    found = {n: step for n, step in possible.items() if step is not None}
    done = [*found.values()]
    names = [*ids, *(step.technique for step in done), *state.passed_over]
    if layers.routine.source == "composed":
        names += library.technique_ids()  # of which it was composed, with the same preferences
    asked = layers.options.preferences
    unknown = [(name, "session", names) for name in unknown_names(asked, names)]
    unknown += [(swap.old, "routine", ids) for swap in asked.swaps if swap.old not in ids]
    for name, what, known in unknown:
        raise UsageError(f"'{name}' is no technique of this {what}; {did_you_mean(name, known)}")
    if not done:
        reasons = "; ".join(notice.text for notice in state.notices if notice.code == "left-out")
        raise UsageError(f"nothing is left to do{f': {reasons}' if reasons else '; skip fewer techniques'}")
    kept = dict.fromkeys(step.technique for step in done)
    held = state.person.held_together([library.technique(name) for name in kept])
    for name, technique in held.items():
        usual = library.technique(name).tools[:1]
        if usual and not state.person.has(usual[0]):
            used, instead = map(state.person.tool_words, (technique.tools[0], usual[0]))
            state.notice("stand-in", f"{name} is done with {used} in place of {instead}")
    for limit in state.person.medical:
        words = library.limits().text(limit).shown(DEFAULT_LANGUAGE)
        state.notice("ask-clinician", f"because of {words}: ask your clinician before you start")
    left_out = tuple(name for name in state.left_out if name not in kept)
    return Selection(
        tuple(done),
        _interludes(steps, found),
        held,
        left_out,
        tuple((new, old) for old, new in state.swapped.items() if new in kept),
        state.reasons,
        tuple(state.notices),
        state.person,
    )


def _interludes(steps: Sequence[Step | Interlude], done: Mapping[int, Step]) -> dict[int, list[Interlude]]:
    """What stands between the steps that are done, but for rounds in which nothing is."""
    rounds = {step.rounds[:depth] for step in done.values() for depth in range(3)}
    places, found = [*done], dict[int, list[Interlude]]()
    for n, one in enumerate(steps):
        if isinstance(one, Interlude) and one.rounds in rounds:
            found.setdefault(bisect_left(places, n), []).append(one)
    return found


def _is_wanted(step: Step, state: _State) -> bool:
    """Options that name what to keep lift everybody's choice; skips add up."""
    routine, options, name = state.layers.routine, state.layers.options, step.technique
    reason: Origin | None = None
    if options.preferences.only:
        if name not in options.preferences.only:
            reason = Origin("option", "only others are kept")
        elif name in options.preferences.skip:
            reason = Origin("option", "skipped")
    elif routine.preferences.only and name not in routine.preferences.only:
        reason = routine.origin("only", "only others are kept")
    else:
        who = next((layer for layer in state.layers if name in layer.preferences.skip), None)
        reason = who.origin("skip", "skipped") if who else None
    if reason is None:
        return True
    state.left_out[name] = None
    state.reasons[name] = reason
    return False


def _swapped(step: Step, ids: Sequence[str], state: _State) -> Step:
    old = step.technique
    swap = next((swap for swap in state.layers.combined.swaps if swap.old == old), None)
    if swap is None:
        return step
    library, is_option = state.library, swap in state.layers.options.preferences.swaps
    if not is_option and swap.new not in library.technique_ids():
        return step  # content that is not there today; reading the profile says so
    before, after = library.technique(old), library.technique(swap.new)
    if before.muscle != after.muscle:
        new, its = (one.muscle.replace("_", " ") for one in (after, before))
        raise UsageError(f"'{swap.new}' is for the {new} and '{old}' for the {its}; swap within a muscle")
    skipped = (state.layers.options.preferences if is_option else state.layers.combined).skip
    others = [new for name, new in state.swapped.items() if name != old]
    fault = ""
    if swap.new in ids or swap.new in others:
        fault = f"'{swap.new}' is in this session already; swap '{old}' for another"
    elif swap.new in skipped:
        fault = f"'{swap.new}' is skipped, so it cannot take the place of '{old}'"
    elif obstacles := state.person.obstacles(after):
        fault = f"'{swap.new}' cannot take the place of '{old}', {because(obstacles)}"
    if fault:
        if is_option:
            raise UsageError(fault)
        return step
    layer = state.layers.options if is_option else state.layers.profile
    state.swapped[old] = swap.new
    state.reasons[swap.new] = layer.origin("swaps", f"in place of {old}")
    return _in_place(step, after)


def _possible(step: Step, taken: list[str], state: _State) -> Step | None:
    """The step if it can be done; else another one for the same muscle, or none."""
    person, name = state.person, step.technique
    if not (person.tools or person.limits or person.level):
        return step
    technique = state.library.technique(name)
    if not (obstacles := person.obstacles(technique)):
        return step
    reason = because(obstacles)
    if name in state.swapped:  # it comes a second time
        return _in_place(step, state.library.technique(state.swapped[name]))
    other = None if any(each.final for each in obstacles) else _variation(technique, taken, state)
    if other is None:
        state.left_out[name] = None
        state.reasons[name] = Origin("limit", reason)
        state.notice("left-out", f"{name} is left out {reason}")
        return None
    taken.append(other.id)
    state.swapped[name] = other.id
    state.reasons[other.id] = Origin("limit", f"in place of {name} {reason}")
    state.notice("swapped", f"{other.id} takes the place of {name} {reason}")
    return _in_place(step, other)


def _variation(technique: Technique, taken: Sequence[str], state: _State) -> Technique | None:
    """The best of the others for its muscle that can be done: its own variations come first."""
    skipped, own = state.layers.combined.skip, technique.variations
    # A stand-in is no harder than what it replaces, and neither done already nor swapped itself.
    others = (other for other in candidates(technique.muscle, state.person) if other.level <= technique.level)
    found = [other for other in others if other.id not in taken and other.id not in state.swapped]
    state.passed_over += [other.id for other in found if other.id in skipped]
    found = [other for other in found if other.id not in skipped]

    def nearness(other: Technique) -> tuple[int, bool, bool]:
        place = own.index(other.id) if other.id in own else len(own)
        return place, other.tools[:1] != technique.tools[:1], other.mode != technique.mode

    return min(found, key=nearness, default=None)


def _in_place(step: Step, technique: Technique) -> Step:
    """A step with another technique: as long and as often as far as that one's range goes."""
    holds, hold = [], technique.hold
    for change in step.holds:
        fitting = Fraction(max(hold.least, min(hold.most, int(change.amount))))
        amount = fitting if change.how == "exact" else change.amount
        holds.append(replace(change, technique=technique.id, amount=amount))
    return replace(step, technique=technique.id, holds=tuple(holds))
