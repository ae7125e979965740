"""Save options in the profile, whose comments are kept; its file is written whole or not at all."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any, Final, TypeAlias

from smr_audio import units
from smr_audio.errors import BuildError, ContentError, UsageError
from smr_audio.library.library import Library
from smr_audio.options.choices import Side
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_KEY
from smr_audio.options.values import Bed, HoldChange, is_model
from smr_audio.profile.model import EVERY_ROUTINE, PROFILE, Profile, load_profile, profile_path
from smr_audio.storage.atomic import atomic_output, cannot_write, folder_lock
from smr_audio.storage.paths import is_there

HEADING: Final = (
    "# What I have, what I can do, and how I like my sessions. Options of a command win over it;\n"
    "# it wins over routines. `smr-audio profile` shows it, `--no-profile` leaves it aside.\n"
    "kind: profile\n"
)
_KEY = re.compile(r"""^(?=["']?(\w+)["']?[ ]*:)""", re.MULTILINE)
_COMMENTS = re.compile(r"^(?:(?:#.*)?\n)*\Z", re.MULTILINE)

WorkedHold: TypeAlias = tuple[str, Side | None, tuple[int, ...]]
"""Holds of a session: their technique and side, and the seconds of all, or of each set."""

Changes: TypeAlias = dict[str, Any]
"""New values by the keys of the file; None takes a key out."""


def remembered(before: Preferences, options: Preferences, worked: Sequence[WorkedHold] | None = None) -> Preferences:
    """The preferences of a profile after options were saved in it.

    `only` is about one session, and a length about one routine (`changed_lengths`), so neither is
    saved here. A relative hold is saved as the seconds that it came to in `worked`, so that it is
    not added again; without `worked` it stays relative. A dose replaces the saved amounts.
    """
    sounds = tuple(replace(one, path=_absolute(one.path)) for one in options.cue_sounds)
    saved = replace(options, only=(), fit=None, holds=(), cue_sounds=sounds)
    if isinstance(options.bed, Bed) and options.bed.is_file:
        saved = replace(saved, bed=Bed(_absolute(options.bed.sound)))
    if options.voice is not None and is_model(options.voice):
        saved = replace(saved, voice=_absolute(options.voice))
    if options.dose is not None:
        before = replace(before, sets=None, holds=(), rest=None)
    return replace(saved.over(before), holds=_holds(before.holds, options.holds, worked))


def changes_between(before: Preferences, after: Preferences) -> Changes:
    """The keys of a profile's file that have changed."""
    old, new = values_of(before), values_of(after)
    if new.get("tools") == ["all"]:
        del new["tools"]
    return {key: new.get(key) for key in (*new, *old) if old.get(key) != new.get(key)}


def changed_lengths(before: Profile | None, lengths: Mapping[str, int]) -> Changes:
    """The lengths of a profile's file with others set, in ticks by routine; 0 removes one."""
    if not lengths:
        return {}
    kept = {name: length.ticks for name, length in before.lengths.items()} if before else {}
    both = {name: ticks for name, ticks in {**kept, **lengths}.items() if lengths.get(name) != 0}
    return {"fit": lengths_of(both)}


def changes_of(
    library: Library,
    options: Preferences,
    worked: Sequence[WorkedHold] | None = None,
    lengths: Mapping[str, int] | None = None,
) -> Changes:
    """What saving options and lengths changes in the profile as it is now."""
    profile = load_profile(library)
    before = profile.stored if profile else Preferences()
    after = remembered(before, options, worked)
    return changes_between(before, after) | changed_lengths(profile, lengths or {})


@contextmanager
def changed_profile(library: Library) -> Iterator[Callable[[Changes], None]]:
    """Give a function that changes the profile; the file is replaced at the end.

    On any failure the old file stays; other processes wait. Raises ContentError for a damaged
    profile, UsageError for invalid changes, BuildError for a place that cannot be written.
    """
    path = profile_path()
    load_profile(library, path)  # fails before folders are made
    with ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            locked = stack.enter_context(folder_lock(path.parent, within_s=10.0))
        except OSError as error:
            raise cannot_write(path, error) from error
        if not locked:
            raise BuildError(f"cannot write {path}: another process is changing it; try again")
        temporary = stack.enter_context(atomic_output(path))
        text = path.read_text(encoding="utf-8-sig") if is_there(path) else ""

        def change(changes: Changes) -> None:
            try:
                new = changed(text, changes)
            except ValueError as error:  # ours reads what the writer does not
                raise BuildError(f"cannot change {path}: {error}; change it by hand") from error
            temporary.write_text(new, encoding="utf-8", newline="\n")
            try:
                load_profile(library, temporary)
            except ContentError as error:
                reasons = "; ".join(problem.message for problem in error.problems)
                raise UsageError(f"this cannot be kept in {path}: {reasons}") from None

        change({})
        yield change


def _holds(
    before: tuple[HoldChange, ...], changes: tuple[HoldChange, ...], worked: Sequence[WorkedHold] | None
) -> tuple[HoldChange, ...]:
    new = [one for change in changes for one in _as_worked(change, worked)]
    over = [
        old for old in before for one in new if one.technique in (None, old.technique) and one.side in (None, old.side)
    ]
    return (*(old for old in before if old not in over), *new)


def _as_worked(change: HoldChange, worked: Sequence[WorkedHold] | None) -> Iterator[HoldChange]:
    """The holds that a relative change came to, by technique, and by side where sides differ."""
    if change.is_absolute or worked is None:
        yield change
        return
    found: dict[str, dict[Side | None, tuple[int, ...]]] = {}
    for name, side, holds_s in worked:
        if change.technique in (None, name) and change.side in (None, side):
            found.setdefault(name, {})[side] = holds_s
    for name, holds in found.items():
        alike = change.side is None and len({*holds.values()}) == 1
        for side, (first, *more) in [*holds.items()][: 1 if alike else None]:
            yield HoldChange("exact", Fraction(first), name, None if alike else side, tuple(map(Fraction, more)))


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())


def lengths_of(lengths: Mapping[str, int]) -> dict[str, str | float] | None:
    """Ticks by routine as the file has them; None for none."""
    return {name: _time(ticks) for name, ticks in lengths.items() if name != EVERY_ROUTINE} or None


def values_of(preferences: Preferences) -> dict[str, Any]:
    given = replace(preferences, only=()).given()
    return {key: one.kind.plain(given[one.field]) for key, one in BY_KEY.items() if one.field in given}


def shown(value: Any) -> str:
    """A value of the file for people, in one line."""
    if isinstance(value, dict):
        value = [f"{key}={each}" for key, each in value.items()]
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value).lower()


