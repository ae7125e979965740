"""What is never left out: the check, the lines marked safe, the coaching that protects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest

from smr_audio.errors import UsageError
from smr_audio.library.library import Library
from smr_audio.library.load import lines_of
from smr_audio.library.models import PROTECTED_COACHING, Technique
from smr_audio.options.preferences import Preferences
from smr_audio.session.compile import compile_session
from smr_audio.session.script import Say, Script
from tests.session.people import LIBRARY, heard, profile, random_person

IDS = (*Library().routine_ids(), *Library().technique_ids())
TALKS = ("full", "brief", "minimal")
FULL_CHECK = "Stop at once for sharp pain, numbness, tingling, or dizziness."
SHORT_CHECK = "Five out of ten pressure. Stop for sharp pain, numbness, or tingling."
ASK = "sk your clinician before you start."


def check_protection(script: Script, steps: Sequence[Technique], *, full: bool) -> None:
    """The check at the beginning, the lines marked `safety`, and the coaching that protects."""
    texts = heard(script)
    stops = [text for text in texts if text.startswith(("Stop at once for", "Five out of ten"))]
    assert [text for text in stops if "top" in text] == [FULL_CHECK if full else SHORT_CHECK]
    assert ("Do not roll. Get medical advice today." in " ".join(texts)) == full
    assert len(script.coaching) == len(steps)
    for technique, coaching in zip(steps, script.coaching, strict=True):
        for line in lines_of(technique):
            if line.safety:
                text = line.text.get("en")
                assert "{" not in text  # it is said once, whatever the side
                assert text in texts
        if technique.standing:
            assert any(text.startswith("This one is done standing.") for text in texts)
        written = technique.coaching
        first = [written[key].text.get("en") for key in PROTECTED_COACHING if key in written]
        assert 1 <= coaching.protected == len(first) <= 3
        assert [line.text for line in coaching.lines[: coaching.protected]] == first


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize("name", IDS)
def test_what_protects_is_said_whatever_the_talk(
    name: str, talk: str, compiled: Callable[..., Script], library: Library
) -> None:
    routine = library.load(name)
    steps = [library.technique(step.technique) for step in routine.steps]
    full = talk == "full" and routine.safety == "full"
    check_protection(compiled(name, talk=talk), steps, full=full)


@pytest.mark.parametrize(
    ("technique", "line"),
    [
        ("calf-roller-seated", "Hot, swollen, or newly painful calf? Do not roll. Get it checked."),
        ("calf-ball-ankle", "Hot, swollen, or newly painful calf? Do not press. Get it checked."),
        ("thoracic-roller-supine", "Fragile bones? Skip this."),
        ("plantar-ball-standing", "Numb feet or foot sores? Skip this."),
        ("plantar-ball-seated", "Numb feet or foot sores? Skip this."),
        ("quad-bar-seated", "Find somebody to help. Get help to lift it on, and to lift it off."),
        ("hamstring-barbell", "First session, or unsteady on one leg? Skip to the next exercise."),
    ],
)
def test_what_a_technique_must_not_be_done_with_is_said_before_it(
    technique: str, line: str, compiled: Callable[..., Script]
) -> None:
    for talk in TALKS:
        items = compiled(technique, talk=talk).items
        at = next(i for i, item in enumerate(items) if isinstance(item, Say) and item.text == line)
        ready = next(i for i, item in enumerate(items)
                     if isinstance(item, Say) and "et ready" in item.text)  # fmt: skip
        assert at < ready


def test_techniques_near_nerves_say_when_to_stop(library: Library) -> None:
    """Each names tingling, numbness or what is sharp, in a line of its movement or protected."""
    for technique in map(library.technique, library.technique_ids()):
        protected = [line for key, line in technique.coaching.items() if key in PROTECTED_COACHING]
        said = " ".join(line.text.get("en").lower() for line in (*technique.move, *protected))
        assert any(word in said for word in ("tingling", "numb", "sharp")), technique.id


def test_whatever_a_profile_asks_for_what_is_never_left_out_is_said() -> None:
    for seed in range(150):
        random = Random(seed)
        person, name = random_person(random), random.choice(LIBRARY.routine_ids())
        routine = LIBRARY.load(name)
        try:
            done = compile_session(routine, Preferences(), library=LIBRARY, profile=profile(person))
        except UsageError:  # nothing is left to do
            continue
        full = person.talk == "full" and routine.safety == "full"
        techniques = [block.technique for block in done.work.blocks]
        check_protection(done.script, techniques, full=full)
        medical = [one for one in person.limits if one in LIBRARY.limits().medical]
        asks = [one for one in heard(done.script) if one.endswith(ASK)]
        assert bool(asks) == (full or bool(medical))
