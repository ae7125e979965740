"""The worker of natural voices: a process that loads a model and speaks by it.

Run as a script:

    model_worker.py MODULE FOLDER MODEL SHA256

MODULE is the one in this folder that knows the engine: `load(model)` gives what speaks, and
`speak(voice, text, rate)` the sound of a sentence: arrays of 16-bit samples, their rate in Hz, the
phonemes, and those that are not spoken. FOLDER is the parent's private folder,
removed here only if the parent dies without doing so. MODEL is a file that is used only if it has
this SHA-256. A request is a JSON line, and so is an answer.
"""

from __future__ import annotations

import hashlib
import os
import sys
import traceback
import wave
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

# The parent's own package, and not another copy that may be installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from smr_audio.voices.workers.system_worker import (
    Refusal,
    in_a_line,
    keep_in_bounds,
    leave_own_folder,
    open_answers,
    serve,
)

Untyped: TypeAlias = Any  # what comes from an engine
Message: TypeAlias = dict[str, Any]

# Joe takes 2.2 GB for the longest sentence there may be at half the pace; larger models take more.
_MORE_MEMORY: Final = 8 << 30


def main(arguments: list[str]) -> None:
    leave_own_folder()
    answers = open_answers()
    engine = import_module(f"smr_audio.voices.workers.{arguments[0]}")
    folder, model, digest = Path(arguments[1]), Path(arguments[2]), arguments[3]
    # Must be set before the import: else onnxruntime collects usage data to send to its maker.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    voice: Untyped
    try:
        voice = _load(engine, model, digest)
    except Refusal as refusal:
        voice = refusal
    keep_in_bounds(_MORE_MEMORY)
    serve(lambda request: _answer(engine, voice, request), folder, answers)


def _load(engine: Untyped, model: Path, digest: str) -> Untyped:
    try:
        with model.open("rb") as file:
            found = hashlib.sha256(file.read()).hexdigest()
        if found != digest:
            what = f"its SHA-256 is {found[:12]}…, not {digest[:12]}…"
            raise Refusal("broken", f"the voice '{model.name}' is damaged: {what}")
        return engine.load(model)
    except Refusal:
        raise
    except Exception as error:
        what = f"the voice '{model.name}' does not load ({in_a_line(error)})"
        raise Refusal("broken", what) from error


def _answer(engine: Untyped, voice: Untyped, request: Message) -> Message:
    """Save one sentence: how many phonemes and samples it has, and what of it is not spoken."""
    if isinstance(voice, Refusal):
        raise voice
    sounds, rate_hz, phonemes, unknown = engine.speak(voice, request["text"], request["rate"])
    samples = b"".join(sound.astype("<i2").tobytes() for sound in sounds)
    with wave.open(request["path"], "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples)
    spoken = {"phonemes": len(phonemes), "unknown": sorted(unknown)}
    return {**spoken, "samples": len(samples) // 2}


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BaseException:
        traceback.print_exc()  # into the log, which the parent quotes
        raise
    finally:
        os._exit(0)  # a library may crash while it cleans up, and nothing is left to clean
