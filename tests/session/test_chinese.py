"""Simplified Chinese: all of it there, said as Mandarin says it, and a real session of it."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

import smr_audio
from smr_audio import Cache, ContentError, MissingError, Preferences
from smr_audio.check import check_paths, missing_texts, texts_of
from smr_audio.library.library import Library
from smr_audio.library.load import read_content
from smr_audio.normalize.cardinals import in_words
from smr_audio.normalize.sentences import speakable
from smr_audio.session.compile import compile_session
from smr_audio.timeline.schedule import schedule
from smr_audio.verification.verify import verify_file
from smr_audio.voices.engine import Voice
from smr_audio.voices.registry import chosen
from tests.conftest import wishes_of
from tests.english import technique_text, written
from tests.tables import tables
from tests.timeline.speech import made_up

LIBRARY = Library()
CHINESE = LIBRARY.lexicon("zh")
SILENT = Preferences(language="zh", voice="silent")


@pytest.mark.parametrize("name", [*LIBRARY.technique_ids(), *LIBRARY.routine_ids()])
def test_every_text_is_there_with_the_same_placeholders(name: str) -> None:
    kind = "routines" if name in LIBRARY.routine_ids() else "techniques"
    (path,) = (path for path in LIBRARY.files() if path.parts[-2:] == (kind, f"{name}.yaml"))
    content = read_content(path)
    assert [str(problem) for problem in missing_texts(content, "zh")] == []
    for text in texts_of(content):
        en, zh = (sorted(set(re.findall(r"{\w+}", text.get(code)))) for code in ("en", "zh"))
        assert en == zh, text.location
        assert re.search(r"[\u4e00-\u9fff]", text.get("zh")), text.location
        assert not re.search("[,.!?;:]", text.get("zh")), text.location  # full-width ones only


def test_check_finds_no_text_without_it() -> None:
    assert check_paths((), language="zh").problems == ()


@pytest.mark.parametrize("name", LIBRARY.routine_ids())
def test_every_routine_is_planned_in_chinese_words_alone(name: str) -> None:
    script = compile_session(LIBRARY.load(name), SILENT, library=LIBRARY).script
    assert script.language == "zh"
    said = [event.text for event in schedule(script, made_up(script)).speech]
    assert len(said) > 30
    assert [text for text in said if re.search("[A-Za-z0-9,.]", text)] == []


@pytest.mark.parametrize(("text", "want"), tables(__file__)["numbers"])
def test_numbers_and_units_are_said_as_people_say_them(text: str, want: str) -> None:
    assert speakable(text, CHINESE).sentences == (want,)


@pytest.mark.parametrize(
    ("number", "want"),
    [(10_000, "一万"), (10_010, "一万零一十"), (123_456_789, "一亿二千三百四十五万六千七百八十九"),
     (100_000_001, "一亿零一"), (Decimal("0.5"), "零点五")],
)  # fmt: skip
def test_large_numbers_go_by_four_digits(number: int | Decimal, want: str) -> None:
    assert in_words(number, "zh") == want


def test_what_is_composed_or_swapped_is_in_chinese_too() -> None:
    wishes = wishes_of(language="zh", voice="silent", tools=("foam_roller",), talk="minimal")
    composed = smr_audio.plan("for:hamstrings+calves", wishes)
    muscles = LIBRARY.phrases("zh").muscles
    assert composed.script.title == f"{muscles['hamstrings']}和{muscles['calves']}"


@pytest.mark.slow
def test_a_real_session_is_as_planned(common_cache: Path, tmp_path: Path) -> None:
    wishes = wishes_of(language="zh", sides="left", talk="follow", voice="pyttsx3")
    output = tmp_path / "zh.mp3"
    report = smr_audio.build("hamstring-ball-chair", output, wishes, cache=Cache(common_cache))
    assert report.plan.voice.id == "pyttsx3:sit/cmn"
    found = verify_file(output)
    assert found.ok, [str(one) for check in found.failed for one in check.findings]


def half_translated(folder: Path) -> Path:
    text = technique_text("hamstring-ball-press").replace("hamstring-ball-press", "half")
    load = LIBRARY.technique("hamstring-ball-press").load.text.get("en")
    assert f'en: "{load}"' in text
    text = text.replace(f'en: "{load}"', f'zh: "压住。", en: "{load}"')
    return written(folder, "techniques/half.yaml", text)


def test_a_half_translated_technique_has_each_missing_line_listed(tmp_path: Path) -> None:
    path = half_translated(tmp_path)
    content = read_content(path)
    problems = check_paths([path]).problems
    assert len(problems) == len(list(texts_of(content))) - 1
    assert all("there is no 'zh' text for" in str(problem) for problem in problems)
    assert len({problem.location for problem in problems}) == len(problems)
    with pytest.raises(ContentError, match="there is no 'zh' text here") as raised:
        smr_audio.plan(path, SILENT)
    assert raised.value.problems[0].location.path == str(path)


def test_what_is_in_one_language_is_whole_unless_another_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(technique_text("hamstring-ball-press"), "utf-8")
    assert check_paths([path]).problems == ()
    assert "no text of this file has one" in str(check_paths([path], language="zh").problems[0])


def test_a_language_without_a_voice_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    english = (Voice("pyttsx3", "gmw/en-us", "English", ("en-us",)),)
    monkeypatch.setattr("smr_audio.voices.system.SystemEngine.voices", lambda _: english)
    monkeypatch.setattr("smr_audio.voices.models.is_installed", lambda: False)
    with pytest.raises(MissingError, match=r"no voice for the language 'zh'") as raised:
        chosen(language="zh")
    assert raised.value.exit_status == 4
    assert any(word in str(raised.value) for word in ("install", "add"))
