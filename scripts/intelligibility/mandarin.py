"""How many syllables of a Mandarin session Whisper hears wrong; tones do not count."""

from collections.abc import Iterator, Sequence

from intelligibility.listeners import Whisper
from intelligibility.recogniser import Words
from intelligibility.speech import line_at_equal_rms, rates_of, speak


def syllables_of(text: str) -> Words:
    """Its syllables in pinyin without tones."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin([letter for letter in text if letter.isalpha() and not letter.isascii()]))


def syllable_table(voices: Sequence[str], routine: str, *, every: int) -> Iterator[str]:
    """Each voice's errors over one sentence of `every`, unmastered, at the pace of sessions."""
    listener = Whisper("zh", syllables_of)
    for voice in voices:
        rates = [*rates_of([routine], voice, language="zh").items()][::every]
        spoken = speak(voice, dict(rates), language="zh")
        lines = [syllables_of(sentence) for sentence, _ in rates]
        clips = spoken.clips(0.0)
        wrong = sum(listener.errors([line_at_equal_rms([clips[sentence]]) for sentence, _ in rates], lines))
        total = sum(map(len, lines))
        yield f"{spoken.voice}: {wrong} of {total} syllables wrong, {100 * wrong / total:.1f} %, {len(lines)} sentences"
