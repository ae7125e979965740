"""What else makes the same session: a script with pyttsx3 and pydub, and a shell pipeline.

Both get the list of sounds and times ready-made, and do less: one sine for a cue, no levelling, no
tags. What they make must be as long as the plan, so nobody is timed for leaving something out.
"""

import json
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import imageio_ffmpeg
from mutagen.mp3 import MP3

from bench.cases import OUTPUT, Run
from bench.inputs import write
from bench.process import BenchError, Place, Sample, run

APPENDED: Final = "pyttsx3 and pydub, joined by `+=`"
ONCE: Final = "pyttsx3 and pydub, joined once"
PIPELINE: Final = "shell: espeak-ng and ffmpeg"
_SCRIPT: Final = str(Path(__file__).with_name("pydub_script.py"))
_TOLERANCE_S: Final = 2.0
"""A voice that is not trimmed may overrun the last silence."""
_BYTES_PER_MS: Final = 44.1  # 16 bits at espeak's 22,050 Hz


def ways(pieces: Callable[[], Path]) -> dict[str, Run]:
    """How each makes the session of these pieces."""

    def pydub(folder: Path, *words: str) -> Sample:
        return _whole(pieces(), folder, sys.executable, _SCRIPT, str(pieces()), OUTPUT, *words)

    def pipeline(folder: Path) -> Sample:
        if shutil.which("espeak-ng") is None:
            raise BenchError("espeak-ng is not installed")
        given = json.loads(pieces().read_text("utf-8"))
        write(folder / "session.sh", shell_script(given["pieces"]))
        return _whole(pieces(), folder, "/bin/sh", "session.sh")

    return {ONCE: pydub, APPENDED: lambda folder: pydub(folder, "append"), PIPELINE: pipeline}


def _whole(pieces: Path, folder: Path, *command: str) -> Sample:
    """Run it. Raises BenchError, also for a file that is not as long as the plan."""
    sample = run(Place(folder), *command)
    wanted_s = json.loads(pieces.read_text(encoding="utf-8"))["duration_ms"] / 1000
    info: Any = MP3(folder / OUTPUT).info  # type: ignore[no-untyped-call]
    if abs(info.length - wanted_s) > _TOLERANCE_S:
        raise BenchError(f"the file is {info.length:.1f} s long, not {wanted_s:.1f} s")
    return sample


def shell_script(pieces: list[dict[str, Any]]) -> str:
    """Each line is spoken and each cue made once; a sound is filled or cut to its place."""
    ffmpeg = f"{shlex.quote(imageio_ffmpeg.get_ffmpeg_exe())} -v error"
    wav = "-f s16le -ar 22050 -ac 1"
    made: dict[str, str] = {}
    stream = [f"head -c {_bytes(0, pieces[0]['start_ms'])} /dev/zero"]
    lines = ["set -e", 'fit() { { tail -c +45 "$1"; cat /dev/zero; } 2>/dev/null | head -c "$2"; }']
    for piece in pieces:
        name = piece.get("text") or piece["cue"]
        if name not in made:
            made[name] = f"{len(made)}.wav"
            tone = f"sine={piece.get('hz')}:d={piece['length_ms'] / 1000}:r=22050"
            lines.append(
                f"espeak-ng -v en-us -w {made[name]} -- {shlex.quote(name)}" if "text" in piece
                else f"{ffmpeg} -f lavfi -i {tone} -bitexact {made[name]}"
            )  # fmt: skip
        stream.append(f"fit {made[name]} {_bytes(piece['start_ms'], piece['start_ms'] + piece['slot_ms'])}")
    return "\n".join([*lines, "{", *stream, f"}} | {ffmpeg} {wav} -i - -b:a 96k {OUTPUT}", ""])


def _bytes(start_ms: int, end_ms: int) -> int:
    """From one place to another, in whole samples."""
    return 2 * (round(end_ms * _BYTES_PER_MS / 2) - round(start_ms * _BYTES_PER_MS / 2))
