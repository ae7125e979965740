"""From Python: what signatures need is there, wrong types are our errors, and dicts are content."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, get_args, get_type_hints

import pytest

import smr_audio
from smr_audio import (
    ContentError,
    Preferences,
    SmrAudioError,
    UsageError,
    list_all,
    list_voices,
    load,
    parse_hold,
    plan,
)
from smr_audio.library.library import Library
from tests.cli.conftest import ROUTINE

pytestmark = pytest.mark.usefixtures("warm")
py: Any = smr_audio  # without types
PUBLIC = {name: getattr(smr_audio, name) for name in smr_audio.__all__}
INSIDE = {"Clips", "Compiled", "Interlude", "Library", "Manifest", "Product", "Round", "Stream", "Technique"}
INSIDE |= {"UserRecording"}
"""What routines, plans and sessions are made of, which callers only pass on."""
STEPS = [{"technique": "hamstring-ball-press", "hold": 20}]
SESSION = {"title": "Mine", "steps": STEPS, "settings": {"sides": "left", "voice": "silent"}}


def classes(hint: Any) -> Iterator[type]:
    for part in get_args(hint):
        yield from classes(part)
    if inspect.isclass(hint) and hint.__module__.startswith("smr_audio."):
        yield hint


@pytest.mark.parametrize("name", PUBLIC)
def test_everything_that_a_signature_needs_is_public(name: str) -> None:
    one = PUBLIC[name]
    hints = get_type_hints(one) | (get_type_hints(one.__init__) if inspect.isclass(one) else {})
    needed = {found for hint in hints.values() for found in classes(hint)}
    assert {found.__name__ for found in needed - set(PUBLIC.values())} <= INSIDE


@pytest.mark.parametrize(("call", "says"), [
    (lambda: py.plan(5), "plan: target must be str | Path | Mapping[str, Any] | Composition"),
    (lambda: py.plan("hamstrings", {"hold": 45}), "plan: preferences must be Preferences | None"),
    (lambda: py.plan("hamstrings", content="my"), "plan: content must be Iterable[str | Path]"),
    (lambda: py.plan("hamstrings", progress=3), "plan: progress must be Progress, not 3"),
    (lambda: py.Preferences(holds=45), "holds must be tuple[HoldChange, ...], not 45"),
    (lambda: py.Preferences(rest="15"), "rest must be int | float | timedelta | None, not"),
    (lambda: py.Preferences(fit=timedelta(days=2)), "fit must be 1 to 86400 seconds, or off"),
    (lambda: py.Preferences(tools=7), "tools must be tuple[str, ...], not 7"),
    (lambda: py.Composition("quads"), "muscles must be tuple[str, ...], not 'quads'"),
    (lambda: py.parse_talk(1), "parse_talk: text must be str"),
    (lambda: py.Swap(1, 2), "Swap: old must be str, not 1"),
    (lambda: py.Studio().plan("hamstrings"), "Studio.plan: routine must be Routine"),
    (lambda: py.build_many([5], "x"), "build_many: jobs must be Iterable[Job"),
    (lambda: py.levels(py.History(), "a", None), "techniques must be Iterable[str]"),
])  # fmt: skip
def test_a_wrong_type_is_an_error_of_ours(call: Callable[[], object], says: str) -> None:
    with pytest.raises(UsageError) as raised:
        call()
    assert says in str(raised.value)


@pytest.mark.parametrize(("options", "advice"), [
    ({"fit": 60}, "do: fit=496"), ({"fit": timedelta(minutes=8)}, "pace='quick', or skip=('hams"),
    ({"fit": 390, "pace": "quick"}, "talk=(parse_talk('follow'),), or"),
    ({"fit": 4 * 60}, "skip=('hamstring-barbell', 'hamstring-ball-press'), or"),
])  # fmt: skip
def test_errors_advise_arguments(options: dict[str, Any], advice: str) -> None:
    with pytest.raises(smr_audio.TooShortError) as raised:
        plan("hamstrings", Preferences(voice="silent", **options))
    assert advice in str(raised.value)
    assert "--" not in str(raised.value)


def test_times_are_seconds_or_a_timedelta() -> None:
    minute = Preferences(rest=60.0, fit=timedelta(minutes=8))
    assert minute == Preferences(rest=timedelta(minutes=1), fit=480)
    assert (minute.rest, minute.rest_ticks, minute.fit_ticks) == (timedelta(0, 60), 7500, 60_000)


def test_a_session_may_be_a_dict_or_be_made_of_one(tmp_path: Any) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(ROUTINE.replace("safety: short\n", ""), encoding="utf-8")
    options = Preferences(voice="silent", sides="left")
    of_file = plan(path, options)
    assert plan(SESSION).as_json() == {**of_file.as_json(), "routine": "session"}
    routine = load({**SESSION, "about": None, "steps": [{**STEPS[0], "rest": timedelta(0, 9)}]})
    assert routine.steps[0].settings == Preferences(rest=9)
    assert plan(routine, Preferences(holds=(parse_hold("25"),))).duration_ms > of_file.duration_ms


@pytest.mark.parametrize(("values", "says"), [
    ({"steps": STEPS}, "session: a routine lacks 'title'; add it"),
    ({**SESSION, "steps": [{"technique": "calf", "hold": 3}, {}]},
     "session['steps'][0]['hold']: hold must be 5 to 3600 seconds, not 3; for minutes write 3m\n"
     "session['steps'][1]: a step lacks 'technique'; add it"),
    ({**SESSION, "steps": [object()]}, "session['steps'][0]: this must be a text, a number, a"),
    ({**SESSION, "setings": {}}, "session: 'setings' is not a key of a routine; did"),
    ({"kind": "limits"}, "session: the limits lacks"),
])  # fmt: skip
def test_what_is_wrong_with_a_dict_is_said_with_its_place(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ContentError) as raised:
        load(values)
    assert says in str(raised.value)


def test_lists_say_what_there_is(tmp_path: Any) -> None:
    assert [one.id for one in list_all("routine")] == [*Library().routine_ids()]
    calves = [one for one in list_all("technique") if one.muscles == ("calves",)]
    assert {one.level for one in calves} == {1} and all(one.minutes for one in calves)
    assert "butt" in next(one.also for one in list_all("muscle") if one.id == "gluteals")
    assert "silent" in [voice.id for voice in list_voices("en")]
    (tmp_path / "routines").mkdir()
    (tmp_path / "routines" / "bad.yaml").write_text("kind: routine\n", encoding="utf-8")
    with pytest.raises(SmrAudioError, match=r"bad.yaml:1:1: a routine lacks"):
        list_all("routine", content=[tmp_path])
