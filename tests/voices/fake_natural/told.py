"""What the stand-ins for natural voices do when the words tell them to."""

import os
import signal
import time
from pathlib import Path

import numpy as np


def loaded(path):
    """Count the loads of a model; its content says what kind it is."""
    content = Path(path).read_bytes()
    if content.startswith(b"broken"):
        raise RuntimeError("INVALID_PROTOBUF\nand more")
    if content.startswith(b"large"):
        raise RuntimeError("std::bad_alloc")
    with Path(path).with_suffix(".loads").open("a") as log:
        log.write("x")
    return content


def sound(text, *, seconds, rate):
    """So many seconds a letter, every other one softly; None for nothing at all."""
    print("chatter on standard output")
    words = text.split()
    if "hangs" in words:
        time.sleep(60)
    if "crashes" in words:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "raises" in words:
        raise ValueError("no such sound")
    if "nothing" in words:
        return None
    letter = int(seconds * rate)
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
    return sound
