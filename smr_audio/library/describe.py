"""What content says of itself, as plain values: for lists, for reading, for JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from smr_audio.errors import ContentError, Problem
from smr_audio.library.library import Library
from smr_audio.library.models import Evidence, LocalText, Routine, Step, Technique
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.holds import HoldChange

READ: Final[Mapping[str, str]] = {
    "L": "read as its abstract or opening",
    "M": "from memory, not read again",
    "P": "a page of practice, no trial",
}
"""How a reference was read, by its letter."""


_IDS: Final[Mapping[str, Callable[[Library], tuple[str, ...]]]] = {
    "routines": Library.routine_ids,
    "techniques": Library.technique_ids,
    "courses": Library.course_ids,
}


def summaries(library: Library, kind: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Every routine, technique or course (`kind` in the plural) as `kind`, `id` and `title`.

    What cannot be read is left out; its problems are in the second list.
    """
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    packs = {pack.id: pack for pack in library.packs()}
    for name in _IDS[kind](library):
        try:
            if kind == "routines":
                summary = _summary("routine", name, library.load(name).title)
            elif kind == "courses":
                summary = _summary("course", name, library.course(name).title)
            else:
                summary = _summary("technique", name, library.technique(name).name)
            pack = packs.get(name.partition(".")[0]) if "." in name else None
            found.append({**summary, **({"pack": pack.id} if pack else {})})
        except ContentError as error:
            problems += error.problems
    return found, problems


def about_packs(library: Library) -> list[dict[str, Any]]:
    """Every pack, and those installed ones that cannot be read, with the reason as `error`."""
    packs: list[dict[str, Any]] = []
    for pack in library.packs():
        about = pack.about
        packs.append(
            {
                "kind": "pack",
                "id": pack.id,
                "title": about.title.shown(DEFAULT_LANGUAGE),
                "place": pack.place,
                "installed": pack.installed,
                "version": about.version,
                "author": about.author,
                "license": about.license,
                "languages": list(about.languages),
                "about": about.about.shown(DEFAULT_LANGUAGE) if about.about else None,
            }
        )
    return packs + [
        {
            "kind": "pack",
            "id": broken.id,
            "title": broken.id,
            "place": broken.package,
            "installed": True,
            "error": broken.reason,
        }
        for broken in library.broken_packs()
    ]


def _summary(kind: str, name: str, title: LocalText) -> dict[str, Any]:
    return {"kind": kind, "id": name, "title": title.shown(DEFAULT_LANGUAGE)}


def about(library: Library, name: str) -> dict[str, Any]:
    """All about one routine or technique, by id or path. Raises UsageError for an unknown one."""
    routine = library.load(name)
    if len(routine.steps) == 1 and routine.steps[0].technique == routine.id:
        return _of_technique(library.technique(routine.id), library)
    return _of_routine(routine, library)


def _of_routine(routine: Routine, library: Library) -> dict[str, Any]:
    techniques = library.techniques_of(routine.steps)
    tools = dict.fromkeys(
        tool for step in routine.steps for tool in techniques[step.technique].tools
    )
    return {
        **_summary("routine", routine.id, routine.title),
        "about": routine.about.shown(DEFAULT_LANGUAGE),
        "steps": [_step(step, techniques[step.technique]) for step in routine.steps],
        "tools": list(tools),
        "safety": routine.safety,
    }


def _step(step: Step, technique: Technique) -> str:
    sets = step.settings.sets or technique.sets
    holds = " / ".join(_hold(change) for change in step.holds) or f"{technique.hold.default} s"
    return f"{step.technique} {sets} x {holds}"


def _hold(change: HoldChange) -> str:
    unit = "" if change.how == "times" else " s"
    side = f" {change.side}" if change.side else ""
    return f"{change.amount_text}{unit}{side}"


def _of_technique(technique: Technique, library: Library) -> dict[str, Any]:
    hold = technique.hold
    for_whom = technique.for_whom
    return {
        **_summary("technique", technique.id, technique.name),
        "about": technique.about.shown(DEFAULT_LANGUAGE),
        "muscle": technique.muscle,
        "tools": list(technique.tools),
        "tool_options": list(technique.tool_options),
        "position": technique.position,
        "sides": technique.sides,
        "hold_seconds": f"{hold.default} ({hold.least} to {hold.most})",
        "sets": technique.sets,
        "pressure_at_most": f"{technique.cap} of 10",
        "level": technique.level,
        "for_whom": for_whom.shown(DEFAULT_LANGUAGE) if for_whom else None,
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
