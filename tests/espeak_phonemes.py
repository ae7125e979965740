"""What espeak makes of a text: its phonemes, by the same library and data that speak it.

Run as a program it reads a JSON list of texts, and writes one of their phonemes. espeak keeps
its state in the process and may end it, so the tests have a process of its own for it.
"""

import ctypes
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from smr_audio.voices import espeak

_NO_SOUND = 2  # AUDIO_OUTPUT_SYNCHRONOUS: nothing is played
_UTF_8 = 1
_ROOT = Path(__file__).parents[1]


def phonemes(texts: Sequence[str], *, voice: str) -> list[str]:
    """The phonemes of each text, in espeak's own letters, with `(en)` where it turns to English."""
    command = [sys.executable, "-m", "tests.espeak_phonemes", voice]
    done = subprocess.run(command, input=json.dumps(texts), cwd=_ROOT, capture_output=True,
                          text=True, check=True)  # fmt: skip
    found: list[str] = json.loads(done.stdout)
    return found


def _main(voice: str) -> None:
    found = espeak.find()
    library = ctypes.CDLL(str(found.library))
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_Initialize(_NO_SOUND, 0, str(found.data).encode(), 0)
    if library.espeak_SetVoiceByName(voice.encode()):
        raise SystemExit(f"espeak has no voice {voice}")
    print(json.dumps([_phonemes(library, text) for text in json.load(sys.stdin)]))


def _phonemes(library: ctypes.CDLL, text: str) -> str:
    rest = ctypes.c_char_p(text.encode())
    clauses = []
    while rest.value:
        clauses.append(library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF_8, 0).decode())
    return " ".join(clauses)


if __name__ == "__main__":
    _main(sys.argv[1])
