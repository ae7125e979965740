"""The worker of natural voices: a process that loads a model and speaks by it.

Run as a script:

    model_worker.py ENGINE FOLDER MODEL SHA256

ENGINE is one of `ENGINES`. FOLDER is the parent's private folder, removed here only if the parent
dies without doing so. MODEL is a file that is used only if it has this SHA-256. A request is a JSON
line, and so is an answer.

A sentence sounds the same whatever was spoken before: Hibari's noise has one seed, Piper's is off,
and one thread adds up in one order. Nothing is downloaded: hibari fetches a voice only when it is
not given the file.
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
        found = hashlib.sha256(model.read_bytes()).hexdigest()
        if found != digest:
            what = f"its SHA-256 is {found[:12]}…, not {digest[:12]}…"
            raise Refusal("broken", f"the voice '{model.name}' is damaged: {what}")
        return load(model)
    except Refusal as refusal:
        return refusal
    except Exception as error:  # noqa: BLE001  # told to who asks, whatever it is
        return Refusal("broken", f"the voice '{model.name}' does not load ({in_a_line(error)})")


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
    unknown = sorted(unknown)
    return {"phonemes": len(phonemes), "unknown": unknown, "samples": len(samples) // 2}


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
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # What more it could rewrite costs more to load than it saves in speaking.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(model), sess_options=options, providers=["CPUExecutionProvider"])
    if not {each.name for each in session.get_inputs()} >= _PIPER_INPUTS:
        raise Refusal("broken", f"'{model.name}' is a model, but not a voice of Piper")
    config = json.loads(model.with_name(f"{model.name}.json").read_text(encoding="utf-8"))
    return PiperVoice(session=session, config=PiperConfig.from_dict(config))


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


ENGINES: Final = {
    "hibari": (_load_hibari, _tell_by_hibari, _speak_by_hibari),
    "piper": (_load_piper, _tell_by_piper, _speak_by_piper),
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
