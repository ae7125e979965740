"""Lexicon files: read strictly, found beside phrases, one's own added to the shipped one."""

from pathlib import Path

import pytest

from smr_audio.check import check_paths
from smr_audio.library.lexicon import ENGINES, Lexicon, UnitWords
from smr_audio.library.library import Library
from smr_audio.library.load import read_content
from smr_audio.library.models import Phrases
from smr_audio.library.search import shipped_content
from smr_audio.normalize.sentences import said_as, speakable
from smr_audio.voices import registry
from tests.english import written
from tests.library.test_files import problems_of

OWN = """\
kind: lexicon
language: en
words: {ROM: how far you can move, psoas: so as}
units: {reps: {one: rep, many: reps}, "%": per cent}
engines: {piper: {glute: gloot}}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A content folder with a lexicon."""
    written(tmp_path, "own/lexicon/en.yaml", OWN)
    return tmp_path / "own"


def test_ones_own_entries_win_over_the_shipped_ones_and_add_to_them(own: Path) -> None:
    lexicon = Library([own]).lexicon("en")
    sentences = speakable("Your psoas ROM: 5 reps at 50 % for 30 s, SMR.", lexicon).sentences
    want = "Your so as how far you can move: five reps at fifty per cent for thirty seconds, S M R."
    assert sentences == (want,)
    assert lexicon.units["%"] == UnitWords("per cent", "per cent")
    assert said_as("A glute.", engine="piper", lexicon=lexicon) == "A gloot."


def test_ones_own_rates_articles_and_signs_between_units_add_to_the_shipped_ones(own: Path) -> None:
    text = (
        "kind: lexicon\nlanguage: en\nunits: {/lap: a lap, ₿: coins}\nbetween_units: {×: times}\narticles: [another]\n"
    )
    (own / "lexicon/en.yaml").write_text(text, "utf-8")
    lexicon = Library([own]).lexicon("en")
    assert (lexicon.articles, lexicon.between_units) == (("a", "an", "another"), {"×": "times"})
    sentences = speakable("Another 5 kg ball, 2 rolls/lap, ₿5, 2 m x 3 m.", lexicon).sentences
    want = "Another five kilogram ball, two rolls a lap, five coins, two metres times three metres."
    assert sentences == (want,)


def test_a_region_has_the_words_of_its_language_and_its_own(own: Path) -> None:
    text = "kind: lexicon\nlanguage: en-gb\nwords: {TFL: tensor}\n"
    (own / "lexicon/en-gb.yaml").write_text(text, "utf-8")
    lexicon = Library([own]).lexicon("en-gb")
    assert (lexicon.words["TFL"], lexicon.words["psoas"]) == ("tensor", "so as")
    assert speakable("20 s", lexicon).sentences == ("Twenty seconds",)
    assert Library([own]).lexicon("en").words["TFL"] == "T F L"


def test_a_language_may_have_no_lexicon() -> None:
    lexicon = Library().lexicon("fr")
    assert lexicon.language == "fr"
    assert speakable("20 s [pause 1s] *oui*", lexicon).sentences == ("Vingt s", "oui")


def test_two_readings_of_the_same_files_are_equal(own: Path) -> None:
    shipped = Library().lexicon("en")
    assert shipped == Library().lexicon("en")
    assert hash(shipped) == hash(Library().lexicon("en"))
    assert shipped != Library([own]).lexicon("en")


def test_check_reads_lexicons_and_wants_their_names_right(own: Path) -> None:
    assert check_paths([own]).problems == ()
    (own / "lexicon/de.yaml").write_text(OWN, "utf-8")
    (own / "lexicon/fr.yaml").write_text("kind: phrases\nlanguage: fr\n", "utf-8")
    (own / "phrases").mkdir()
    (own / "phrases/fr.yaml").write_text("kind: phrases\nlanguage: de\n", "utf-8")
    found = [str(problem) for problem in check_paths([own]).problems]
    assert [text for text in found if "de.yaml:1:1: the file is named de" in text]
    assert [text for text in found if "this folder holds files of 'kind: lexicon'" in text]
    assert [text for text in found if "phrases/fr.yaml" in Path(text.split(":")[0]).as_posix()
            and "make the two equal" in text]  # fmt: skip


def test_the_shipped_lexicon_is_sound_and_the_engines_it_may_name_are_there() -> None:
    path = shipped_content() / "lexicon" / "en.yaml"
    assert isinstance(read_content(path), Lexicon)
    assert check_paths([path]).problems == ()
    assert set(ENGINES) <= set(registry.ENGINES)


@pytest.mark.parametrize(("line", "want"), [
    ("Sit [pause 2 hours].", "has the tag [pause 2 hours], which no voice knows; write"),
    ("Sit [pause 2s.", "has a square bracket without its partner; a pause is written"),
    ("Do 3*30.", "has a '*' without its partner; stress a *word* so, and write 3×30 with a ×"),
    ("[pause 2s]", "has nothing that a voice can say; write words"),
])  # fmt: skip
def test_a_line_with_a_bad_mark_is_told_at_its_place(tmp_path: Path, line: str, want: str) -> None:
    path = tmp_path / "en.yaml"
    path.write_text(f'kind: phrases\nlanguage: en\nlines:\n  go: {{en: "{line}"}}\n', "utf-8")
    (found,) = problems_of(path)
    assert found.startswith(f"4:12: go (en) {want}")


def test_marks_in_a_line_are_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    line = "*Slowly* [pause 2s] to **the** {side}. [pause 500ms]"
    path.write_text(f'kind: phrases\nlanguage: en\nlines: {{get_ready: "{line}"}}\n', "utf-8")
    read = read_content(path)
    assert isinstance(read, Phrases)
    assert read.lines["get_ready"][0].text.get("en") == line
