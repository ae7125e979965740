"""Compose a session from the library: techniques for the given muscles.

They fit tools, limits and level, are in the order with the fewest changes of tools and positions,
the safest first, and none has a barbell for a beginner or at the start.
"""

from collections.abc import Sequence
from functools import cache, partial
from itertools import chain
from typing import Final

from smr_audio.errors import Location, UsageError
from smr_audio.library.library import Library
from smr_audio.library.models import LocalText
from smr_audio.library.routine import Routine, Step
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.technique import Technique
from smr_audio.normalize.quantities import capitalised
from smr_audio.options.kinds import Names
from smr_audio.options.preferences import Preferences, named_in_full
from smr_audio.records import dataclass, replace
from smr_audio.session.phrasing import listed
from smr_audio.session.selection import BARBELL, Person, because, candidates, check_tools, ease, person_of

PREFIX: Final = "for"
BEGINNER: Final = 1
MOST_MUSCLES: Final = 12
MOST_A_MUSCLE: Final = 3
"""More techniques for one muscle than these would be more setting up than work."""


@dataclass(frozen=True, slots=True)
class Composition:
    """What to compose: muscles, by id or in people's words ("glutes"), in the order of naming."""

    muscles: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.muscles) <= MOST_MUSCLES:
            raise UsageError(f"name 1 to {MOST_MUSCLES} muscles, not {len(self.muscles)}")

    @classmethod
    def named(cls, target: str) -> "Composition | None":
        """What `for:hamstrings,calves` asks for; None for a target of another kind."""
        prefix, colon, muscles = target.partition(":")
        return cls(Names(words=True).read(muscles.replace("+", " "))) if colon and prefix == PREFIX else None

    @property
    def id(self) -> str:
        return "for-" + "-".join(muscle.replace("_", "-") for muscle in self.muscles)


def compose(
    composition: Composition, options: Preferences, *, library: Library, profile: Preferences | None = None
) -> tuple[Routine, ...]:
    """Sessions for the muscles, from the one with the fewest techniques to the one with the most.

    Options win over a profile; without a level it is for a beginner. Raises UsageError for an
    unknown muscle, and for one that no technique fits, with the reasons.
    """
    check_tools(options.tools, library)
    preferences = named_in_full(options.over(profile or Preferences()), library.full_id)
    language = library.language(preferences.language or DEFAULT_LANGUAGE)
    composition = Composition(library.muscles_named(composition.muscles, language))
    person = person_of(replace(preferences, level=preferences.level or BEGINNER), library)
    beginner = (person.level or BEGINNER) <= BEGINNER

    def fits(one: Technique) -> bool:
        return one.id not in preferences.skip and not (beginner and BARBELL in one.tools)

    pools = {muscle: [*filter(fits, candidates(muscle, person))] for muscle in composition.muscles}
    if empty := [muscle for muscle, pool in pools.items() if not pool]:
        raise UsageError("; ".join(_nothing_fits(muscle, person, preferences) for muscle in empty))
    ranked = [_ranked(pool, list(chain(*pools.values()))) for pool in pools.values()]
    here = Location(f"--for {','.join(composition.muscles)}")
    phrases, settings = library.phrases(language), Preferences(dose="standard")
    names = [phrases.muscles.get(one, one.replace("_", " ")) for one in composition.muscles]
    title = LocalText({language: capitalised(listed(names, phrases))}, here)
    routines: list[Routine] = []
    for count in range(1, MOST_A_MUSCLE + 1):
        techniques = [one for pool in ranked for one in pool[:count]]
        techniques = list(person.held_together(techniques).values())
        if routines and len(techniques) == len(routines[-1].steps):
            break
        steps = tuple(Step(one.id, here, here) for one in in_order(techniques))
        routines.append(Routine(composition.id, title, title, steps, here, settings=settings, composed=True))
    return tuple(routines)


def in_order(techniques: Sequence[Technique]) -> list[Technique]:
    """Techniques in the order with the fewest changes of position and tools, of equals the easiest.

    A barbell comes first only if there is nothing else.
    """
    places = list(dict.fromkeys(_place(one) for one in sorted(techniques, key=ease)))
    by_place = {place: sorted((one for one in techniques if _place(one) == place), key=ease) for place in places}
    if len(places) <= 8:  # ways to go through that many are counted in a few milliseconds
        order = _exact_order(places)
    else:
        order = [next((place for place in places if BARBELL not in place[1]), places[0])]
        while left := [place for place in places if place not in order]:
            order.append(min(left, key=partial(_changes, order[-1])))
    return [one for place in order for one in by_place[place]]


_Place = tuple[str, tuple[str, ...]]  # the position and the tools


def _place(technique: Technique) -> _Place:
    return technique.position, technique.tools


def _changes(before: _Place | None, after: _Place) -> int:
    """What must be done to go on there: another position, and each tool that is fetched."""
    if before is None:
        return 0
    return (before[0] != after[0]) * 2 + len(set(after[1]) - set(before[1]))


def _exact_order(places: Sequence[_Place]) -> list[_Place]:
    """The order with the fewest changes; places come the easiest first, which breaks ties."""

    @cache
    def best(last: _Place | None, left: frozenset[int]) -> tuple[int, tuple[int, ...]]:
        if not left:
            return 0, ()
        soft = [n for n in left if BARBELL not in places[n][1]] if last is None else []
        return min(
            (_changes(last, places[n]) + cost, (n, *order))
            for n in soft or left
            for cost, order in (best(places[n], left - {n}),)
        )

    return [places[n] for n in best(None, frozenset(range(len(places))))[1]]


def _ranked(pool: Sequence[Technique], everybody: Sequence[Technique]) -> list[Technique]:
    """The easiest first; of equals what shares its place with most others, then the evidence."""

    def shared(one: Technique) -> int:
        others = [other for other in everybody if other.muscle != one.muscle]
        return sum(2 * (_place(other) == _place(one)) + (other.tools == one.tools) for other in others)

    return sorted(pool, key=lambda one: (one.level, -shared(one), one.grade, ease(one)))


def _nothing_fits(muscle: str, person: Person, preferences: Preferences) -> str:
    words = person.library.phrases(DEFAULT_LANGUAGE).muscles[muscle]
    reasons = []
    for one in candidates(muscle, Person((), (), None, person.library)):
        why = "because a barbell is not for beginners"
        if one.id in preferences.skip:
            why = "because it is skipped"
        elif obstacles := person.obstacles(one):
            why = because(obstacles)
        reasons.append(f"not {one.id}, {why}")
    return f"nothing for the {words} fits: " + "; ".join(reasons) if reasons else f"no technique is for the {words}"
