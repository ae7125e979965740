"""People with tools, limits, a level and habits of every kind, at random."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from smr_audio import Preferences, Swap, TalkChoice
from smr_audio.library.library import Library
from smr_audio.library.technique import Technique
from smr_audio.options.choices import AUTO_TALK, TALKS
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.layers import Layer
from smr_audio.session.phrasing import fill, lowered
from smr_audio.session.script import Say, Script
from tests.conftest import wishes_of

LIBRARY = Library()
TOOLS = tuple(LIBRARY.phrases("en").tools)
LIMITS = LIBRARY.limits().ids
IDS = LIBRARY.technique_ids()
MUSCLES = tuple(dict.fromkeys(LIBRARY.technique(name).muscle for name in IDS))


def random_body(random: Random) -> Preferences:
    """Tools, limits and a level."""
    tools = random.sample(TOOLS, random.randint(1, 8)) if random.random() < 0.6 else ()
    limits = random.sample(LIMITS, random.choice([0, 0, 1, 1, 2, 4]))
    levels: list[Any] = [None, 1] if "first_session" in limits else [None, 1, 2, 3]
    return Preferences(tools=tuple(tools), limits=tuple(limits), level=random.choice(levels))


def random_person(random: Random) -> Preferences:
    """All that a profile may say of what is done."""
    swaps = {}
    for _ in range(random.choice([0, 0, 1, 3])):
        old = random.choice(IDS)
        others = [name for name in IDS if name != old and muscle(name) == muscle(old)]
        if others:
            swaps[old] = random.choice(others)
    return replace(
        random_body(random),
        skip=tuple(random.sample(IDS, random.choice([0, 0, 1, 3]))),
        swaps=tuple(Swap(old, new) for old, new in swaps.items()),
        talk=(TalkChoice(random.choice([*TALKS, AUTO_TALK])),),
    )


def muscle(name: str) -> str:
    return LIBRARY.technique(name).muscle


def asked(told: dict[str, Any]) -> dict[str, Any]:
    """Options as a table of YAML has them, its lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}


def profile(asks: Preferences) -> Layer:
    return Layer("profile", asks)


def session(target: str | Path = "hamstrings", *, person: Preferences | None = None, **options: object) -> Compiled:
    """A session compiled for a person, with options."""
    # A library knows the folder of a file that it loads from then on.
    library = Library() if isinstance(target, Path) else LIBRARY
    return compile_session(
        library.load(target), wishes_of(**options), library=library, profile=profile(person or Preferences())
    )


def heard(script: Script) -> list[str]:
    """The texts of the lines of a script, in order."""
    return [item.text for item in script.items if isinstance(item, Say)]


def phrase(key: str, /, *, language: str = "en", **values: str) -> str:
    """A phrase of one line as it is said."""
    (line,) = LIBRARY.phrases(language).lines[key]
    return fill(line.text.get(language), **values)


def short(name: str) -> str:
    """The name of a technique within a sentence."""
    technique = LIBRARY.technique(name)
    return lowered((technique.short or technique.name).get("en"))


def faults(technique: Technique, person: Preferences) -> list[str]:
    """Why a person must not do a technique; `technique` has the tools that are used."""
    there = {*person.tools, *LIBRARY.defaults().at_hand}
    found = [limit for limit in person.limits if limit in technique.not_for]
    if person.tools:
        found += [tool for tool in technique.tools if tool not in there]
    if person.level is not None and technique.level > person.level:
        found.append(f"level {technique.level}")
    return found


def can_do(name: str, person: Preferences) -> bool:
    """Whether a person can do a technique with the first tool or one that may be in its place."""
    technique = LIBRARY.technique(name)
    firsts = dict.fromkeys((*technique.tools[:1], *technique.tool_options))
    forms = [replace(technique, tools=(tool, *technique.tools[1:])) for tool in firsts]
    return any(not faults(form, person) for form in forms or [technique])
