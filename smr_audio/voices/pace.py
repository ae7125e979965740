"""How fast each engine speaks by itself, and how much slower its instructions are spoken."""

from collections.abc import Mapping
from typing import Final

from smr_audio.options.choices import LEAST_RATE

GUIDE_WPM: Final = 155
"""Words a minute of an instruction. Narration for learners is given as 150 to 160."""

# Words a minute of instructions over the rate they are spoken at, the median of the sentences of
# eight words and more in content/: `python scripts/intelligibility --pace`. At rate 1 Joe's is 229;
# at half of it he is faster than half. Mandarin counts characters: espeak's 198 a minute are a
# guide's pace by themselves. Kokoro's 299 become 269: at 215 Whisper hears 13 % of the syllables
# wrong, and 5 % at 269.
OWN_WPM: Final[Mapping[tuple[str, str], float]] = {
    ("hibari", "en"): 224,
    ("piper", "en"): 256,
    ("pyttsx3", "en"): 204,
    ("kokoro", "zh"): 172,
    ("silent", "en"): 168,
}


def guide_factor(engine: str, language: str) -> float:
    """The factor on an engine's pace for instructions; 1 for a pace that was not measured."""
    own = OWN_WPM.get((engine, _family(language)))
    return min(1.0, GUIDE_WPM / own) if own else 1.0


def against_silent(engine: str, language: str) -> float:
    """How much faster an engine is than `silent`, by whose lengths others are estimated."""
    family = _family(language)
    silent = OWN_WPM.get(("silent", family), 1.0)
    return OWN_WPM.get((engine, family), silent) / silent


def spoken_rate(rate: float, factor: float) -> float:
    """The engine's rate for a sentence: three decimals, and no slower than engines can speak."""
    return max(LEAST_RATE, round(rate * factor, 3))


def _family(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
