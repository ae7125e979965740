"""How long it takes, as people are told it: one rule, and its words in every language."""

from pathlib import Path

import pytest

from smr_audio import Preferences, units
from smr_audio.library.library import Library
from smr_audio.library.search import shipped_content
from smr_audio.normalize.cardinals import in_words
from smr_audio.session.compile import compile_session
from smr_audio.session.script import SayLength, UserRecording
from smr_audio.timeline.schedule import schedule
from tests.english import written
from tests.tables import tables
from tests.timeline.speech import made_up

TABLES = tables(__file__)
NAME = "hamstring-ball-press"
HOUR = 3_600_000


@pytest.mark.parametrize(("ms", "minutes"), TABLES["minutes"].items())
def test_a_length_is_told_to_the_half_minute_the_minute_or_five(ms: int, minutes: str) -> None:
    assert units.about_minutes(ms) == minutes


def test_a_longer_session_is_never_told_to_be_shorter_and_every_length_told_is_listed() -> None:
    told = [units.about_s(ms) for ms in range(0, 3 * HOUR, 500)]
    assert told == sorted(told)
    assert list(units.abouts_between(0, 3 * HOUR - 500)) == list(dict.fromkeys(told))


def announced(*folders: Path, **options: object) -> SayLength:
    """What a session of a few minutes may announce that is asked to take three hours."""
    library = Library(folders)
    wishes = Preferences(fit=3 * 3600, **options)  # type: ignore[arg-type]
    length = compile_session(library.load(NAME), wishes, library=library).script.length
    assert length is not None
    return length


WORDS = TABLES["words"]


@pytest.mark.parametrize(("number", "language"), [(0, "en"), (1, "zh")])
def test_every_length_has_its_words(number: int, language: str) -> None:
    lines = announced(language=language).lines
    assert {s: lines[s].text for s in WORDS} == {s: words[number] for s, words in WORDS.items()}
    assert {line.sentences for line in lines.values()} == {(e.text,) for e in lines.values()}


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A folder with a third language, whose phrases know minutes alone; the rest is Chinese."""
    phrases = (shipped_content() / "phrases/zh.yaml").read_text("utf-8")
    kept = [line for line in phrases.split("\n") if not line.startswith("  session_")]
    kept.insert(kept.index("lines:") + 1, '  session_total: {de: "Etwa {minutes} Minuten."}')
    technique = (shipped_content() / f"techniques/{NAME}.yaml").read_text("utf-8")
    for name, text in (("phrases/de", "\n".join(kept)), (f"techniques/{NAME}", technique)):
        german = text.replace("zh:", "de:").replace("language: zh", "language: de")
        written(tmp_path, f"{name}.yaml", german)
    return tmp_path


def test_a_language_that_has_words_for_minutes_alone_says_minutes(other: Path) -> None:
    lines = announced(other, language="de").lines
    assert {seconds: lines[seconds].text for seconds in (150, 480, 3900)} == {
        150: "Etwa zwei Komma fünf Minuten.",
        480: "Etwa acht Minuten.",
        3900: "Etwa fünfundsechzig Minuten.",
    }


def test_a_length_that_nobody_recorded_is_said_by_the_voice(other: Path) -> None:
    path = other / "phrases/de.yaml"
    text = path.read_text("utf-8").replace('Minuten."}', 'Minuten.", sound: {de: "anna/{minutes}.wav"}}')
    path.write_text(text, "utf-8")
    (path.parent / "anna").mkdir()
    (path.parent / "anna/acht.wav").write_bytes(b"")
    lines = announced(other, language="de").lines
    assert isinstance(lines[480].sentences[0], UserRecording)
    assert lines[540].sentences == ("Etwa neun Minuten.",)


def test_a_session_of_many_rests_has_a_line_for_its_length() -> None:
    library = Library()
    wishes = Preferences(sets=10, rest=20)
    script = compile_session(library.load("full-body"), wishes, library=library).script
    assert script.length
    end_ms = units.ms_of_ticks(schedule(script, made_up(script)).end_tick)
    assert units.about_s(end_ms) in script.length.lines
    hours, minutes = divmod(units.about_s(end_ms) // 60, 60)
    words = f"{in_words(hours, 'en')} hours and {in_words(minutes, 'en')} minutes."
    assert script.length.line(end_ms).text == words.capitalize()
    assert hours == 2
