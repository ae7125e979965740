"""The worker of natural voices: a process that loads a model and speaks by it.

Run as a script:

    model_worker.py ENGINE FOLDER MODEL SHA256

ENGINE is one of `ENGINES`. FOLDER is the parent's private folder, removed here only if the parent
dies without doing so. MODEL is a file that is used only if it has this SHA-256. A request is a JSON
line, and so is an answer.

A sentence sounds the same whatever was spoken before: Hibari's noise has one seed, Piper's is off,
and one thread adds up in one order. Nothing is downloaded: hibari fetches a voice only when it is
not given the file. A model in parts is given as its first, in the folder of a package.
"""

import hashlib
import json
import os
import re
import sys
import traceback
import wave
from pathlib import Path
from typing import Final

# The parent's own package, and not another copy that may be installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from smr_audio.voices.workers.system_worker import (
    Message,
    Refusal,
    Untyped,
    in_a_line,
    keep_in_bounds,
    leave_own_folder,
    open_answers,
    serve,
)

# Joe takes 2.2 GB for the longest sentence there may be at half the pace; larger models take more.
_MORE_MEMORY: Final = 8 << 30
_SEED: Final = 0
_HIBARI_INPUTS: Final = {"ids", "speed"}
_PIPER_INPUTS: Final = {"input", "input_lengths", "scales"}
# Hibari has a letter for each diphthong and affricate.
_SOUNDS: Final = ("eɪ", "aɪ", "oʊ", "əʊ", "aʊ", "ɔɪ", "ɾ", "dʒ", "tʃ", "ə")
_IPA: Final = str.maketrans(dict(zip("AIOQWYTʤʧᵊ", _SOUNDS, strict=True)))
# Syllables of pinyin are said as misaki, whose symbols Kokoro was trained with, writes them.
_PINYIN: Final = re.compile(r"[a-zêü]+[1-5]")
_KOKORO_SYMBOLS: Final = (
    *(("˧˩˧", "↓"), ("˧˥", "↗"), ("˥˩", "↘"), ("˥", "→"), ("ɻ̩", "ɨ"), ("ɹ̩", "ɨ")),
    *(("ʈʂ", "ꭧ"), ("tɕ", "ʨ"), ("ts", "ʦ"), ("\u032f", "")),
)
_KOKORO_MARKS: Final = {ord(mark): f"{plain} " for mark, plain in zip("，、。！？：；", ",,.!?:;", strict=True)}  # noqa: RUF001
_MARKUP: Final = re.compile(r"\](?=\()")


def main(engine: str, folder: str, model: str, digest: str) -> None:
    leave_own_folder()
    answers = open_answers()
    # Must be set before the import: else onnxruntime collects usage data to send to its maker.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    load, tell, speak = ENGINES[engine]
    voice = _loaded(load, Path(model), digest)
    keep_in_bounds(_MORE_MEMORY)
    serve(lambda request: _answer(tell, speak, voice, request), Path(folder), answers)


def _loaded(load: Untyped, model: Path, digest: str) -> Untyped:
    """What speaks by a model, or a Refusal that says why nothing does."""
    try:
        found = hashlib.sha256(_bytes_of(model)).hexdigest()
        if found != digest:
            what = f"its SHA-256 is {found[:12]}…, not {digest[:12]}…"
            raise Refusal("broken", f"the voice '{model.name}' is damaged: {what}")
        return load(model)
    except Refusal as refusal:
        return refusal
    except Exception as error:  # noqa: BLE001  # told to who asks, whatever it is
        return Refusal("broken", f"the voice '{model.name}' does not load ({in_a_line(error)})")


def _bytes_of(model: Path) -> bytes:
    if model.name != "part.bin":
        return model.read_bytes()
    first = model.parent
    parts = sorted(first.parent.glob(f"{first.name.rstrip('1')}[0-9]/{model.name}"))
    return b"".join(part.read_bytes() for part in parts)


