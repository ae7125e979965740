"""Whether a person can do a technique: tools, limits and level, each with its reason."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from smr_audio.errors import SmrAudioError, UsageError
from smr_audio.library.library import Library
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.technique import Technique
from smr_audio.options.choices import ALL
from smr_audio.options.preferences import Preferences
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
        known = self.library.limits() if self.limits else None
        return tuple(each for each in self.limits if known and each in known.medical)

    def first_tools(self, technique: Technique) -> list[str]:
        """The tools that are there of those that a technique may begin its list with."""
        usual = technique.tools[:1]
        options = (*usual, *(tool for tool in technique.tool_options if tool not in usual))
        return [tool for tool in options if self.has(tool)]

    def held(self, technique: Technique) -> Technique:
        return with_first(technique, self.first_tools(technique))

    def held_together(self, techniques: Sequence[Technique]) -> dict[str, Technique]:
        """Techniques by id with as few tools among them as may be: one ball serves for all."""
        first = {one.id: self.first_tools(one) for one in techniques}
        needed = {tool for one in techniques for tool in one.tools[1:]}
        needed |= {tools[0] for tools in first.values() if len(tools) == 1}
        for one in techniques:
            if not needed.intersection(first[one.id]) and first[one.id]:
                often = Counter(tool for tools in first.values() for tool in tools)
                needed.add(max(first[one.id], key=lambda tool: often[tool]))
        useful = {name: [one for one in tools if one in needed] for name, tools in first.items()}
        return {one.id: with_first(one, useful[one.id]) for one in techniques}

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
        words = self.library.phrases(DEFAULT_LANGUAGE).tools.get(tool)
        return words or tool.replace("_", " ")


def with_first(technique: Technique, tools: Sequence[str]) -> Technique:
    """A technique with the first of the tools in the place of its own, if there is one."""
    return replace(technique, tools=(*tools[:1], *technique.tools[1:])) if tools else technique


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
        is_for = technique.muscle == muscle and technique.presses
        if is_for and not person.obstacles(technique):
            found.append(person.held(technique))
    return sorted(found, key=ease)


def ease(technique: Technique) -> tuple[int, bool, int, str]:
    """A key to sort techniques by, the safest first; barbells last of their level."""
    return technique.level, BARBELL in technique.tools, technique.cap, technique.id


def because(obstacles: Iterable[Obstacle]) -> str:
    return "because " + ", and ".join(each.text for each in obstacles)
