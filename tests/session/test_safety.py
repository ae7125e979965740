"""What is never left out: the check, the lines marked safe, the coaching that protects."""

from collections.abc import Sequence
from random import Random

import pytest

from smr_audio import Preferences, UsageError
from smr_audio.library.library import Library
from smr_audio.library.load import lines_of
from smr_audio.library.models import Line
from smr_audio.library.technique import PROTECTED_COACHING, Technique
from smr_audio.normalize.cardinals import in_words
from smr_audio.options.choices import SAFETIES, TALKS, Talk
from smr_audio.session.compile import compile_session
from smr_audio.session.narration import TalkPlan, check_lines
from smr_audio.session.phrasing import Wording, fill
from smr_audio.session.script import Say, Script
from tests.sampling import sampled
from tests.session.people import LIBRARY, heard, phrase, profile, random_person, session
from tests.tables import tables

IDS = (*sampled(LIBRARY.routine_ids(), 5), *LIBRARY.technique_ids())
LINES = LIBRARY.phrases("en").lines
NOTICE = LINES["standing_notice"][0].text.get("en")


def safe_lines(technique: Technique, talk: Talk) -> list[Line]:
    """The lines marked `safety` that are said at a level of talk.

    Below learn shorter ones may stand in for those of a gate and of what comes after a hold.
    """
    parts = [technique.move, technique.easier, technique.setup]
    for part in ("gate", "switch", "finish"):
        own = getattr(technique, part)
        follow = getattr(technique.follow, part) if technique.follow and talk != "learn" else ()
        parts.append(follow or own)
        # And they are no fewer kinds of them.
        assert any(one.safety for one in follow or own) == any(one.safety for one in own)
    return [line for part in parts for line in part if line.safety]


def check_protection(script: Script, plan: TalkPlan, steps: Sequence[Technique], *, full: bool) -> None:
    """The check at the beginning, the lines marked `safety`, and the coaching that protects."""
    texts = heard(script)
    target = in_words(min(5, *(technique.cap for technique in steps)), "en")
    words = Wording(LIBRARY.phrases("en"), LIBRARY.defaults(), "normal")
    whole = [line.text for line in check_lines(words, steps)]
    legs = any(technique.muscle in LIBRARY.defaults().leg_muscles for technique in steps)
    assert len(whole) == len(LINES["safety_full"]) + 2 + legs
    short = [phrase("safety_short", target=target)]
    if plan.session == "follow":
        short = [phrase("safety_rule")]
    said = [item.text for item in script.items if isinstance(item, Say) and item.role == "safety"]
    check = whole if full else short
    assert said[: len(check)] == check
    if not full:
        assert not set(whole) - set(check) & set(texts)
    assert len(script.coaching) == len(steps)
    for technique, coaching in zip(steps, script.coaching, strict=True):
        level = plan.techniques[technique.id]
        for line in safe_lines(technique, level):
            text = line.text.get("en")
            assert "{" not in text  # it is said once, whatever the side
            assert text in texts
        for line in lines_of(technique):
            if line.unless_checked:
                assert (line.text.get("en") in texts) == (not full)
        if technique.standing:
            check_standing(technique, level, texts)
        written = technique.coaching
        first = [written[key].text.get("en") for key in PROTECTED_COACHING if key in written]
        assert 1 <= coaching.protected == len(first) <= 3
        assert [line.text for line in coaching.lines[: coaching.protected]] == first


def check_standing(technique: Technique, level: Talk, texts: list[str]) -> None:
    """Eyes open, whatever the level; who knows the technique hears it with the position."""
    if level == "follow" and technique.follow:
        said = [fill(line.text.get("en"), side="left", other="right", press="five")
                for line in technique.follow.setup]  # fmt: skip
        opened = [text for text in said if text.startswith("Eyes open")]
        assert set(opened) & set(texts)
    else:
        assert NOTICE in texts


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize("name", IDS)
def test_what_protects_is_said_whatever_the_talk(name: str, talk: Talk) -> None:
    routine = LIBRARY.load(name)
    steps = [LIBRARY.technique(step.technique) for step in routine.steps]
    for safety in (None, *SAFETIES):
        done = session(name, talk=talk, safety=safety)
        full = safety == "full" if safety else talk == "learn" and routine.safety == "full"
        check_protection(done.script, done.talk, steps, full=full)


@pytest.mark.parametrize(("technique", "words"), tables(__file__)["warnings"])
def test_what_a_technique_must_not_be_done_with_is_said_before_the_tool_is_loaded(technique: str, words: str) -> None:
    for talk in TALKS:
        for safety in SAFETIES:
            lines = [item for item in session(technique, talk=talk, safety=safety).script.items
                     if isinstance(item, Say)]  # fmt: skip
            load = next(index for index, line in enumerate(lines) if line.role == "load")
            found = [index for index, line in enumerate(lines) if words in line.text]
            assert found
            assert found[0] < load


def test_techniques_near_nerves_say_when_to_stop(library: Library) -> None:
    """Each names tingling, numbness or what is sharp in a line that protects."""
    for technique in map(library.technique, library.technique_ids()):
        protected = [line for key, line in technique.coaching.items() if key in PROTECTED_COACHING]
        said = " ".join(line.text.get("en").lower() for line in protected)
        assert any(word in said for word in ("tingl", "numb", "sharp")), technique.id
        assert not any(line.at is not None for line in protected)


@pytest.mark.parametrize("people", [50, pytest.param(1000, marks=pytest.mark.slow)])
def test_whatever_a_profile_asks_for_what_is_never_left_out_is_said(people: int) -> None:
    for seed in range(people):
        random = Random(seed)
        person, name = random_person(random), random.choice(LIBRARY.routine_ids())
        routine = LIBRARY.load(name)
        try:
            done = compile_session(routine, Preferences(), library=LIBRARY, profile=profile(person))
        except UsageError:  # nothing is left to do
            continue
        full = done.talk.session == "learn" and routine.safety == "full"
        techniques = [block.technique for block in done.work.blocks]
        check_protection(done.script, done.talk, techniques, full=full)
        medical = [one for one in person.limits if one in LIBRARY.limits().medical]
        asks = [one for one in heard(done.script) if one == phrase("ask_clinician")]
        assert len(asks) == (bool(medical) and not full)  # the whole check sends to a doctor itself
