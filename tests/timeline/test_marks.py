"""What marks the time in a hold: the metronome's beats, the countdown, and the calls."""

from fractions import Fraction

import pytest

from smr_audio.options.values import parse_hold
from smr_audio.session.script import Hold, Script
from smr_audio.timeline.hold import beats, heard_beats
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import Timeline
from tests.conftest import Compile
from tests.timeline.speech import made_up

ROLLER, KNEE, BARBELL = "hamstring-roller-floor", "hamstring-ball-knee", "hamstring-barbell"
COUNTS = ("Three.", "Two.", "One.")
Compiled = Compile


def one_hold(compiled: Compiled, name: str, seconds: int, **options: object) -> Script:
    holds = (parse_hold(f"{name}={seconds}"),)
    return compiled(name, sides="left", sets=1, holds=holds, **options)


def timeline_of(script: Script, **lengths: int) -> Timeline:
    """Made-up lengths, but for the sentences given: `Three=51`."""
    usual = made_up(script)
    own = {f"{word}.": ticks for word, ticks in lengths.items()}
    return schedule(script, Lengths({**usual.sentences, **own}, usual.cues))


def seconds_in(timeline: Timeline, cue: str) -> list[float]:
    """Where a cue's onsets lie, in seconds from the start of the one hold."""
    start = timeline.holds[0].start_tick
    return [(event.start_tick - start) / 125 for event in timeline.cues if event.cue == cue]


def words_in(timeline: Timeline) -> dict[str, tuple[float, float]]:
    """Start and end of each call, in seconds from the end of the one hold."""
    end = timeline.holds[0].end_tick
    return {
        event.text: ((event.start_tick - end) / 125, (event.end_tick - end) / 125)
        for event in timeline.speech
        if event.role in ("call", "go")
    }


# ---- beats ----


@pytest.mark.parametrize("per_minute", [5, 7, 11, 15, 16, 20, 37, 60])
def test_each_beat_is_rounded_alone_so_that_none_drifts(per_minute: int) -> None:
    found = list(beats(300 * 125, per_minute))
    assert len(found) == (300 * per_minute - 1) // 60
    for number, at in enumerate(found, 1):
        assert abs(at - Fraction(7500 * number, per_minute)) <= Fraction(1, 2)
    assert found[-1] < 300 * 125


def test_no_beat_stands_at_the_start_or_the_end() -> None:
    assert list(beats(8 * 125, 15)) == [500]
    assert list(beats(8 * 125 + 1, 15)) == [500, 1000]
    assert list(beats(4 * 125, 15)) == []


def test_a_tick_is_left_out_within_a_quarter_of_a_second_of_a_sound() -> None:
    def heard(*sounds: tuple[int, int]) -> list[int]:
        return list(heard_beats(1200, 15, sounds=sounds, length=4))

    assert heard() == [500, 1000]
    assert heard((400, 468)) == [500, 1000]  # 32 ticks, 256 ms, after it
    assert heard((400, 469)) == [1000]  # 248 ms
    assert heard((536, 600)) == [500, 1000]
    assert heard((535, 600)) == [1000]
    assert heard((0, 1100)) == []
    assert heard((0, 20), (480, 490), (1040, 1050)) == [1000]


def test_a_roll_ticks_at_15_a_minute_and_a_bend_at_20(compiled: Compiled) -> None:
    for name, beat_s in ((ROLLER, 4), (KNEE, 3), (BARBELL, 3)):
        quiet = {"metronome": True, "talk": "minimal"}
        script = one_hold(compiled, name, 40, **quiet)
        found = seconds_in(timeline_of(script), "tick")
        beats_s = range(beat_s, 40, beat_s)
        assert found == [at for at in beats_s if at not in (20, 39)]  # halfway, and a count


def test_nothing_ticks_unless_it_is_asked_for_or_where_nothing_rolls(compiled: Compiled) -> None:
    assert seconds_in(timeline_of(one_hold(compiled, ROLLER, 40)), "tick") == []
    script = compiled("hamstrings", metronome=True)
    paces = {item.technique: item.beats_per_minute for item in script.items
             if isinstance(item, Hold)}  # fmt: skip
    assert paces[ROLLER] == 15
    assert paces[BARBELL] == 20


