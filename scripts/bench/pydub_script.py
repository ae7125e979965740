"""The script that a user of pyttsx3 and pydub writes; a program of its own.

Usage: python pydub_script.py PIECES.json OUTPUT.mp3 [append]

Each line is saved with `save_to_file` and read with `AudioSegment.from_wav`, a cue is pydub's
`Sine`, silence is `AudioSegment.silent`, and `export` writes the MP3. All is joined once; with
`append` it is joined as tutorials do, by `session += piece`. Kinder than a tutorial, each line and
cue is made once, and the silence after a sound reaches to the next one's place.

Without four things a Linux machine with pip alone gives no file, or loses speech: the espeak-ng of
`espeakng_loader` is loaded first, and its data named; `Synchronize` waits for espeak, since
`runAndWait` returns before the file is written; one engine serves for all lines; pydub is told
where imageio-ffmpeg keeps its ffmpeg.
"""

import contextlib
import ctypes
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import espeakng_loader
import imageio_ffmpeg

with warnings.catch_warnings():  # no ffmpeg on the PATH, audioop: it says so at import
    warnings.simplefilter("ignore")
    from pydub import AudioSegment
    from pydub.generators import Sine

RATE_HZ = 22_050  # espeak's


def main(pieces: list[dict[str, Any]], output: str, *, appended: bool) -> None:
    AudioSegment.converter = imageio_ffmpeg.get_ffmpeg_exe()
    session = AudioSegment.silent(0, RATE_HZ)
    if appended:
        for part in parts(pieces):
            session += part
    else:
        session = session._spawn(b"".join(part.raw_data for part in parts(pieces)))
    session.export(output, format="mp3", bitrate="96k")


def parts(pieces: list[dict[str, Any]]) -> Iterator[Any]:
    """The session's sounds and silences in order."""
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    ctypes.CDLL(espeakng_loader.get_library_path())
    import pyttsx3
    from pyttsx3.drivers import _espeak

    engine = pyttsx3.init()
    sounds: dict[str, Any] = {}
    length_ms = pieces[0]["start_ms"]
    yield AudioSegment.silent(length_ms, RATE_HZ)
    with tempfile.TemporaryDirectory() as folder:
        for piece in pieces:
            name = piece.get("text") or piece["cue"]
            if name not in sounds and "text" in piece:
                path = str(Path(folder) / f"line-{len(sounds)}.wav")
                engine.save_to_file(name, path)
                engine.runAndWait()
                _espeak.Synchronize()
                sounds[name] = AudioSegment.from_wav(path)
            elif name not in sounds:
                sounds[name] = Sine(piece["hz"], sample_rate=RATE_HZ).to_audio_segment(piece["length_ms"])
            yield sounds[name]
            length_ms += len(sounds[name])
            silence_ms = piece["start_ms"] + piece["slot_ms"] - length_ms
            if silence_ms > 0:
                yield AudioSegment.silent(silence_ms, RATE_HZ)
                length_ms += silence_ms


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):  # the driver tells of each file it saves
        given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        main(given["pieces"], sys.argv[2], appended=sys.argv[3:] == ["append"])