def _answer(tell: Untyped, speak: Untyped, voice: Untyped, request: Message) -> Message:
    """Save one sentence: how many phonemes and samples it has, and what of it is not spoken."""
    if isinstance(voice, Refusal):
        raise voice
    if request["do"] == "phonemes":
        return {"phonemes": "".join(tell(voice, request["text"])).translate(_IPA)}
    sounds, rate_hz, phonemes, unknown = speak(voice, request["text"], request["rate"])
    samples = b"".join(sound.astype("<i2").tobytes() for sound in sounds)
    with wave.open(request["path"], "wb") as file:
        file.setparams((1, 2, rate_hz, 0, "NONE", "not compressed"))
        file.writeframes(samples)
    return {"phonemes": len(phonemes), "unknown": sorted(unknown), "samples": len(samples) // 2}


def _load_hibari(model: Path) -> Untyped:
    """The voice of an .onnx file, with all that it needs for any word."""
    # With scipy it would compute in another precision: the same samples with it and without.
    sys.modules["scipy"] = None  # type: ignore[assignment]
    try:
        from hibari import Hibari
        from hibari.voices import VOICES

        name = next(name for name, voice in VOICES.items() if voice["file"] == model.name)
        voice = Hibari(voice=name, model=str(model), threads=1)
        voice.g2p.oov("hamstring")  # read now, so that a file that is not there is found now
    except Exception as error:
        raise Refusal("missing", in_a_line(error)) from error
    found = {each.name for each in voice.sess.get_inputs()}
    if found != _HIBARI_INPUTS:
        raise Refusal("missing", f"hibari-tts is too new: its model takes {sorted(found)}")
    return voice


def _tell_by_hibari(voice: Untyped, text: str) -> Untyped:
    # Brackets before parentheses would say the phonemes in the parentheses.
    return voice.phonemize(_MARKUP.sub("] ", text))


def _speak_by_hibari(voice: Untyped, text: str, rate: float) -> Untyped:
    import numpy as np

    parts = _tell_by_hibari(voice, text)
    noise = np.random.default_rng(_SEED)
    sounds = [voice.from_ids(voice.ids(part), rate, noise) for part in parts]
    samples = [np.rint(np.clip(sound, -1.0, 1.0) * 32767) for sound in sounds]
    phonemes = "".join(parts)
    letters = {letter for letter in text if letter.isalpha()}
    unknown = (letters - voice.g2p.oov.cin.keys()) | (set(phonemes) - voice.vocab.keys())
    return samples, voice.sample_rate, phonemes, unknown


def _load_piper(model: Path) -> Untyped:
    """The voice of an .onnx file with its .json next to it."""
    try:
        import onnxruntime
        from piper.config import PiperConfig
        from piper.voice import PiperVoice
    except Exception as error:
        raise Refusal("missing", in_a_line(error)) from error
    # What more it could rewrite costs more to load than it saves in speaking.
    session = _session(str(model), onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC)
    if not {each.name for each in session.get_inputs()} >= _PIPER_INPUTS:
        raise Refusal("broken", f"'{model.name}' is a model, but not a voice of Piper")
    config = json.loads(model.with_name(f"{model.name}.json").read_text(encoding="utf-8"))
    return PiperVoice(session=session, config=PiperConfig.from_dict(config))


def _session(model: Untyped, level: Untyped) -> Untyped:
    """A session of a model, by its path or bytes, in one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = level
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, sess_options=options, providers=["CPUExecutionProvider"])


def _tell_by_piper(voice: Untyped, text: str) -> Untyped:
    # Two brackets would start phonemes that are spoken literally.
    return [phoneme for part in voice.phonemize(text.replace("[[", "[ [")) for phoneme in part]


def _speak_by_piper(voice: Untyped, text: str, rate: float) -> Untyped:
    from piper.config import SynthesisConfig

    phonemes, text = _tell_by_piper(voice, text), text.replace("[[", "[ [")
    settings = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, length_scale=1 / rate)
    chunks = [chunk.audio_int16_array for chunk in voice.synthesize(text, settings)]
    unknown = set(phonemes) - voice.config.phoneme_id_map.keys()
    return chunks, voice.config.sample_rate, phonemes, unknown


def _load_kokoro(model: Path) -> Untyped:
    """A session of the model, the style for each number of symbols, and the symbols' numbers."""
    try:
        import numpy as np
        import onnxruntime
        import pinyin_to_ipa  # noqa: F401
        import pypinyin  # noqa: F401
    except Exception as error:
        raise Refusal("missing", in_a_line(error)) from error
    session = _session(_bytes_of(model), onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL)
    folder = Path(__file__).parents[1] / "kokoro"
    symbols = json.loads((folder / "symbols.json").read_text(encoding="utf-8"))
    return session, np.fromfile(folder / "xiaoxiao.bin", "<f4").reshape(-1, 1, 256), symbols


def _tell_by_kokoro(voice: Untyped, text: str) -> list[str]:
    """The sounds of each syllable in IPA, and what stands between them."""
    from pinyin_to_ipa import pinyin_to_ipa
    from pypinyin import Style, lazy_pinyin

    told = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True)
    return ["".join(pinyin_to_ipa(each)[0]) if _PINYIN.fullmatch(each) else each for each in told]


def _speak_by_kokoro(voice: Untyped, text: str, rate: float) -> Untyped:
    import numpy as np

    session, style, symbols = voice
    parts = [""]
    for each in _tell_by_kokoro(voice, text):
        said = each.translate(_KOKORO_MARKS)
        for sound, symbol in _KOKORO_SYMBOLS:
            said = said.replace(sound, symbol)
        if len(parts[-1]) + len(said) >= len(style):
            parts.append("")
        parts[-1] += said
    samples = []
    for part in parts:
        ids = [symbols[symbol] for symbol in part if symbol in symbols]
        given = {"tokens": [[0, *ids, 0]], "style": style[len(ids)], "speed": np.array([rate], np.float32)}
        (sound,) = session.run(None, given)
        samples.append(np.rint(np.clip(sound.ravel(), -1.0, 1.0) * 32767))
    # Its Latin letters are sounds of IPA, so those of a text would be said as something else.
    letters = {letter for letter in text if letter.isascii() and letter.isalnum()}
    phonemes = "".join(parts)
    return samples, 24000, phonemes, letters | (set(phonemes) - symbols.keys())


ENGINES: Final = {
    "hibari": (_load_hibari, _tell_by_hibari, _speak_by_hibari),
    "piper": (_load_piper, _tell_by_piper, _speak_by_piper),
    "kokoro": (_load_kokoro, _tell_by_kokoro, _speak_by_kokoro),
}
"""What loads the voice of a file, what tells the phonemes of a sentence, and what gives its sound:
arrays of 16-bit samples, their rate in Hz, the phonemes, and those that are not spoken."""


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BaseException:
        traceback.print_exc()  # into the log, which the parent quotes
        raise
    finally:
        os._exit(0)  # a library may crash while it cleans up, and nothing is left to clean