def test_coaching_is_where_it_is_without_a_metronome(compiled: Compiled) -> None:
    plain, ticking = (timeline_of(one_hold(compiled, ROLLER, 90, metronome=on)) for on in (False, True))

    def in_hold(timeline: Timeline) -> list[tuple[int, str]]:
        start = timeline.holds[0].start_tick
        return [(event.start_tick - start, event.text) for event in timeline.speech
                if event.start_tick >= start]  # fmt: skip

    for one, other in zip(in_hold(plain), in_hold(ticking), strict=True):
        assert one[1] == other[1]
        assert abs(one[0] - other[0]) < 3  # lines begin on frames, and the holds elsewhere
    assert len(seconds_in(ticking, "tick")) > 8


# ---- countdown ----


def test_a_tone_stands_in_for_a_word_that_does_not_fit_its_second(compiled: Compiled) -> None:
    script = one_hold(compiled, ROLLER, 40, countdown="voice")
    timeline = timeline_of(script, Three=93, Two=94, One=93)
    assert seconds_in(timeline, "countdown") == [38]
    assert {word: words_in(timeline)[word][0] for word in ("Three.", "One.")} == {
        "Three.": -3, "One.": -1,
    }  # fmt: skip


@pytest.mark.parametrize(("two", "one", "said"), [(42, 42, 3), (42, 43, 2), (43, 10, 1)])
def test_by_both_a_voice_too_slow_for_the_tones_leaves_the_rest_to_them(
    compiled: Compiled, two: int, one: int, said: int
) -> None:
    script = one_hold(compiled, ROLLER, 40, countdown="both")
    timeline = timeline_of(script, Three=60, Two=two, One=one)
    assert seconds_in(timeline, "countdown") == [37, 38, 39]
    assert [word for word in COUNTS if word in words_in(timeline)] == list(COUNTS[:said])


def test_at_minimal_talk_the_voice_counts_if_it_is_asked_to(compiled: Compiled) -> None:
    script = one_hold(compiled, ROLLER, 40, countdown="voice", talk="minimal")
    assert set(words_in(timeline_of(script))) == set(COUNTS)


# ---- calls ----


@pytest.mark.parametrize("talk", ["full", "minimal"])
def test_calls_that_are_named_are_said_and_no_others(compiled: Compiled, talk: str) -> None:
    texts = {"begin": "Begin.", "halfway": "Halfway.", "one-minute": "One minute left.",
             "ten-seconds": "Ten seconds."}  # fmt: skip
    for name, text in texts.items():
        script = one_hold(compiled, ROLLER, 100, calls=(name,), talk=talk)
        timeline = timeline_of(script)
        assert set(words_in(timeline)) == {text}
        assert not (set(texts.values()) - {text}) & set(script.sentences())
        cues = {event.cue for event in timeline.cues}
        assert {"start", "halfway", "countdown", "end"} <= cues
    assert set(words_in(timeline_of(one_hold(compiled, ROLLER, 100, calls=("all",), talk=talk)))) == {*texts.values()}
    none = one_hold(compiled, ROLLER, 100, calls=("none",), talk=talk)
    assert words_in(timeline_of(none)) == {}


# ---- what is said of the metronome ----


def beat_lines(script: Script) -> list[str]:
    return [event.text for event in timeline_of(script).speech if " beat" in event.text]


def test_what_a_beat_means_is_said_once_for_each_technique_and_only_with_a_metronome(compiled: Compiled) -> None:
    assert not [text for text in compiled("hamstrings").sentences() if " beat" in text]
    for talk in ("full", "brief"):
        script = compiled("hamstrings", metronome=True, talk=talk)
        blocks = len(script.coaching)
        assert len(beat_lines(script)) == blocks == 3
    assert beat_lines(compiled("hamstrings", metronome=True, talk="minimal")) == []
    assert beat_lines(compiled(ROLLER, metronome=True)) == ["One pass for each beat."]
    bend = ["One way on one beat, back on the next."]
    assert beat_lines(compiled(KNEE, metronome=True)) == bend


def test_it_is_said_after_the_movement_and_before_the_set_up(compiled: Compiled) -> None:
    speech = timeline_of(compiled(ROLLER, metronome=True)).speech
    place = next(index for index, event in enumerate(speech) if " beat" in event.text)
    roles = [event.role for event in speech]
    assert "move" in roles[:place]
    assert roles.index("setup") == place + 1
