"""Collect the lines, have them spoken, hear them in noise, report."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from intelligibility.cues import cue_table
from intelligibility.instruments import Sound, dynamics
from intelligibility.measure import (
    NOISES,
    PINK_HZ,
    SEED,
    SNR_DB,
    STYLES,
    TALKERS,
    Scene,
    Task,
    measure,
)
from intelligibility.recogniser import speakable
from intelligibility.report import as_json, draw, table
from intelligibility.speech import GAP_S, TECHNIQUES, line_at_equal_rms, lines_of, speak
from smr_audio import MissingError
from smr_audio.options.choices import Master

VOICES: Final = ("joe", "pyttsx3")
_QUICK: Final = 4  # a quick run takes one line of so many
_TOLD: Final = 20

Clips = Mapping[Master, Mapping[str, Sound]]


def main(arguments: Sequence[str]) -> int:
    """Run the command; 0 when every voice was measured, 1 when one is not installed."""
    options = _parser().parse_args(arguments)
    if options.cues:
        for row in cue_table():
            print(row, flush=True)
        return 0
    targets = [options.routine] if options.routine else TECHNIQUES
    fit, left_out = speakable(every := lines_of(targets))
    lines = list(fit)
    clips, absent = _clips(options.voices or VOICES, [s for line in lines for s in every[line]])
    if not clips:
        sys.exit(f"no voice to measure: {absent}")
    sounds = {voice: _lines(made, [every[line] for line in lines]) for voice, made in clips.items()}
    scene = Scene(
        tuple(fit.values()),
        tuple(tuple(line["flat"] for line in voice) for voice in sounds.values()),
        lattice=options.lattice,
        seed=options.seed,
    )
    chosen = range(0, len(lines), _QUICK if options.quick else 1)
    tasks = [Task(voice, n, spoken[n]) for voice, spoken in sounds.items() for n in chosen]
    found = measure(scene, tasks, tell=lambda done: _progress(done, len(tasks)))
    report = as_json(
        found,
        lines=lines,
        dynamics={voice: dynamics(made["flat"], made["gym"]) for voice, made in clips.items()},
        options={"targets": list(targets), "quick": options.quick, "lattice": options.lattice},
        method={
            "seed": options.seed, "snr_db": SNR_DB, "noises": NOISES, "pink_hz": PINK_HZ,
            "talkers": TALKERS, "gap_s": GAP_S,
        },
        machine=_machine(),
        left_out=left_out,
        absent=absent,
    )  # fmt: skip
    if options.json != Path("-"):
        print("\n".join(table(report)))
    if options.json:
        text = json.dumps(report, indent=1) + "\n"
        sys.stdout.write(text) if options.json == Path("-") else options.json.write_text(text)
    if options.plot:
        draw(report, options.plot)
    return int(bool(absent))


def _clips(
    voices: Sequence[str], sentences: Sequence[str]
) -> tuple[dict[str, Clips], dict[str, str]]:
    """Each voice's clips by style and sentence; and why a voice is absent."""
    clips: dict[str, Clips] = {}
    absent: dict[str, str] = {}
    for name in voices:
        _tell(f"speaking with {name}")
        try:
            spoken = speak(name, list(dict.fromkeys(sentences)))
        except MissingError as error:
            absent[name] = str(error)
            _tell(f"absent: {error}")
            continue
        clips[spoken.voice] = {style: spoken.clips(style) for style in STYLES}
    return clips, absent


def _lines(clips: Clips, lines: Sequence[Sequence[str]]) -> list[dict[Master, Any]]:
    """Every line in each style, float32: they go to other processes."""
    return [
        {
            style: line_at_equal_rms([clips[style][s] for s in line]).astype(np.float32)
            for style in STYLES
        }
        for line in lines
    ]


def _machine() -> dict[str, Any]:
    packages = ("numpy", "soxr", "pocketsphinx", "pyttsx3", "espeakng-loader", "piper-tts")
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return {"python": platform.python_version(), "cores": os.cpu_count(), "versions": found}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python scripts/intelligibility",
        description="How many spoken lines are recognised in noise, raw and mastered.",
    )
    parser.add_argument("routine", nargs="?", help="a routine; without it the hamstring techniques")
    parser.add_argument("--voice", dest="voices", action="append", help=f"default: {VOICES}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures; - for stdout alone")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a picture, such as FILE.svg")
    parser.add_argument("--quick", action="store_true", help=f"one line of {_QUICK}")
    parser.add_argument("--lattice", action="store_true", help="keep the decoder's lattice pass")
    parser.add_argument("--cues", action="store_true", help="how often each cue is known instead")
    parser.add_argument("--seed", type=int, default=SEED, help="of the noise")
    return parser


def _progress(done: int, total: int) -> None:
    if done % _TOLD == 0 or done == total:
        _tell(f"{done} of {total}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
