"""A stand-in for piper's voice that does what the words tell it to."""

import os
import signal
import time
from types import SimpleNamespace

import numpy as np


class PiperVoice:
    """Speaks 0.06 s a letter, every other one softly."""

    def __init__(self, session, config):
        self.config = config

    def phonemize(self, text):
        return [list(text)]

    def synthesize(self, text, settings):
        words = text.split()
        if "hangs" in words:
            time.sleep(60)
        if "crashes" in words:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "raises" in words:
            raise ValueError("no such sound")
        if "nothing" in words:
            return
        letter = int(0.06 * settings.length_scale * self.config.sample_rate)
        tone = np.sin(np.arange(letter) * 0.05)
        sound = np.concatenate([tone * (0.5 if n % 2 else 0.02) for n in range(len(text))])
        if "noise" in words:
            sound = np.random.default_rng(1).standard_normal(sound.size) * 0.1
        if "silence" in words:
            sound *= 0
        if "half" in words:
            sound = sound[: sound.size // 2]
        if "cut" not in words:
            sound = np.concatenate([sound, np.zeros(letter)])
        yield SimpleNamespace(audio_int16_array=np.int16(sound * 32767))
