"""One text as a voice says it: the words that its engine is given, how it says them, the sound."""

from collections.abc import Iterable
from itertools import repeat
from typing import Any, Final

from smr_audio.errors import ContentError, Location, Problem, UsageError
from smr_audio.library.lexicon import Lexicon
from smr_audio.library.markup import parse_markup
from smr_audio.library.schema.lines import is_language
from smr_audio.normalize.sentences import said_as, speakable
from smr_audio.records import asdict, dataclass
from smr_audio.session.script import Part, Say, Script
from smr_audio.studio.clips import Speaker
from smr_audio.studio.plan import voice_warnings
from smr_audio.voices.engine import SpeechError, Voice
from smr_audio.voices.proven import ProvenEngine
from smr_audio.voices.sentence import checked

SAY_FORMAT: Final = "smr-audio/say-1"
_PLACE: Final = Location("TEXT")


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """A sentence as its engine is given it; `phonemes` are IPA, if the engine tells any."""

    words: str
    phonemes: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A text as a voice says it; `voice` is `engine:voice`."""

    language: str
    voice: str
    text: str
    sentences: tuple[SaidSentence, ...]
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"format": SAY_FORMAT, **asdict(self)}


def script_of(text: str, *, lexicon: Lexicon, voice: Voice) -> Script:
    """A script of one line. Raises ContentError for what this voice cannot say, with the reason."""
    faults = [f"the text {fault}" for fault in parse_markup(text).faults]
    spoken = speakable(text, lexicon)
    if not faults and not spoken.sentences:
        faults = ["the text has nothing that a voice can say; write words"]
    if not faults:
        try:
            checked(_words(spoken.sentences, lexicon, voice), voice=voice)
        except SpeechError as error:
            faults = [str(error)]
    if faults:
        raise ContentError([Problem(_PLACE, fault) for fault in faults])
    title = " ".join(spoken.sentences)
    line = Say(title, spoken.sentences, "setup", spoken.tail_ticks, _PLACE, spoken.quiet)
    items = (Part(title, None, None, 0), line)
    return Script("say", title, lexicon.language, items, (), (), (), lexicon)


def said_by(speaker: Speaker, script: Script, text: str) -> Said:
    """What the engine is given for a script of one line. Raises as the engine does."""
    (line,) = script.lines()
    engine, voice = speaker.engine, speaker.voice
    words = _words(map(str, line.sentences), script.lexicon, voice)
    told = engine.phonemes(words, voice=voice) if isinstance(engine, ProvenEngine) else None
    sentences = tuple(map(SaidSentence, words, told or repeat(None)))
    warnings = tuple(one.text for one in voice_warnings(speaker, script.language))
    return Said(script.language, voice.id, text, sentences, warnings)


def read_language(code: str) -> str:
    """A language code in lower case, whether or not there are phrases in it."""
    found = code.strip().replace("_", "-").lower()
    if not is_language(found):
        raise UsageError(f"'{code}' is no language code; write en, zh or the like")
    return found


def _words(sentences: Iterable[str], lexicon: Lexicon, voice: Voice) -> list[str]:
    return [said_as(each, engine=voice.engine, lexicon=lexicon) for each in sentences]
