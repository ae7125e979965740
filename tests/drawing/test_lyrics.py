"""The words of a session, plain and with times, of the whole and of a track."""

from smr_audio.timeline.timeline import Chapter, CueEvent, SpeechEvent, Timeline
from smr_audio.views.transcript import bounded, lrc, lyrics
from tests.drawing.made_up import plan_of

TIMELINE = Timeline(
    (
        SpeechEvent(125, 200, "One.", "title", ()),
        CueEvent(250, 260, "start"),
        SpeechEvent(1251, 1300, "Two\nlines [x].", "setup", ()),
        SpeechEvent(125 * 6100, 125 * 6101, "Late.", "closing", ()),
    ),
    (Chapter(0, 1250, "Opening"), Chapter(1250, 125 * 7000, "Calves, left]")),
    125 * 7000,
)
PLAN = plan_of(TIMELINE, title="A ] title")


def test_lyrics_are_the_lines_with_chapters_set_apart() -> None:
    assert lyrics(TIMELINE) == ("— Opening —\n\nOne.\n\n— Calves, left] —\n\nTwo lines [x].\nLate.")
    assert lyrics(TIMELINE, 1250) == "— Calves, left] —\n\nTwo lines [x].\nLate."
    assert lyrics(TIMELINE, 0, 1250) == "— Opening —\n\nOne."


def test_an_lrc_has_a_time_for_each_line_rounded_down() -> None:
    assert lrc(PLAN).splitlines() == [
        "[re:smr-audio]", "[ti:A ) title]", "[la:en]", "[length:1:56:40]",
        "[00:00.00]— Opening —", "[00:01.00]One.", "[00:10.00]— Calves, left] —",
        "[00:10.00]Two lines [x].", "[101:40.00]Late.",
    ]  # fmt: skip
    track = lrc(PLAN, 1250, 2500, title="Calves", album="Legs")  # from its own start
    assert track.splitlines() == [
        "[re:smr-audio]", "[ti:Calves]", "[al:Legs]", "[la:en]", "[length:0:10]",
        "[00:00.00]— Calves, left] —", "[00:00.00]Two lines [x].",
    ]  # fmt: skip


def test_lyrics_are_bounded_by_whole_lines() -> None:
    assert bounded("one\ntwo\nthree", chars=13) == "one\ntwo\nthree"
    assert bounded("one\ntwo\nthree", chars=12) == "one\ntwo\n…"
    many = Timeline(tuple(SpeechEvent(n, n + 1, "word " * 20, "setup", ()) for n in range(3000)),
                    (), 9000)  # fmt: skip
    assert 39_000 < len(lyrics(many)) <= 40_000
