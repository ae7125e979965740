"""A stand-in for piper's voice that does what the words tell it to."""

from types import SimpleNamespace

import numpy as np
from told import sound


class PiperVoice:
    """Speaks 0.06 s a letter at rate 1."""

    def __init__(self, session, config):
        self.config = config

    def phonemize(self, text):
        return [list(text)]

    def synthesize(self, text, settings):
        seconds = 0.06 * settings.length_scale
        made = sound(text, seconds=seconds, rate=self.config.sample_rate)
        if made is not None:
            yield SimpleNamespace(audio_int16_array=np.int16(made * 32767))
