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
import json
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

# The parent's own package, and not another copy that may be installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from smr_audio.voices.workers.system_worker import (
    Refusal,
    abandon,
    abandoned_after,
    in_a_line,
    keep_in_bounds,
    leave_own_folder,
    open_answers,
    write_answer,
    write_wav,
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
    voice: Untyped = None
    refusal: Message = {}
    try:
        voice = _load(engine, model, digest)
    except Refusal as error:
        refusal = {"kind": error.args[0], "fault": error.args[1]}
    keep_in_bounds(_MORE_MEMORY)
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        with abandoned_after(request["limit_s"] + 5, folder):
            answer = refusal or _answer(engine, voice, request)
            write_answer(answers, {"id": request["id"], **answer})
    abandon(folder)


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
    """The result of one request; never raises, since an engine can raise anything."""
    try:
        sounds, rate_hz, phonemes, unknown = engine.speak(voice, request["text"], request["rate"])
        samples = b"".join(sound.astype("<i2").tobytes() for sound in sounds)
        write_wav(request["path"], samples, rate_hz)
        spoken = {"phonemes": len(phonemes), "unknown": sorted(unknown)}
        return {**spoken, "samples": len(samples) // 2}
    except Exception as error:  # noqa: BLE001  # passed on as a message, whatever it is
        return {"kind": "fault", "fault": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BaseException:
        traceback.print_exc()  # into the log, which the parent quotes
        raise
    finally:
        os._exit(0)  # a library may crash while it cleans up, and nothing is left to clean
