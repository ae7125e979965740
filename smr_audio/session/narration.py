"""The narration of a session: how much is said, in which lines, how it opens and closes."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from smr_audio import units
from smr_audio.errors import ContentError, Problem
from smr_audio.library.library import Library
from smr_audio.library.models import Line, Role
from smr_audio.library.routine import Routine
from smr_audio.library.technique import Technique
from smr_audio.normalize import zh
from smr_audio.options.choices import ALL, Safety, Side, Talk
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import level_of
from smr_audio.records import dataclass, field, replace
from smr_audio.session.phrasing import Wording, listed, lowered
from smr_audio.session.script import NEAR_MS, Gate, Hold, Item, Pause, Rest, Say, SayLength
from smr_audio.session.workload import Workload
from smr_audio.storage.paths import is_file

TechniquePart: TypeAlias = Literal["gate", "setup", "switch", "finish"]
"""What a technique has a shorter form of."""


@dataclass(frozen=True, slots=True)
class TalkPlan:
    """What was asked for, the level of each technique by id, and the kind of safety check."""

    asked: Talk
    techniques: Mapping[str, Talk]
    safety: Safety

    @property
    def session(self) -> Talk:
        """The level of the opening and the closing; at `auto` that of all techniques or learn."""
        if self.asked != "auto":
            return self.asked
        return "learn" if "learn" in self.techniques.values() else "follow"

    def as_json(self) -> dict[str, Any]:
        return {"asked": self.asked, "techniques": {**self.techniques}, "safety": self.safety}


def talk_plan(preferences: Preferences, routine: Routine, techniques: Iterable[str]) -> TalkPlan:
    """The levels of a session. Without a history `auto` is learn."""
    asked = level_of(preferences.talk)
    levels = {name: level_of(preferences.talk, name) for name in techniques}
    usual = routine.safety if asked in ("learn", "auto") else "short"
    told: dict[str, Talk] = {name: "learn" if level == "auto" else level for name, level in levels.items()}
    return TalkPlan(asked, told, preferences.safety or usual)


def lines_for(technique: Technique, part: TechniquePart, level: Talk) -> tuple[Line, ...]:
    """The lines of a part at a level of talk.

    Below learn a technique's shorter lines stand in for its own; a set-up keeps its safety lines.
    """
    own: tuple[Line, ...] = getattr(technique, part)
    shorter: tuple[Line, ...] = () if level == "learn" else getattr(technique.follow, part, ())
    if part != "setup" or not shorter:
        return shorter or own
    return (*(line for line in own if line.safety or line.unless_checked), *shorter)


@dataclass(frozen=True, slots=True)
class Narration:
    """What the lines of a session are made from. `preferences` are those of all layers."""

    routine: Routine
    work: Workload
    library: Library
    wording: Wording
    talk: TalkPlan
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def language(self) -> str:
        return self.wording.phrases.language

    def level(self, technique: Technique) -> Talk:
        level = self.talk.techniques[technique.id]
        return "follow" if technique.told and level == "learn" else level

    def full_name(self, technique: Technique) -> str:
        return technique.name.get(self.language)

    def short(self, technique: Technique) -> str:
        """The name within a sentence."""
        return lowered((technique.short or technique.name).get(self.language))

    def limb(self, technique: Technique, side: Side) -> dict[str, str]:
        words = self.wording.phrases.words
        return {"side": words[side], "limb": words[technique.limb]}

    def part_lines(
        self, technique: Technique, part: TechniquePart, role: Role, side: Side | None
    ) -> Iterator[Say | Pause]:
        """The lines of a part of a technique at its level of talk."""
        return self.lines(technique, lines_for(technique, part, self.level(technique)), role, side)

    def lines(
        self, technique: Technique, lines: Sequence[Line], role: Role, side: Side | None
    ) -> Iterator[Say | Pause]:
        """Lines as they are said; at minimal only the safety lines, and the silences of others.

        So it is with those that were said earlier in the session. A person who needs no
        instructions still needs the time.
        """
        silent = self.level(technique) == "minimal" or (technique.told and role in ("setup", "switch"))
        for line in lines:
            if line.unless_checked and self.talk.safety == "full":
                continue
            said = self.line(technique, line, role, side)
            if line.safety or line.unless_checked:
                yield said
            elif not silent:
                kinds = {"setup": "setup", "move": "move", "caution": "move", "finish": "ease"}
                yield replace(said, gives_way=kinds.get(role))
            elif ticks := said.quiet_ticks + said.then_ticks:
                yield Pause(ticks, kept=role == "switch")

    def again(self, phrase: str, technique: Technique, side: Side | None) -> Say:
        """The line that puts weight on where the set-up is known already."""
        if side is None:
            return self.wording.one(f"{phrase}_both", "load")
        return self.wording.one(phrase, "load", **self.limb(technique, side), **self.wording.nth(2))

    def line(self, technique: Technique, line: Line, role: Role, side: Side | None) -> Say:
        return self.wording.line(line, role, **places(self.wording, technique, side))


def titles(narration: Narration) -> Iterator[Item]:
    """The title, and what is not as the routine has it unless the listener wants it so."""
    title = narration.routine.short or narration.routine.title
    text = narration.wording.sentence(title.get(narration.language))
    yield narration.wording.say(text, "title", at=title.location)
    selection, technique = narration.work.selection, narration.library.technique
    changes = [("left_out", name, name) for name in selection.left_out]
    for phrase, *pair in (*changes, *(("swapped", *pair) for pair in selection.swapped)):
        if selection.reasons[pair[0]].source == "limit":
            name, other = (narration.short(technique(each)) for each in pair)
            yield from narration.wording.phrase(phrase, "title", name=name, other=other)


@lru_cache(maxsize=4096)
def units_of_speech(text: str) -> int:
    """Words, and letters of scripts that have no spaces: none takes a second to say."""
    return len(text.split()) + sum(unicodedata.category(letter) == "Lo" for letter in text)


def tool_names(narration: Narration, technique: Technique) -> Iterator[str]:
    """What to fetch for a technique, in one text, and at learn what serves as well.

    Nothing if all of it is at hand.
    """
    phrases, defaults = narration.wording.phrases, narration.wording.defaults
    learn = narration.talk.session == "learn"
    known = phrases.tools if learn else {**phrases.tools, **phrases.tools_short}
    own = () if ALL in narration.preferences.tools else narration.preferences.tools
    names = []
    for tool in technique.tools:
        others = technique.tool_options if tool == technique.tools[0] else ()
        for each in (one for one in (tool, *others) if one not in known):
            message = f"there is no word for the tool '{each}'; add it to 'tools' in phrases/{narration.language}.yaml"
            raise ContentError([Problem(technique.location, message)])
        name = known[tool]
        # What somebody has said to have is held already.
        other = next((each for each in others if each != tool), None)
        if learn and other and not own:
            pair = sorted((tool, other))  # either way round it is one thing to fetch
            # The comma keeps what follows from being part of the choice.
            space, comma = ("", "\N{FULLWIDTH COMMA}") if zh.is_chinese(narration.language) else (" ", ",")
            name = f"{space}{phrases.words['or']}{space}".join(known[each] for each in pair) + comma
        if name and tool not in defaults.at_hand:
            names.append(name)
    if names:
        yield listed(names, phrases).rstrip(",\N{FULLWIDTH COMMA}")


def pressure(words: Wording, technique: Technique) -> int:
    """The most out of ten that a technique is told to take."""
    return min(words.defaults.pressure_target, technique.cap)


def places(words: Wording, technique: Technique, side: Side | None) -> dict[str, str]:
    """What fills the placeholders in a technique's lines."""
    press = {"press": words.number(pressure(words, technique))} if technique.presses else {}
    return {**words.side(side), **press}


