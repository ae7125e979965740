"""The plain way with pyttsx3 and pydub, as a tutorial writes it; a script of its own.

Usage: python plain.py PIECES.json OUTPUT.mp3

Each line is saved with `save_to_file` and `runAndWait`, read with `AudioSegment.from_wav` and
added with `session += piece`; silence is `AudioSegment.silent`, a cue is pydub's `Sine`, and
`export` writes the MP3. Two things are kinder than tutorials are: a line that comes again and a
cue that comes again are made once and kept in a dict, and the silence after a sound reaches to
the next one's place, so that lines and times are those of the session it is measured against.

Four things are there because without them a Linux machine with pip alone gives no file, or
loses speech:

- the espeak-ng that `espeakng_loader` carries is loaded before pyttsx3 looks for one, and its
  data folder is named;
- `Synchronize` waits for espeak, because `runAndWait` returns before the file is written;
- one engine serves for all lines;
- pydub is told where imageio-ffmpeg keeps its ffmpeg.
"""

import contextlib
import ctypes
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import espeakng_loader
import imageio_ffmpeg

with warnings.catch_warnings():  # no ffmpeg on the PATH, audioop: it says so at import
    warnings.simplefilter("ignore")
    from pydub import AudioSegment
    from pydub.generators import Sine

BITRATE = "96k"


def start_voice() -> tuple[Any, Any]:
    """The engine and espeak's own functions, which `Synchronize` is one of."""
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    ctypes.CDLL(espeakng_loader.get_library_path())
    import pyttsx3
    from pyttsx3.drivers import _espeak

    return pyttsx3.init(), _espeak


def main(pieces_file: Path, output: Path) -> None:
    given = json.loads(pieces_file.read_text(encoding="utf-8"))
    AudioSegment.converter = imageio_ffmpeg.get_ffmpeg_exe()
    engine, espeak = start_voice()
    sounds: dict[str, Any] = {}
    session = AudioSegment.silent(duration=given["pieces"][0]["start_ms"])
    with tempfile.TemporaryDirectory() as folder:
        for piece in given["pieces"]:
            name = piece.get("text") or piece["cue"]
            if name not in sounds and "text" in piece:
                path = str(Path(folder) / f"line-{len(sounds)}.wav")
                engine.save_to_file(name, path)
                engine.runAndWait()
                espeak.Synchronize()
                sounds[name] = AudioSegment.from_wav(path)
            elif name not in sounds:
                sounds[name] = Sine(piece["hz"]).to_audio_segment(duration=piece["length_ms"])
            session += sounds[name]
            silence_ms = piece["start_ms"] + piece["slot_ms"] - len(session)
            if silence_ms > 0:
                session += AudioSegment.silent(duration=silence_ms)
    session.export(str(output), format="mp3", bitrate=BITRATE)


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):  # the driver tells of each file it saves
        main(Path(sys.argv[1]), Path(sys.argv[2]))
