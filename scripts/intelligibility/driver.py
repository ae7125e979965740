"""Collect the lines, have them spoken, hear them in noise, report."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np

from intelligibility.cues import cue_table
from intelligibility.listeners import criticised, written_down
from intelligibility.mandarin import syllable_table
from intelligibility.measure import NOISES, PINK_HZ, SEED, SNR_DB, TALKERS, Scene, Task, measure
from intelligibility.pace import pace_table
from intelligibility.recogniser import speakable
from intelligibility.report import as_json, draw, table
from intelligibility.speech import GAP_S, TECHNIQUES, line_at_equal_rms, lines_of, rates_of, speak
from smr_audio import MissingError
from smr_audio.sound.mastering import STRENGTHS

VOICES: Final = ("hibari", "joe", "pyttsx3")
JUDGES: Final = ("pocketsphinx", "whisper", "quality")
_TOLD: Final = 20
_tell: Final = partial(print, file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Run the command; 0 when every voice was measured, 1 when one is not installed."""
    options = _parser().parse_args(arguments)
    voices = options.voices or VOICES
    if options.cues or options.pace:
        for row in cue_table() if options.cues else pace_table(voices, options.language):
            print(row, flush=True)
        return 0
    if options.language == "zh":
        for row in syllable_table(voices, options.routine or "hamstrings", every=options.every):
            print(row, flush=True)
        return 0
    targets = [options.routine] if options.routine else TECHNIQUES
    fit, left_out = speakable(every := lines_of(targets))
    lines = list(fit)
    strengths = sorted({0.0, *(options.strengths or STRENGTHS.values())})
    sounds, absent = _sounds(voices, targets, [every[line] for line in lines], strengths)
    if not sounds:
        sys.exit(f"no voice to measure: {absent}")
    scene = Scene(
        tuple(fit.values()),
        tuple(tuple(line[0.0] for line in voice) for voice in sounds.values()),
        noises=tuple(options.noises or product(NOISES, SNR_DB)),
        lattice=options.lattice,
        seed=options.seed,
    )
    chosen = range(0, len(lines), options.every)
    tasks = [Task(voice, n, spoken[n]) for voice, spoken in sounds.items() for n in chosen]
    judges = options.judges or JUDGES[:1]
    report = as_json(
        measure(scene, tasks, tell=_progress) if "pocketsphinx" in judges else {},
        lines=lines,
        heard=written_down(scene, tasks) if "whisper" in judges else [],
        quality=criticised(tasks) if "quality" in judges else [],
        options={"targets": list(targets), "every": options.every, "lattice": options.lattice},
        method={"seed": options.seed, "pink_hz": PINK_HZ, "talkers": TALKERS, "gap_s": GAP_S},
        machine=_machine(),
        left_out=left_out,
        absent=absent,
    )
    if options.json != Path("-"):
        print("\n".join(table(report)))
    if options.json:
        text = json.dumps(report, indent=1) + "\n"
        sys.stdout.write(text) if options.json == Path("-") else options.json.write_text(text)
    if options.plot:
        draw(report, options.plot)
    return int(bool(absent))


def _sounds(
    voices: Sequence[str], targets: Sequence[str], lines: Sequence[Sequence[str]], strengths: Sequence[float]
) -> tuple[dict[str, list[dict[float, Any]]], dict[str, str]]:
    """Each voice's lines at each strength, float32 for other processes; and who is absent, why."""
    sounds: dict[str, list[dict[float, Any]]] = {}
    absent: dict[str, str] = {}
    for name in voices:
        _tell(f"speaking with {name}")
        try:
            rates = rates_of(targets, name)
            spoken = speak(name, {s: rates[s] for line in lines for s in line})
        except MissingError as error:
            absent[name] = str(error)
            _tell(f"absent: {error}")
            continue
        clips = {strength: spoken.clips(strength) for strength in strengths}
        sounds[spoken.voice] = [
            {
                strength: line_at_equal_rms([made[s] for s in line]).astype(np.float32)
                for strength, made in clips.items()
            }
            for line in lines
        ]
    return sounds, absent


def _machine() -> dict[str, Any]:
    packages = ("numpy", "soxr", "pocketsphinx", "faster-whisper", "distillmos", "speechmos",
                "hibari-tts", "pyttsx3", "espeakng-loader", "piper-tts")  # fmt: skip
    found = {}
    for name in packages:
        with suppress(ModuleNotFoundError):
            found[name] = version(name)
    return {"python": platform.python_version(), "cores": os.cpu_count(), "versions": found}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python scripts/intelligibility",
        description="How many spoken lines are recognised in noise, raw and mastered.",
    )
    parser.add_argument("routine", nargs="?", help="a routine; without it the hamstring techniques")
    parser.add_argument("--voice", dest="voices", action="append", help=f"default: {VOICES}")
    parser.add_argument("--strength", dest="strengths", action="append", type=float,
                        help="of mastering, beside 0; default: that of each --master")  # fmt: skip
    parser.add_argument("--noise", dest="noises", action="append", type=_noise, metavar="NAME:DB",
                        help="such as pink:0; default: pink and babble at 10, 5 and 0")  # fmt: skip
    parser.add_argument("--judge", dest="judges", action="append", choices=JUDGES,
                        help="quality: DistillMOS, DNSMOS; default: pocketsphinx")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures; - for stdout alone")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a picture, such as FILE.svg")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="one line of so many")
    parser.add_argument("--lattice", action="store_true", help="keep the decoder's lattice pass")
    parser.add_argument("--cues", action="store_true", help="how often each cue is known instead")
    parser.add_argument("--pace", action="store_true", help="how fast each voice speaks instead")
    parser.add_argument("--language", default="en", help="of --pace; zh: the syllables that Whisper hears wrong")
    parser.add_argument("--seed", type=int, default=SEED, help="of the noise")
    return parser


def _noise(text: str) -> tuple[str, int]:
    """A noise and its SNR. Raises ValueError, which argparse tells of."""
    name, _, snr_db = text.partition(":")
    return NOISES[NOISES.index(name)], int(snr_db)


def _progress(done: int, total: int) -> None:
    if done % _TOLD == 0 or done == total:
        _tell(f"{done} of {total}")
