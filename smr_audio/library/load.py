"""Read one content file and check all that it alone can tell."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from smr_audio.errors import ContentError, Location, Problem
from smr_audio.library.models import Content, Line
from smr_audio.library.routine import Step
from smr_audio.library.schema.kinds import KINDS
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE, is_language
from smr_audio.library.schema.specs import BAD, Choice, Problems, finish
from smr_audio.library.technique import PRESSING, PROTECTED_COACHING, names_side
from smr_audio.library.yaml_reader import Mapping as Entries
from smr_audio.library.yaml_reader import Node, Scalar, node_of, read_in_part, scalars_of
from smr_audio.options.preferences import Preferences, unknown_names
from smr_audio.suggest import did_you_mean


def read_content(path: Path) -> Content:
    """Read a file. Raises UsageError if there is none, ContentError with every problem in it."""
    return _content_of(*read_in_part(path))


def made_content(values: Mapping[str, Any]) -> Content:
    """The content of a dict with the keys of a file. Raises ContentError.

    A routine needs no `kind` and no `id`.
    """
    given = {key: value for key, value in values.items() if value is not None}
    if given.get("kind", "routine") == "routine":
        given = {"kind": "routine", "id": "session", **given}
    return _content_of(node_of(given, "session"), ())


def _content_of(node: Node, repeated: Iterable[Problem]) -> Content:
    problems = Problems(_language_of(node))
    problems.found += repeated
    content: Content | None = _read(node, problems)
    check = _CHECKS.get(problems.given.get("kind", ""))
    if check and isinstance(node, Entries):
        check(problems.given, node, problems)
    if problems.found or content is None:
        raise ContentError(finish(problems.found))
    return content


def _language_of(node: Node) -> str:
    """The language of a routine's plain texts, which stands on top or in its settings."""
    if not isinstance(node, Entries) or _text(node.get("kind")) != "routine":
        return DEFAULT_LANGUAGE
    settings = node.get("settings")
    inner = settings.get("language") if isinstance(settings, Entries) else None
    text = _text(node.get("language") or inner)
    return text if is_language(text) else DEFAULT_LANGUAGE


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _read(node: Node, problems: Problems) -> Any:
    if not isinstance(node, Entries):
        what = "is empty" if isinstance(node, Scalar) and not node.text else "has no keys"
        return problems.add(node, f"the file {what}; begin it with 'kind: routine' or 'kind: technique'")
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


def _check_course(given: Mapping[str, Any], node: Entries, problems: Problems) -> None:
    days, weeks = given.get("days") or (), given.get("weeks")
    if ("days" in given) == ("every" in given):
        problems.add(node, "a course needs 'every: other_day' or 'days: [mon, wed, fri]'; give one of the two")
    if len(set(days)) != len(days):
        problems.add(node, "a day stands twice in 'days'; name each once")
    before = 1
    for stage in filter(None, given.get("growth") or ()):
        if not before < stage.from_week <= (weeks or stage.from_week):
            message = f"from_week {stage.from_week} must come after {before} and be {weeks} at most; "
            problems.add(stage.location, f"{message}put the stages in order")
        before = stage.from_week


def _check_routine(given: Mapping[str, Any], node: Entries, problems: Problems) -> None:
    steps, settings = given.get("steps") or (), given.get("settings", Preferences())
    if settings is BAD or not all(steps):
        return  # what is named may be what is wrong
    steps = {one.location: one for one in steps if isinstance(one, Step)}.values()
    ids = [step.technique for step in steps]
    unknown = unknown_names(settings, ids) if ids else ()
    for name in unknown:
        where = _named_at(node, name) or node.location
        hint = did_you_mean(name, ids)
        problems.add(where, f"'{name}' is no technique of this routine; {hint}")
    kept = {*(settings.only or ids)} - {*settings.skip}
    if ids and not kept and not unknown:
        where = _named_at(node, "skip" if settings.skip else "only") or node.location
        problems.add(where, "these settings leave no technique to do; skip fewer")
    for step in steps:
        if step.own and step.own.sides == 1:
            _check_sides(step.own, problems)
        said = step.settings.over(settings)
        names = (None, step.technique)
        holds = step.holds or [one for one in settings.holds if one.technique in names]
        sets = step.settings.sets if step.holds else said.sets
        lengths = {len(one.amounts) for one in holds if one.more}
        if len(lengths | ({sets} if sets and lengths else set())) > 1:
            message = "a hold with several lengths has one for each set; give as many sets, or none"
            problems.add(step.location, message)
        if said.extra and said.sides not in (None, "both", said.extra):
            message = f"the extra side is {said.extra}, but only the {said.sides} side is worked; drop one of the two"
            problems.add(step.location, message)


def _named_at(node: Entries, name: str) -> Location | None:
    """Where settings name a technique, or have a key."""
    found = (one for one in scalars_of(node.get("settings")) if one.text.split(":")[0] == name)
    return next((one.location for one in found), None)


def _check_technique(given: Mapping[str, Any], node: Entries, problems: Problems) -> None:
    hold, sides = given.get("hold"), given.get("sides")
    if hold and not hold.least <= hold.default <= hold.most:
        problems.add(hold.location, "hold must rise: least, then default, then most")
    times = set[Any]()
    for name, line in (given.get("coaching") or {}).items():
        if not line:
            continue
        if line.at is not None and name in PROTECTED_COACHING:
            problems.add(line.location, f"{name} is said as early as it can be; take 'at' out")
        if line.at in times:
            problems.add(line.location, f"another line is said at {line.at}; say one of them later")
        times |= {line.at} - {None}
        if hold and isinstance(line.at, int) and line.at >= hold.most:
            message = f"at {line.at} is beyond the longest hold, {hold.most} s; say it sooner"
            problems.add(line.location, message)
    if sides == 2 and "switch" not in given:
        problems.add(node, "a technique with 2 sides needs 'switch' lines; add them")
    mode = given.get("mode")
    for line in every(Line, given) if mode and mode not in PRESSING else ():
        if any("{press}" in text for text in line.text.texts.values()):
            message = f"{{press}} needs a mode with pressure, not {mode}; take it out"
            problems.add(line.location, message)
    if sides == 1:
        _check_sides(given, problems)


def _check_sides(of: object, problems: Problems) -> None:
    for line in every(Line, of):
        if names_side(line):
            message = "{side} needs a technique with 'sides: 2'; name no side here"
            problems.add(line.location, message)


_CHECKS: Final = {"course": _check_course, "routine": _check_routine, "technique": _check_technique}
"""What is wrong between the values of a file, as far as they could be read."""
