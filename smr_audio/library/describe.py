"""Descriptions of content as plain values, for lists and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from smr_audio.errors import ContentError, Problem
from smr_audio.library.library import Library
from smr_audio.library.models import Evidence, LocalText, Routine, Step, Technique
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE

READ: Final[Mapping[str, str]] = {
    "L": "read as its abstract or opening",
    "M": "from memory, not read again",
    "P": "a page of practice, no trial",
}
"""How a reference was read, by its letter."""


def summaries(library: Library, kind: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The routines, techniques or courses (`kind`), each with id and title, and all problems."""
    titles: dict[str, tuple[Callable[[], tuple[str, ...]], Callable[[str], LocalText]]] = {
        "routines": (library.routine_ids, lambda name: library.load(name).title),
        "techniques": (library.technique_ids, lambda name: library.technique(name).name),
        "courses": (library.course_ids, lambda name: library.course(name).title),
    }
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    names, title_of = titles[kind]
    for name in names():
        try:
            summary = _summary(kind[:-1], name, title_of(name))
        except ContentError as error:
            problems += error.problems
            continue
        pack, dot, _ = name.partition(".")
        found.append({**summary, "pack": pack} if dot else summary)
    return found, problems


def about_packs(library: Library) -> list[dict[str, Any]]:
    """Every pack, and those installed ones that cannot be read, with the reason as `error`."""
    packs: list[dict[str, Any]] = [
        {
            **_summary("pack", pack.id, pack.about.title),
            "place": pack.place,
            "installed": pack.installed,
            "version": pack.about.version,
            "author": pack.about.author,
            "license": pack.about.license,
            "languages": list(pack.about.languages),
            "about": _shown(pack.about.about),
        }
        for pack in library.packs()
    ]
    return packs + [
        {
            "kind": "pack",
            "id": broken.id,
            "title": broken.id,
            "place": broken.place,
            "installed": True,
            "error": broken.reason,
        }
        for broken in library.broken_packs()
    ]


def _summary(kind: str, name: str, title: LocalText) -> dict[str, Any]:
    return {"kind": kind, "id": name, "title": _shown(title)}


def _shown(text: LocalText | None) -> str | None:
    return text.shown(DEFAULT_LANGUAGE) if text else None


def about(library: Library, name: str) -> dict[str, Any]:
    """All about one routine or technique, by id or path. Raises UsageError for an unknown one."""
    routine = library.load(name)
    if [step.technique for step in routine.exercises] == [routine.id]:
        return _of_technique(library.technique(routine.id), library)
    return _of_routine(routine, library)


def _of_routine(routine: Routine, library: Library) -> dict[str, Any]:
    techniques = library.techniques_of(routine.exercises)
    return {
        **_summary("routine", routine.id, routine.title),
        "about": _shown(routine.about),
        "steps": [
            _step(step, techniques[step.technique])
            for step in {step.location: step for step in routine.exercises}.values()
        ],
        "tools": list(dict.fromkeys(tool for one in techniques.values() for tool in one.tools)),
        "safety": routine.safety,
    }


def _step(step: Step, technique: Technique) -> str:
    sets = step.settings.sets or technique.sets
    holds = [
        f"{one.amount_text}{'' if one.how == 'times' else ' s'}{f' {one.side}' if one.side else ''}"
        for one in step.holds
    ] or [f"{technique.hold.default} s"]
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
