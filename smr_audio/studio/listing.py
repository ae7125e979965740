"""What there is to choose from, sessions with minutes, level, muscles and tools; and what is foreseen of one.

Lengths are estimated, so that nothing is spoken for either.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from smr_audio import units
from smr_audio.errors import ContentError, Problem, SmrAudioError
from smr_audio.library.library import Library
from smr_audio.library.models import LocalText
from smr_audio.library.routine import Routine
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.preferences import Preferences
from smr_audio.records import asdict, dataclass
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.script import Notice, Sentence
from smr_audio.sound.tones import CUE_TICKS
from smr_audio.studio.clips import estimated_ticks
from smr_audio.studio.fitting import Known
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import Timeline
from smr_audio.timeline.unmet import unmet_requests
from smr_audio.voices.pace import guide_factor

ListedKind: TypeAlias = Literal["routine", "technique", "course", "muscle", "tool", "limit"]
KINDS: Final[Mapping[str, ListedKind]] = {f"{kind}s": kind for kind in get_args(ListedKind)}
"""What can be listed, by its plural."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Something to choose, by its id. Its title is in English where it has one.

    Of a session: about how many `minutes` it takes the first time, the `level` of its hardest
    technique, 1 to 3, and its muscles and tools by id. `also` is what else a muscle is called.
    """

    kind: ListedKind
    id: str
    title: str
    minutes: float | None = None
    level: int | None = None
    muscles: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    pack: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The same as `list --json` prints it; what it does not have is left out."""
        return {name: value for name, value in asdict(self).items() if value not in (None, ())}


def listed(library: Library, kind: ListedKind, wanted: Collection[str] = ()) -> tuple[list[Listed], list[Problem]]:
    """All of a kind, and the problems of content that cannot be read, which is left out.

    With the ids of muscles or tools `wanted`, of sessions only those that have one of them.
    """
    if kind in ("muscle", "tool", "limit"):
        return list(_named(library, kind)), []
    ids = {"routine": library.routine_ids, "technique": library.technique_ids}
    found, problems = list[Listed](), list[Problem]()
    for name in ids.get(kind, library.course_ids)():
        try:
            if kind == "course":
                found.append(_titled(kind, name, library.course(name).title))
            elif session := _session(kind, name, library, wanted):
                found.append(session)
        except ContentError as error:
            problems += error.problems
    return found, problems


def _named(library: Library, kind: ListedKind) -> Iterable[Listed]:
    phrases, limits = library.phrases(DEFAULT_LANGUAGE), library.limits()
    if kind == "limit":
        return (_titled(kind, name, limits.text(name)) for name in limits.ids)
    if kind == "tool":
        alone = library.lexicon(DEFAULT_LANGUAGE).alone
        return (Listed(kind, name, alone(words or name)) for name, words in phrases.tools.items())
    called = phrases.muscles_also.items()
    return (
        Listed(kind, name, words, also=tuple(word for word, ids in called if ids == (name,)))
        for name, words in phrases.muscles.items()
    )


def _titled(kind: ListedKind, name: str, title: LocalText, **more: Any) -> Listed:
    pack, dot, _ = name.partition(".")
    return Listed(kind, name, title.shown(DEFAULT_LANGUAGE), pack=pack if dot else None, **more)


def _session(kind: ListedKind, name: str, library: Library, wanted: Collection[str]) -> Listed | None:
    routine = library.load(name)
    options = Preferences(language=routine.title.language(DEFAULT_LANGUAGE))
    try:
        techniques = [*library.techniques_of(routine.exercises).values()]
        muscles = dict.fromkeys(one.muscle for one in techniques)
        tools = dict.fromkeys(tool for one in techniques for tool in one.tools)
        if wanted and not (muscles | tools).keys() & wanted:
            return None
        _, timeline, _ = estimated(routine, options, library)
    except SmrAudioError:  # `check` reports it
        return None if wanted else _titled(kind, name, routine.title)
    halves = units.about_s(units.ms_of_ticks(timeline.end_tick)) // 30
    return _titled(
        kind,
        name,
        routine.title,
        minutes=halves / 2 if halves % 2 else halves // 2,
        level=max(one.level for one in techniques),
        muscles=tuple(muscles),
        tools=tuple(tools),
    )


def estimated(routine: Routine, options: Preferences, library: Library) -> tuple[Compiled, Timeline, Lengths]:
    """A routine by estimated lengths; no voice is needed. Raises as `compile_session` does."""
    compiled = compile_session(routine, options, library=library)
    preferences = compiled.layers.combined
    cues = CUE_TICKS[preferences.cues or "classic"]
    rate = (preferences.rate or 1.0) * guide_factor("silent", compiled.script.language)

    def ticks(sentence: Sentence) -> int:
        return estimated_ticks(sentence, rate)

    lengths = Lengths(Known({}, ticks), cues)
    return compiled, schedule(compiled.script, lengths), lengths


def foreseen(path: Path, library: Library, *, language: str | None) -> Iterator[Notice]:
    """Keys without effect; then rests and coaching for which there is likely no room.

    Nothing for a file that is wrong, or not in that language.
    """
    try:
        found = estimated(library.load(path), Preferences(language=language), library)
    except SmrAudioError:
        return
    yield from (each for each in found[0].script.warnings if each.code.endswith("-unused"))
    for notice in unmet_requests(*found):
        yield Notice(notice.code, f"{notice.text} (by estimated lengths)")