def changed(text: str, changes: Mapping[str, Any]) -> str:
    """The text of a profile with keys set, or taken out where the value is None.

    The lines of other keys stay as they are, and comments too; new keys come last, in the order
    of the table of keys. Raises ValueError for a text that is not YAML.
    """
    text = text if text.strip() else HEADING
    if not _KEY.search(text):  # in one line, or indented
        text = _yaml_text(_yaml_loaded(text))
    lines, comments = _parts_of(text)
    for key in PROFILE.keys:
        if key not in changes:
            continue
        document = _yaml_loaded(lines.get(key, "{}"))
        if document.get(key) != changes[key]:
            document[key] = _merged(document.get(key), changes[key])
            lines[key] = "" if changes[key] is None else _COMMENTS.sub("", _yaml_text(document))
    return "".join(part + comments.get(key, "") for key, part in lines.items())


def _parts_of(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The lines of each key, and the comments and empty lines after them."""
    text = text if text.endswith("\n") else text + "\n"
    head, *parts = _KEY.split(text)
    lines, comments = {"": head}, {}
    for key, part in zip(parts[::2], parts[1::2], strict=True):
        lines[key] = _COMMENTS.sub("", part)
        comments[key] = part[len(lines[key]) :]
    return lines, comments


def _yaml_loaded(text: str) -> Any:
    from ruamel.yaml import YAML  # only to write a profile
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.preserve_quotes = True
    try:
        document = yaml.load(text)
    except YAMLError as error:
        raise ValueError(str(error)) from error
    document.fa.set_block_style()
    return document


def _yaml_text(document: Any) -> str:
    from ruamel.yaml import YAML

    yaml, out = YAML(), StringIO()
    yaml.width = 100
    yaml.dump(document, out)
    return out.getvalue()


def _merged(old: Any, value: Any) -> Any:
    """A new value with what stays of the old one, and its comments."""
    if isinstance(old, list) and isinstance(value, list):
        for item in [item for item in old if item not in value]:
            old.remove(item)
        old.extend(_node(item) for item in value if item not in old)
    elif isinstance(old, dict) and isinstance(value, dict):
        for key in [key for key in old if key not in value]:
            del old[key]
        for key, item in value.items():
            if old.get(key) != item:
                old[key if key in old else _node(key)] = _node(item)
        if list(old) != list(value):
            return _node(value)
    return old if old == value else _node(value)


def _node(value: Any) -> Any:
    """Lists in one line, quoted where YAML would read something else."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, list):
        items = CommentedSeq(map(_node, value))
        items.fa.set_flow_style()
        return items
    if isinstance(value, dict):
        return CommentedMap((_node(key), _node(item)) for key, item in value.items())
    if isinstance(value, str) and not re.fullmatch(r"[^\W\d][\w-]*", value):
        return DoubleQuotedScalarString(value)
    return value


def _time(ticks: int) -> str | float:
    """A time as people type it, `25m`; a number of seconds if it is not whole seconds."""
    seconds, rest = divmod(ticks, units.TICKS_PER_SECOND)
    if rest:
        return ticks / units.TICKS_PER_SECOND
    minutes, left = divmod(seconds, 60)
    return f"{minutes}m" * bool(minutes) + f"{left}s" * bool(left)
