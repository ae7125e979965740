"""Save options in the profile: its file is written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from smr_audio.errors import BuildError, ContentError, UsageError, reason_of
from smr_audio.library.library import Library
from smr_audio.options.choices import Side
from smr_audio.options.holds import HoldChange
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import is_model
from smr_audio.profile.edit import changed, lengths_of, values_of
from smr_audio.profile.model import Profile, load_profile, profile_path
from smr_audio.storage.atomic import atomic_output, cannot_write
from smr_audio.storage.locks import folder_lock

WorkedHold: TypeAlias = tuple[str, Side | None, int]
"""A hold of a session: its technique, side and seconds."""

Changes: TypeAlias = dict[str, Any]
"""New values by the keys of the file; None takes a key out."""


def remembered(
    before: Preferences, options: Preferences, worked: Sequence[WorkedHold] | None = None
) -> Preferences:
    """The preferences of a profile after options were saved in it.

    `only` is about one session, and a length about one routine (`changed_lengths`), so neither is
    saved here. A relative hold is saved as the seconds that it came to in `worked`, so that it is
    not added again; without `worked` it stays relative. A dose replaces the saved amounts.
    """
    saved = replace(
        options,
        only=(),
        fit=None,
        holds=(),
        cue_sounds=tuple(replace(one, path=_absolute(one.path)) for one in options.cue_sounds),
    )
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
        text = _text_of(path)

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


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise BuildError(
            f"cannot read {path}: {reason_of(error)}; mend that, or move it away"
        ) from error


def _holds(
    before: tuple[HoldChange, ...],
    changes: tuple[HoldChange, ...],
    worked: Sequence[WorkedHold] | None,
) -> tuple[HoldChange, ...]:
    new = [one for change in changes for one in _as_worked(change, worked)]
    kept = (
        old
        for old in before
        if not any(
            one.technique in (None, old.technique) and one.side in (None, old.side) for one in new
        )
    )
    return (*kept, *new)


def _as_worked(change: HoldChange, worked: Sequence[WorkedHold] | None) -> Iterator[HoldChange]:
    """The holds that a relative change came to, by technique, and by side where sides differ."""
    if change.is_absolute or worked is None:
        yield change
        return
    names = dict.fromkeys(name for name, _, _ in worked if change.technique in (None, name))
    for name in names:
        holds: Mapping[Side | None, int] = {
            side: hold_s
            for one, side, hold_s in worked
            if one == name and change.side in (None, side)
        }
        if change.side is None and len(set(holds.values())) == 1:
            yield HoldChange("exact", Fraction(next(iter(holds.values()))), name)
        else:
            for side, hold_s in holds.items():
                yield HoldChange("exact", Fraction(hold_s), name, side)


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())
