"""A person's profile, read as strictly as content."""

import os
import re
import sys
from pathlib import Path

import pytest

from smr_audio.errors import ContentError, Location
from smr_audio.library.library import Library
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import CueSound
from smr_audio.profile.model import Profile, load_profile, profile_path, unknown_elsewhere, warnings_of
from tests.tables import tables

LIBRARY = Library()
PLACED = {
    "tools": "tools: [bench]", "holds": "hold: 40", "rest": "rest: 12.5",
    "fit": "fit: {full-body: 8m}", "first": "first: left",
    "swaps": "swap: {hamstring-roller-floor: hamstring-roller-bench}",
    "cue_sounds": "cue_sounds: {start: bell.wav}",
}  # fmt: skip


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "mine.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def loaded(folder: Path, text: str | bytes) -> Profile:
    profile = load_profile(LIBRARY, written(folder, text))
    assert profile is not None
    return profile


def test_every_key_has_its_place_and_a_sound_is_counted_from_the_file(tmp_path: Path) -> None:
    profile = loaded(tmp_path, "\n".join(["kind: profile", *PLACED.values()]))
    path = str(tmp_path / "mine.yaml")
    for line, name in enumerate(PLACED, 2):
        assert profile.places[name] == Location(path, line, 1)
    assert profile.stored.cue_sounds == (CueSound("start", str(tmp_path / "bell.wav")),)


def test_the_weaker_side_is_begun_with_unless_another_is_named(tmp_path: Path) -> None:
    weaker = loaded(tmp_path, "kind: profile\nweaker_side: right\n")
    assert weaker.preferences == Preferences(first="right")
    assert weaker.stored == Preferences()
    assert weaker.places["first"].line == 2
    both = loaded(tmp_path, "kind: profile\nweaker_side: right\nfirst: left\n")
    assert both.preferences == Preferences(first="left")
    assert both.places["first"].line == 3


@pytest.mark.parametrize(("text", "place", "says"), [
    *tables(__file__)["wrong"], (b"kind: profile\nvoice: \xff\n", "2:8", "this is not UTF-8 text"),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str | bytes, place: str, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ContentError) as raised:
        load_profile(LIBRARY, path)
    first = raised.value.problems[0]
    assert str(first.location) == f"{path}:{place}"
    assert says in first.message
    assert path.read_bytes() == (text.encode() if isinstance(text, str) else text)


def test_every_problem_of_a_profile_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "kind: profile\nlimits: [mood, rug]\nlevel: 4\n")
    with pytest.raises(ContentError) as raised:
        load_profile(LIBRARY, path)
    assert [problem.location.line for problem in raised.value.problems] == [3]
    written(tmp_path, "kind: profile\nlimits: [mood, rug]\n")
    with pytest.raises(ContentError) as raised:
        load_profile(LIBRARY, path)
    assert [problem.location.column for problem in raised.value.problems] == [10, 16]


@pytest.mark.parametrize(("keys", "message"), [
    ("tools: [foam_roler, bench, all]", "tool 'foam_roler'; did you mean 'foam_roller'?"),
    ("fit: {full-bdy: 25m}", "routine or technique 'full-bdy'; did you mean 'full-body'?"),
])  # fmt: skip
def test_what_nobody_knows_is_told_of_and_no_error(tmp_path: Path, keys: str, message: str) -> None:
    (found,) = unknown_elsewhere(loaded(tmp_path, f"kind: profile\nlevel: 2\n{keys}\n"), LIBRARY)
    assert (found.location.line, found.message) == (3, f"there is no {message}")


@pytest.mark.skipif(sys.platform == "win32", reason="has neither links nor locks of this kind")
def test_a_profile_that_cannot_be_read_is_wrong_content(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ContentError, match="no ordinary file"):
        load_profile(LIBRARY, path)
    path.unlink()
    written(tmp_path, "kind: profile\n").chmod(0)
    if os.access(path, os.R_OK):  # root may read anything
        return
    with pytest.raises(ContentError, match="cannot be read"):
        load_profile(LIBRARY, path)


def test_techniques_that_nobody_knows_are_told_of_and_no_error(tmp_path: Path) -> None:
    profile = loaded(
        tmp_path,
        "kind: profile\nskip: [hamstring-barbel]\nhold: {gone: 40, all: 30}\n"
        "swap: {hamstring-barbell: lost}\ntalk: {mislaid: follow}\n",
    )
    found = list(warnings_of(profile, LIBRARY))
    assert [(p.location.line, re.findall(r"'([a-z-]+)'", p.message)[0]) for p in found] == [
        (3, "gone"), (5, "mislaid"), (2, "hamstring-barbel"), (4, "lost"),
    ]  # fmt: skip
    assert "did you mean 'hamstring-barbell'?" in found[2].message


def test_the_variable_says_where_the_profile_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMR_AUDIO_PROFILE", "~/somewhere.yaml")
    assert profile_path() == Path("~/somewhere.yaml").expanduser()
    monkeypatch.delenv("SMR_AUDIO_PROFILE")
    assert profile_path().parts[-2:] == ("smr-audio", "profile.yaml")
    monkeypatch.setenv("SMR_AUDIO_PROFILE", str(tmp_path / "none.yaml"))
    assert load_profile(LIBRARY) is load_profile(LIBRARY, tmp_path / "none.yaml") is None


def test_a_length_is_of_its_routine_alone(tmp_path: Path) -> None:
    profile = loaded(tmp_path, "kind: profile\nfit:\n  full-body: 25m\n  pre-lift: 8m\n")
    assert profile.stored.fit_ticks is None
    assert profile.preferences_of("full-body").fit_ticks == 25 * 60 * 125
    assert profile.preferences_of("hamstrings").fit_ticks is None
    assert profile.lengths["pre-lift"].location.line == 4
    assert list(unknown_elsewhere(profile, LIBRARY)) == []
