"""Read one content file and check all that it alone can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from smr_audio.errors import ContentError, Location, Problem
from smr_audio.library import yaml_reader
from smr_audio.library.models import (
    PROTECTED_COACHING,
    Content,
    Course,
    Line,
    Routine,
    Technique,
    names_side,
)
from smr_audio.library.schema.kinds import KINDS
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE, is_language
from smr_audio.library.schema.specs import BAD, Choice, Problems, finish
from smr_audio.library.yaml_reader import Node, Scalar, read_yaml, scalars_of
from smr_audio.options.preferences import unknown_names
from smr_audio.suggest import did_you_mean


def read_content(path: Path) -> Content:
    """Read a file. Raises UsageError if there is none, ContentError with every problem in it."""
    node = read_yaml(path)
    problems = Problems(_language_of(node))
    content: Content | None = _read(node, problems)
    if isinstance(content, Technique):
        _check_technique(content, problems)
    elif isinstance(content, Routine):
        _check_routine(content, node, problems)
    elif isinstance(content, Course):
        _check_course(content, problems)
    if problems.found or content is None:
        raise ContentError(finish(problems.found))
    return content


def _language_of(node: Node) -> str:
    """The language of a routine's plain texts, which stands on top or in its settings."""
    if not isinstance(node, yaml_reader.Mapping) or _text(node.get("kind")) != "routine":
        return DEFAULT_LANGUAGE
    settings = node.get("settings")
    inner = settings.get("language") if isinstance(settings, yaml_reader.Mapping) else None
    text = _text(node.get("language") or inner)
    return text if is_language(text) else DEFAULT_LANGUAGE


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _read(node: Node, problems: Problems) -> Any:
    if not isinstance(node, yaml_reader.Mapping):
        what = "is empty" if isinstance(node, Scalar) and not node.text else "is not a mapping"
        return problems.add(
            node, f"the file {what}; begin it with 'kind: routine' or 'kind: technique'"
        )
    kind = node.get("kind")
    if kind is None:
        return problems.add(node, "'kind' is missing; add 'kind: routine' or 'kind: technique'")
    name = Choice(tuple(KINDS)).read(kind, "kind", problems)
    return KINDS[name].read(node, name, problems) if name else BAD


def misplaced(path: Path, content: object, kind: str) -> Problem | None:
    """What is wrong where the folder is for another kind, or the file is not named as its id."""
    where = Location(str(path), 1, 1)
    if type(content).__name__.lower() != kind:
        message = f"this folder holds files of 'kind: {kind}'; move this one or mend its kind"
        return Problem(where, message)
    name = getattr(content, "id", None) or getattr(content, "language", path.stem)
    if name == path.stem:
        return None
    message = f"the file is named {path.stem} and says it is '{name}'; make the two equal"
    return Problem(where, message)


def every(kinds: type | tuple[type, ...], part: object) -> Iterator[Any]:
    """Every value of some types in content, in the order of its fields."""
    if isinstance(part, kinds):
        yield part
    elif isinstance(part, Mapping | tuple):
        for one in part.values() if isinstance(part, Mapping) else part:
            yield from every(kinds, one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from every(kinds, getattr(part, field.name))


def lines_of(content: Content) -> Iterator[Line]:
    return every(Line, content)


def _check_course(course: Course, problems: Problems) -> None:
    if bool(course.days) == (course.every is not None):
        problems.add(
            course.location,
            "a course needs 'every: other_day' or 'days: [mon, wed, fri]'; give one of the two",
        )
    if len(set(course.days)) != len(course.days):
        problems.add(course.location, "a day stands twice in 'days'; name each once")
    before = 1
    for stage in course.growth:
        if not before < stage.from_week <= course.weeks:
            problems.add(
                stage.location,
                f"from_week {stage.from_week} must come after {before} and be {course.weeks} at "
                "most; put the stages in order",
            )
        before = stage.from_week


def _check_routine(routine: Routine, node: Node, problems: Problems) -> None:
    ids = [step.technique for step in routine.exercises]
    settings = routine.settings
    unknown = unknown_names(settings, ids)
    for name in unknown:
        where = _named_at(node, name) or routine.location
        hint = did_you_mean(name, ids)
        problems.add(where, f"'{name}' is no technique of this routine; {hint}")
    kept = {*(settings.only or ids)} - {*settings.skip}
    if ids and not kept and not unknown:
        where = _named_at(node, "skip" if settings.skip else "only") or routine.location
        problems.add(where, "these settings leave no technique to do; skip fewer")
    for technique in {step.technique: step.own for step in routine.exercises if step.own}.values():
        _check_sides(technique, problems)
    for step in {step.location: step for step in routine.exercises}.values():
        said = step.settings.over(settings)
        names = (None, step.technique)
        holds = step.holds or [one for one in settings.holds if one.technique in names]
        sets = step.settings.sets if step.holds else said.sets
        lengths = {len(one.amounts) for one in holds if one.more}
        if len(lengths | ({sets} if sets and lengths else set())) > 1:
            message = "a hold with several lengths has one for each set; give as many sets, or none"
            problems.add(step.location, message)
        if said.extra and said.sides not in (None, "both", said.extra):
            problems.add(
                step.location,
                f"the extra side is {said.extra}, but only the {said.sides} side is worked; "
                "drop one of the two",
            )


def _named_at(node: Node, name: str) -> Location | None:
    """Where settings name a technique, or have a key."""
    settings = node.get("settings") if isinstance(node, yaml_reader.Mapping) else None
    found = (one for one in scalars_of(settings) if one.text.split(":")[0] == name)
    return next((one.location for one in found), None)


def _check_technique(technique: Technique, problems: Problems) -> None:
    hold = technique.hold
    if not hold.least <= hold.default <= hold.most:
        problems.add(hold.location, "hold must rise: least, then default, then most")
    for name, line in technique.coaching.items():
        if line.at is not None and name in PROTECTED_COACHING:
            problems.add(line.location, f"{name} is said as early as it can be; take 'at' out")
        at_once = [one for one in technique.coaching.values() if one.at == line.at]
        if line.at is not None and line is not at_once[0]:
            problems.add(line.location, f"another line is said at {line.at}; say one of them later")
        if isinstance(line.at, int) and line.at >= hold.most:
            message = f"at {line.at} is beyond the longest hold, {hold.most} s; say it sooner"
            problems.add(line.location, message)
    if technique.sides == 2 and not technique.switch:
        problems.add(technique.location, "a technique with 2 sides needs 'switch' lines; add them")
    for line in () if technique.presses else lines_of(technique):
        if any("{press}" in text for text in line.text.texts.values()):
            message = f"{{press}} needs a mode with pressure, not {technique.mode}; take it out"
            problems.add(line.location, message)
    _check_sides(technique, problems)


def _check_sides(technique: Technique, problems: Problems) -> None:
    for line in lines_of(technique) if technique.sides == 1 else ():
        if names_side(line):
            message = "{side} needs a technique with 'sides: 2'; name no side here"
            problems.add(line.location, message)
