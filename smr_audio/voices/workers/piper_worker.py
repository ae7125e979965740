"""The worker of natural voices: a process that loads a model of Piper and speaks by it.

Run as a script:

    piper_worker.py FOLDER MODEL SHA256

FOLDER is the parent's private folder, removed here only if the parent dies without doing so.
MODEL is an .onnx file with its .json next to it, which is used only if it has this SHA-256. A
request is a JSON line, and so is an answer. A sentence sounds the same whatever was spoken before:
the model's noise is off, and one thread adds up in one order.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import traceback
import wave
from pathlib import Path
from typing import Any, Final, TypeAlias

# The parent's own package, and not another copy that may be installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from smr_audio.voices.workers import system_worker as worker

Untyped: TypeAlias = Any  # what comes from piper and onnxruntime
Message: TypeAlias = dict[str, Any]

# Joe takes 2.2 GB for the longest sentence there may be at half the pace; larger models take more.
_MORE_MEMORY: Final = 8 << 30
_INPUTS: Final = {"input", "input_lengths", "scales"}


def main(arguments: list[str]) -> None:
    worker.leave_own_folder()
    answers = worker.open_answers()
    folder, model, digest = Path(arguments[0]), Path(arguments[1]), arguments[2]
    voice: Untyped = None
    refused: Message | None = None
    try:
        voice = _load(model, digest)
    except worker.Refusal as error:
        refused = {"kind": error.args[0], "fault": error.args[1]}
    worker.keep_in_bounds(_MORE_MEMORY)
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        with worker.abandoned_after(request["limit_s"] + 5, folder):
            answer = refused or _answer(voice, request)
            worker.write_answer(answers, {"id": request["id"], **answer})
    worker.abandon(folder)


def _answer(voice: Untyped, request: Message) -> Message:
    """The result of one request; never raises, since an engine can raise anything."""
    try:
        return _speak(voice, request)
    except Exception as error:  # noqa: BLE001  # passed on as a message, whatever it is
        return {"kind": "fault", "fault": f"{type(error).__name__}: {error}"}


def _load(model: Path, digest: str) -> Untyped:
    # Must be set before the import: else it collects usage data to send to its maker.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime
        from piper.config import PiperConfig
        from piper.voice import PiperVoice
    except (ImportError, OSError) as error:
        raise worker.Refusal("missing", f"{type(error).__name__}: {error}") from error
    try:
        with model.open("rb") as file:
            found = hashlib.sha256(file.read()).hexdigest()
        if found != digest:
            raise worker.Refusal(
                "broken",
                f"the voice '{model.name}' is damaged: its SHA-256 is {found[:12]}…, not "
                f"{digest[:12]}…; install or download it again",
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # What more it could rewrite costs more to load than it saves in speaking.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(model), sess_options=options, providers=["CPUExecutionProvider"]
        )
        if not {each.name for each in session.get_inputs()} >= _INPUTS:
            raise worker.Refusal("broken", f"'{model.name}' is a model, but not a voice of Piper")
        config = json.loads(model.with_name(f"{model.name}.json").read_text(encoding="utf-8"))
        return PiperVoice(session=session, config=PiperConfig.from_dict(config))
    except worker.Refusal:
        raise
    except Exception as error:
        first = (str(error).splitlines() or [""])[0][:160]
        raise worker.Refusal(
            "broken",
            f"the voice '{model.name}' does not load ({type(error).__name__}: {first}); "
            "download it again, or choose another --voice",
        ) from error


def _speak(voice: Untyped, request: Message) -> Message:
    """Save one sentence. `phonemes` is how many it has, `unknown` those that are not spoken."""
    import numpy as np
    from piper.config import SynthesisConfig

    # Two brackets would start phonemes that are spoken literally.
    text = request["text"].replace("[[", "[ [")
    phonemes = [phoneme for part in voice.phonemize(text) for phoneme in part]
    unknown = sorted(
        {phoneme for phoneme in phonemes if phoneme not in voice.config.phoneme_id_map}
    )
    settings = SynthesisConfig(
        noise_scale=0.0, noise_w_scale=0.0, length_scale=request["length_scale"]
    )
    chunks = [chunk.audio_int16_array for chunk in voice.synthesize(text, settings)]
    samples = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.int16)
    with wave.open(request["path"], "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(voice.config.sample_rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return {"phonemes": len(phonemes), "unknown": unknown, "samples": int(samples.size)}


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BaseException:
        traceback.print_exc()  # into the log, which the parent quotes
        raise
    finally:
        os._exit(0)  # a library may crash while it cleans up, and nothing is left to clean
