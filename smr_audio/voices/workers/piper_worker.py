"""Piper in a worker of natural voices (see `model_worker`).

A sentence sounds the same whatever was spoken before: the model's noise is off, and one thread adds
up in one order.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, TypeAlias

from smr_audio.voices.workers.system_worker import Refusal, in_a_line

Untyped: TypeAlias = Any  # what comes from piper and onnxruntime

_INPUTS: Final = {"input", "input_lengths", "scales"}


def load(model: Path) -> Untyped:
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
    session = onnxruntime.InferenceSession(
        str(model), sess_options=options, providers=["CPUExecutionProvider"]
    )
    if not {each.name for each in session.get_inputs()} >= _INPUTS:
        raise Refusal("broken", f"'{model.name}' is a model, but not a voice of Piper")
    config = json.loads(model.with_name(f"{model.name}.json").read_text(encoding="utf-8"))
    return PiperVoice(session=session, config=PiperConfig.from_dict(config))


def speak(voice: Untyped, text: str, rate: float) -> tuple[list[Untyped], int, list[str], set[str]]:
    """The sound of a sentence, as `model_worker` has it."""
    from piper.config import SynthesisConfig

    # Two brackets would start phonemes that are spoken literally.
    text = text.replace("[[", "[ [")
    phonemes = [phoneme for part in voice.phonemize(text) for phoneme in part]
    settings = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, length_scale=1 / rate)
    chunks = [chunk.audio_int16_array for chunk in voice.synthesize(text, settings)]
    unknown = set(phonemes) - voice.config.phoneme_id_map.keys()
    return chunks, voice.config.sample_rate, phonemes, unknown