def check_lines(words: Wording, techniques: Sequence[Technique]) -> Iterator[Say]:
    """The whole safety check for a session of these techniques."""
    pressing = [one for one in techniques if one.presses]
    if not pressing and "safety_gentle" in words.phrases.lines:
        yield from words.phrase("safety_gentle", "safety")
    else:
        yield from words.phrase("safety_full", "safety")
        if any(one.muscle in words.defaults.leg_muscles for one in techniques):
            yield from words.phrase("safety_legs", "safety")
        # The pressure that suits all, so that nothing said later contradicts it.
        if pressing:
            target = words.number(min(pressure(words, one) for one in pressing))
            yield from words.phrase("safety_scale", "safety", target=target)
    yield from words.phrase("safety_stop", "safety")


def announcements(narration: Narration, items: Sequence[Item]) -> SayLength:
    """The announcements of every length that this session can have, and of those near it.

    Its silences are known, and a word takes less than a second. What is said in a rest is part of
    it, and where it is exact, silences give way to it.
    """
    silent = work = words = resting = 0
    for item in items:
        if isinstance(item, Say):
            silent += item.quiet_ticks + item.then_ticks
            words += sum(units_of_speech(str(sentence)) for sentence in item.sentences)
        elif isinstance(item, Hold):
            silent, work = silent + item.prepare_ticks + item.ticks, work + item.ticks
        elif isinstance(item, Pause | Gate):
            silent += item.ticks
        elif isinstance(item, Rest):
            resting += item.ticks
    exact = any(isinstance(item, Rest) and item.exact for item in items)
    # An announcement has fewer than twenty words.
    least, most = (work if exact else silent, silent + resting + (words + 20) * units.TICKS_PER_SECOND)
    if fit_ticks := narration.preferences.fit_ticks:
        least, most = min(least, fit_ticks), max(most, fit_ticks)
    lengths = units.abouts_between(units.ms_of_ticks(least) - NEAR_MS, units.ms_of_ticks(most) + NEAR_MS)
    lines = {seconds: announcement(narration.wording, seconds) for seconds in lengths}
    return SayLength(lines, ruler(narration.wording))


def ruler(words: Wording) -> Say:
    """The announcement that takes longest: few languages have a longer number below sixty."""
    return announcement(words, 57 * 60)


def announcement(words: Wording, seconds: int) -> Say:
    minutes, half = divmod(seconds, 60)
    hours, over = divmod(minutes, 60)
    if half:
        phrase = "session_minutes_half" if minutes else "session_half_minute"
    elif minutes == 1:
        phrase = "session_one_minute"
    elif not hours:
        phrase = "session_total"
    else:
        phrase = ("session_hour" if hours == 1 else "session_hours") + ("_minutes" if over else "")
    values = {"hours": words.number(hours), "minutes": words.number(over)}
    if phrase not in words.phrases.lines:
        phrase, values = "session_total", {"minutes": words.number(Decimal(seconds) / 60)}
    line = words.phrases.lines[phrase][0]
    announced = words.line(line, "title", **values)
    for recording in announced.sentences[:1]:
        if not isinstance(recording, str) and not is_file(Path(recording.path)):
            return words.line(replace(line, sound=None), "title", **values)  # few people record all of them
    return announced
