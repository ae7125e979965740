"""What content says of itself, as plain values: for lists, for reading, for JSON."""

from __future__ import annotations

from typing import Any

from smr_audio.library.catalog import Library
from smr_audio.library.models import Routine, Step, Technique
from smr_audio.library.preferences import HoldChange
from smr_audio.library.spoken import DEFAULT_LANGUAGE


def summaries(library: Library, kind: str) -> list[dict[str, Any]]:
    """Every routine or technique (`kind` in the plural) as `kind`, `id` and `title`."""
    if kind == "routines":
        routines = (library.load(name) for name in library.routine_ids())
        return [_summary("routine", r.id, r.title.get(DEFAULT_LANGUAGE)) for r in routines]
    techniques = (library.technique(name) for name in library.technique_ids())
    return [_summary("technique", t.id, t.name.get(DEFAULT_LANGUAGE)) for t in techniques]


def _summary(kind: str, name: str, title: str) -> dict[str, Any]:
    return {"kind": kind, "id": name, "title": title}


def about(library: Library, name: str) -> dict[str, Any]:
    """All about one routine or technique, by id or path. Raises UsageError for an unknown one."""
    routine = library.load(name)
    if len(routine.steps) == 1 and routine.steps[0].technique == routine.id:
        return _of_technique(library.technique(routine.id))
    return _of_routine(routine, library)


def _of_routine(routine: Routine, library: Library) -> dict[str, Any]:
    techniques = library.techniques_of(routine.steps)
    tools = dict.fromkeys(
        tool for step in routine.steps for tool in techniques[step.technique].tools
    )
    return {
        **_summary("routine", routine.id, routine.title.get(DEFAULT_LANGUAGE)),
        "about": routine.about.get(DEFAULT_LANGUAGE),
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


def _of_technique(technique: Technique) -> dict[str, Any]:
    hold = technique.hold
    for_whom = technique.for_whom
    return {
        **_summary("technique", technique.id, technique.name.get(DEFAULT_LANGUAGE)),
        "about": technique.about.get(DEFAULT_LANGUAGE),
        "muscle": technique.muscle,
        "tools": list(technique.tools),
        "tool_options": list(technique.tool_options),
        "position": technique.position,
        "sides": technique.sides,
        "hold_seconds": f"{hold.default} ({hold.least} to {hold.most})",
        "sets": technique.sets,
        "pressure_at_most": f"{technique.cap} of 10",
        "level": technique.level,
        "for_whom": for_whom.get(DEFAULT_LANGUAGE) if for_whom else None,
        "not_for": list(technique.not_for),
        "stay_off": list(technique.avoid),
        "evidence_grade": technique.grade,
        "evidence": list(technique.refs),
    }
