"""A voice for smr-audio that beeps each letter: put your engine's call where the tones are made."""

import numpy as np

from smr_audio.voices.engine import Speech, Voice

RATE = 24_000  # Hz; any rate from 8 to 192 kHz will do


class Beeper:
    """One voice, for any language."""

    def voices(self):
        return [Voice("beeper", "plain", "Beeps", languages=())]

    def fingerprint(self, voice):
        return "tones-1"  # change it when the same words come to sound otherwise

    def speak(self, sentences, *, voice, rate):
        for index, sentence in enumerate(sentences):
            yield index, Speech(np.concatenate([*map(tone, sentence), silence(0.05)]), RATE)

    def close(self):
        """Nothing was started, so nothing is to be stopped."""


def tone(letter, seconds=0.06):
    times = np.arange(int(RATE * seconds)) / RATE
    hertz = 300 + 20 * (ord(letter) % 32) if letter.isalnum() else 0
    return (0.4 * np.sin(2 * np.pi * hertz * times) * np.hanning(times.size)).astype(np.float32)


def silence(seconds):
    return np.zeros(int(RATE * seconds), dtype=np.float32)
