"""Descriptions of content as plain values, for lists and JSON."""

from collections.abc import Mapping
from typing import Any, Final

from smr_audio.library.library import Library
from smr_audio.library.models import Evidence, LocalText
from smr_audio.library.routine import Course, Routine, Stage, Step
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.technique import Technique
from smr_audio.options.table import BY_FIELD

READ: Final[Mapping[str, str]] = {
    "L": "read as its abstract or opening",
    "M": "from memory, not read again",
    "P": "a page of practice, no trial",
}
"""How a reference was read, by its letter."""


def about_packs(library: Library) -> list[dict[str, Any]]:
    """Every pack, and those installed ones that cannot be read, with the reason as `error`."""
    packs: list[dict[str, Any]] = [
        {
            **_summary("pack", pack.id, pack.about.title),
            "place": pack.place,
            "installed": pack.installed,
            **{key: getattr(pack.about, key) for key in ("version", "author", "license")},
            "languages": list(pack.about.languages),
            "about": _shown(pack.about.about),
        }
        for pack in library.packs()
    ]
    return packs + [
        {"kind": "pack", "id": one.id, "title": one.id, "place": one.place, "installed": True, "error": one.reason}
        for one in library.broken_packs()
    ]


def _summary(kind: str, name: str, title: LocalText) -> dict[str, Any]:
    return {"kind": kind, "id": name, "title": _shown(title)}


def _shown(text: LocalText | None) -> str | None:
    return text.shown(DEFAULT_LANGUAGE) if text else None


def about(library: Library, name: str) -> dict[str, Any]:
    """All about one routine, technique or course, by id or path. Raises as `Library.load` does."""
    sessions = (*library.routine_ids(), *library.technique_ids())
    if isinstance(course := library.of_path(name), Course):
        return _of_course(course)
    if course is None and name in library.course_ids() and name not in sessions:
        return _of_course(library.course(name))
    routine = library.load(name)
    if [step.technique for step in routine.exercises] == [routine.id]:
        return _of_technique(library.technique(routine.id), library)
    return _of_routine(routine, library)


def _of_course(course: Course) -> dict[str, Any]:
    return {
        **_summary("course", course.id, course.title),
        "about": _shown(course.about),
        "weeks": course.weeks,
        "days": list(course.days) or [f"every {(course.every or 'day').replace('_', ' ')}"],
        "sessions": list(course.sessions),
        "growth": [_stage(stage) for stage in course.growth],
    }


def _stage(stage: Stage) -> str:
    options = ((BY_FIELD[field], value) for field, value in stage.settings.given().items())
    shown = (f"{option.title} {option.kind.shown(value)}" for option, value in options)
    return f"{', '.join(shown)} from week {stage.from_week} on"


def _of_routine(routine: Routine, library: Library) -> dict[str, Any]:
    techniques, steps = library.techniques_of(routine.exercises), {one.location: one for one in routine.exercises}
    return {
        **_summary("routine", routine.id, routine.title),
        "about": _shown(routine.about),
        "steps": [_step(step, techniques[step.technique]) for step in steps.values()],
        "tools": list(dict.fromkeys(tool for one in techniques.values() for tool in one.tools)),
        "safety": routine.safety,
    }


def _step(step: Step, technique: Technique) -> str:
    sets, units = step.settings.sets or technique.sets, {"exact": " s", "add": " s"}
    holds = [f"{one.amount_text}{units.get(one.how, '')} {one.side or ''}".rstrip() for one in step.holds]
    holds = holds or [f"{technique.hold.default} s"]
    rounds = "".join(f"{one.total} rounds: " for one in step.rounds)
    return f"{rounds}{step.technique} {sets} x {' / '.join(holds)}"


def _of_technique(technique: Technique, library: Library) -> dict[str, Any]:
    hold = technique.hold
    return {
        **_summary("technique", technique.id, technique.name),
        "about": _shown(technique.about),
        "muscle": technique.muscle,
        "tools": list(technique.tools),
        "tool_options": list(technique.tool_options),
        "position": technique.position,
        "sides": technique.sides,
        "hold_seconds": f"{hold.default} ({hold.least} to {hold.most})",
        "sets": technique.sets,
        "pressure_at_most": f"{technique.cap} of 10" if technique.presses else None,
        "level": technique.level,
        "for_whom": _shown(technique.for_whom),
        "not_for": list(technique.not_for),
        "variations": list(technique.variations),
        "stay_off": list(technique.avoid),
        "evidence_grade": technique.grade,
        "finding": technique.finding,
        "evidence": list(technique.refs),
        "citations": [_citation(ref, library.evidence()) for ref in technique.refs],
    }


def _citation(key: str, evidence: Evidence) -> str:
    """A reference in full; one's own technique may have a key that `check` refuses."""
    if key not in evidence.references:
        return f"{key}: not in evidence.yaml"
    reference = evidence.references[key]
    note = f"; {reference.note}" if reference.note else ""
    return f"{key}: {reference.cite} ({READ[reference.read]}{note})"
