"""Every session that comes along, by every voice that does, is as planned.

All of them take many minutes, so the fast tests have a sample: lines that the natural voice begins
with a click or a breath, or with a soft consonant, and one session with such a line.
"""

from importlib.util import find_spec
from pathlib import Path

import pytest

import smr_audio
from smr_audio import Cache, Preferences, Verification, parse_talk
from smr_audio.library.library import Library
from smr_audio.options.choices import MASTERS
from smr_audio.sound.clip import SPOKEN_EDGES, heard, words_in
from smr_audio.sound.level import make_clip
from smr_audio.voices.engine import Speech
from smr_audio.voices.registry import chosen
from tests.english import technique_text, written
from tests.sampling import sampled
from tests.studio.compare import told

LIBRARY = Library()
NAMES = (*LIBRARY.routine_ids(), *LIBRARY.technique_ids())
needs_hibari = pytest.mark.skipif(find_spec("hibari") is None, reason="needs the extra 'natural'")
needs_piper = pytest.mark.skipif(find_spec("piper") is None, reason="needs 'natural-male'")
NATURAL = [pytest.param("heart", marks=needs_hibari, id="heart"), pytest.param("joe", marks=needs_piper, id="joe")]
VOICES = [
    *(pytest.param(*each.values, "en", marks=each.marks, id=each.id) for each in NATURAL),
    pytest.param("pyttsx3", "en", id="pyttsx3"),
    pytest.param("pyttsx3", "zh", id="pyttsx3, zh"),
]
CLICKS_FIRST = (
    "Turn back a hand's width above it.",
    "Take the ball in your hand and step away from the wall.",
    "Open the left knee sideways and lay the inner thigh on the roller.",
    "Open the right knee sideways, inner thigh on the roller.",
    "Turn your head to the left.",
)
SOFT_FIRST = ("Face up.", "Hips down.", "She sits.", "Thigh still.", "Pull.", "Hold.", "How?")


def verified(name: str | Path, folder: Path, cache: Path, **wishes: object) -> Verification:
    """Build a session and verify it."""
    output = folder / "a.mp3"
    smr_audio.build(name, output, Preferences(**wishes), cache=Cache(cache))  # type: ignore[arg-type]
    return smr_audio.verify(output)


@pytest.fixture(scope="module", params=NATURAL)
def natural(request: pytest.FixtureRequest) -> str:
    """The name of a natural voice."""
    return str(request.param)


@pytest.fixture(scope="module")
def spoken(natural: str) -> dict[str, Speech]:
    """What that voice says, by sentence."""
    engine, voice, _ = chosen(natural, language="en", locale="en_US")
    sentences = [*CLICKS_FIRST, *SOFT_FIRST]
    try:
        run = engine.speak(sentences, voice=voice, rate=1.0)
        return {sentences[index]: speech for index, speech in run}
    finally:
        engine.close()


@pytest.mark.parametrize("sentence", [*CLICKS_FIRST, *SOFT_FIRST])
@pytest.mark.parametrize("master", sampled(MASTERS, 3))
def test_a_line_by_a_natural_voice_begins_at_its_first_word(natural, spoken, sentence, master):
    clip = make_clip(spoken[sentence], target_lufs=-16.0, master=master)
    before, end = words_in(heard(clip.powers[: clip.ticks]))
    assert before <= {"heart": 6, "joe": 4}[natural]  # ticks; heart's begin more softly
    assert clip.ticks - end <= SPOKEN_EDGES.after
    assert clip.ticks > 40


@needs_hibari
@pytest.mark.slow
def test_a_session_with_such_lines_is_as_planned(tmp_path, common_cache):
    text = technique_text("hamstring-ball-press")
    first = LIBRARY.technique("hamstring-ball-press").setup[0].text.get("en")
    start = text.index(f'{{en: "{first}"')
    line = text[start : text.index("\n", start)]
    lines = [f'{{en: "{each}", then_s: 1, safety: true}}' for each in CLICKS_FIRST]
    text = text.replace(line, "\n  - ".join(lines))
    path = written(tmp_path, "techniques/hamstring-ball-press.yaml", text)
    wishes = {"voice": "heart", "talk": (parse_talk("minimal"),), "sides": "left"}
    found = verified(path, tmp_path, common_cache, **wishes)
    assert told(found) == []
    assert {one.text for one in found.manifest.sentences} >= set(CLICKS_FIRST)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("voice", "language"), VOICES)
def test_every_session_is_as_planned_by_every_voice(name, voice, language, tmp_path, common_cache):
    wishes = {"voice": voice, "language": language}
    assert told(verified(name, tmp_path, common_cache, **wishes)) == []
    for level in ("learn", "follow"):
        preferences = Preferences(talk=(parse_talk(level),), **wishes)
        plan = smr_audio.plan(name, preferences, cache=Cache(common_cache))
        assert [one.text for one in plan.warnings if one.code == "coaching-unsaid"] == []


@pytest.mark.slow
@pytest.mark.parametrize(("voice", "language"), VOICES)
@pytest.mark.parametrize("rate", [0.5, 2.0])
def test_a_session_is_as_planned_at_half_and_twice_the_pace(voice, language, rate, tmp_path, common_cache):
    wishes = {"voice": voice, "language": language, "rate": rate}
    assert told(verified("hamstring-ball-chair", tmp_path, common_cache, **wishes)) == []
