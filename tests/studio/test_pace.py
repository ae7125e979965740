"""Instructions are spoken at a guide's pace, calls at the voice's own, a line at its own speed."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from smr_audio import BuildError, Cache, ContentError, Preferences, plan
from smr_audio.studio import draft
from smr_audio.voices import pace
from smr_audio.voices.engine import Speech, SpeechError, Voice
from smr_audio.voices.registry import Chosen
from smr_audio.voices.silent import SilentEngine

TECHNIQUE = Path(__file__).with_name("my-calf.yaml").read_text("utf-8")
LINE = '{en: "Calf on the roller."}'


class Fast(SilentEngine):
    """An engine that speaks faster than a guide, and notes the rate of each sentence."""

    name = "fast"

    def __init__(self) -> None:
        self.rates: dict[str, float] = {}
        self.rate = 0.0
        self.fails = ""

    def speak(self, sentences: Sequence[str], *, voice: Voice, rate: float) -> Iterator[tuple[int, Speech]]:
        self.rates |= dict.fromkeys(sentences, rate)
        for index, speech in super().speak(sentences, voice=voice, rate=rate):
            if sentences[index] == self.fails:
                raise SpeechError("it lost its voice", index=index)
            yield index, speech


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> Fast:
    engine = Fast()
    voice = Voice("fast", "", "Fast")
    monkeypatch.setattr(draft, "chosen", lambda *_, **__: Chosen(engine, voice))
    monkeypatch.setitem(pace.OWN_WPM, ("fast", "en"), 1.25 * pace.GUIDE_WPM)
    return engine


def content(folder: Path, line: str = LINE) -> Path:
    path = folder / "my-calf.yaml"
    path.write_text(TECHNIQUE.replace(LINE, line), "utf-8")
    return path


def rates(engine: Fast, path: Path, cache: Path, rate: float | None = None) -> dict[str, float]:
    engine.rates.clear()
    plan(path, Preferences(rate=rate), cache=Cache(cache))
    return dict(engine.rates)


def test_instructions_are_slower_than_calls_and_both_follow_the_rate(fast: Fast, tmp_path: Path) -> None:
    path = content(tmp_path)
    usual = rates(fast, path, tmp_path / "cache")
    assert usual["Calf on the roller."] == 0.8
    assert usual["Halfway."] == 0.8  # a call and in a line: it is spoken once
    assert usual["Ten seconds."] == usual["Begin."] == 1
    quicker = rates(fast, path, tmp_path / "cache", 1.4)
    assert quicker["Calf on the roller."] == 1.12
    assert quicker["Ten seconds."] == 1.4
    slowest = rates(fast, path, tmp_path / "cache", 0.5)
    assert set(slowest.values()) == {0.5}  # no engine speaks slower
    # A voice that was not measured keeps its pace.
    assert pace.guide_factor("somebody's", "en") == pace.guide_factor("pyttsx3", "zh") == 1


def test_a_line_has_a_speed_of_its_own_and_only_it_is_spoken_again(fast: Fast, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    rates(fast, content(tmp_path), cache)
    slower = content(tmp_path, '{en: "Calf on the roller.", speed: 0.9}')
    assert rates(fast, slower, cache) == {"Calf on the roller.": 0.72}


@pytest.mark.parametrize(("line", "message"), [
    ('{en: "Calf.", speed: 0.8}', "my-calf.yaml:15:26: speed must be 0.85 to 1, not 0.8"),
    ('{en: "Calf.", speed: fast}', "my-calf.yaml:15:26: speed must be a number, 0.85 to 1, not fast"),
    ('{en: "Calf.", speed: 0.9, sound: calf.wav}', "remove speed"),
])  # fmt: skip
def test_a_speed_that_cannot_be_is_refused_at_its_place(fast: Fast, tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        plan(content(tmp_path, line), cache=Cache(tmp_path / "cache"))


def test_a_sentence_that_cannot_be_spoken_is_named_at_whatever_rate(fast: Fast, tmp_path: Path) -> None:
    fast.fails = "Roll away."
    with pytest.raises(BuildError, match=r"my-calf\.yaml:24:\d+: it lost its voice"):
        plan(content(tmp_path), cache=Cache(tmp_path / "cache"))


def test_an_engine_with_one_rate_for_all_it_speaks_is_given_one_rate_after_the_other(
    fast: Fast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: dict[str, float] = {}
    speak = Fast.speak

    def sounds(sentences: Sequence[str], voice: Voice) -> Iterator[tuple[int, Speech]]:
        for index, sentence in enumerate(sentences):
            heard[sentence] = fast.rate
            yield from ((index, one) for _, one in speak(fast, [sentence], voice=voice, rate=1))

    def set_and_speak(
        self: Fast, sentences: Sequence[str], *, voice: Voice, rate: float
    ) -> Iterator[tuple[int, Speech]]:
        self.rate = rate
        return sounds(sentences, voice)

    monkeypatch.setattr(Fast, "speak", set_and_speak)
    plan(content(tmp_path), cache=Cache(tmp_path / "cache"))
    assert (heard["Roll away."], heard["Ten seconds."]) == (0.8, 1)
