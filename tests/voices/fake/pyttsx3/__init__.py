"""A stand-in for pyttsx3 that does what the words tell it to; for the tests of the worker."""

import errno
import fcntl
import math
import os
import re
import resource
import signal
import struct
import sys
import time
import wave
from pathlib import Path
from types import SimpleNamespace

RATE = 22_050
STATE = Path(os.environ["FAKE_STATE"])
DRIVER = os.environ.get("FAKE_DRIVER", "")
TOKENS = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Speech\Voices\Tokens"
APPLE = "com.apple.voice.compact"
OF_DRIVERS = {
    "sapi5": [
        SimpleNamespace(id=rf"{TOKENS}\{id}", name=f"Microsoft {name} Desktop", languages=tags)
        for id, name, tags in (
            ("TTS_MS_DE-DE_HEDDA_11.0", "Hedda", ["de-DE"]),
            ("TTS_MS_EN-US_ZIRA_11.0", "Zira", ["en-US"]),
            ("TTS_OTHER", "Other", ["Unknown Locale: 1153"]),
        )
    ],
    "nsss": [
        SimpleNamespace(id=f"{APPLE}.{tag}.{name}", name=name, languages=[tag.replace("-", "_")])
        for tag, name in (("de-DE", "Anna"), ("en-US", "Bells"), ("en-US", "Samantha"))
    ],
}
VOICES = OF_DRIVERS.get(DRIVER) or [
    SimpleNamespace(id="fake/one", name="One", languages=["en_US"]),
    SimpleNamespace(id="fake/two", name="Two", languages=["de-DE", "Unknown Locale: 7"]),
]

if os.environ.get("FAKE_IMPORT") == "hang":
    time.sleep(60)
if os.environ.get("FAKE_IMPORT") == "missing":
    raise RuntimeError("no engine here")

if os.environ.get("FAKE_FORKS") == "one":
    genuine_fork = os.fork

    def fork_if_no_other_runs():
        """As where a limit leaves room for one more process: it has this lock until it ends."""
        with (STATE / "running").open("w") as room:
            fcntl.flock(room, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if child := genuine_fork():
                return child
            os.dup(room.fileno())
            return 0

    os.fork = fork_if_no_other_runs
if os.environ.get("FAKE_FORKS") == "none":

    def no_fork():
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    os.fork = no_fork


def init(driverName=None):
    return Engine()


class Engine:
    def __init__(self):
        self.voice = os.environ.get("FAKE_DEFAULT", "fake/default")
        self.rate = 200
        self.queue = []
        self.listeners = []

    def connect(self, topic, cb):
        self.listeners.append(cb)

    def getProperty(self, name):
        return VOICES if name == "voices" else self.voice

    def setProperty(self, name, value):
        self.queue.append((self._set, name, value))

    def save_to_file(self, text, filename):
        self.queue.append((self._save, text, filename))

    def runAndWait(self):
        queue, self.queue = self.queue, []
        for method, *arguments in queue:
            try:
                method(*arguments)
            except ValueError as error:  # as pyttsx3 does: swallowed, told to who listens
                for listener in self.listeners:
                    listener(name=None, exception=error)

    def _set(self, name, value):
        if name == "voice":
            if value not in [voice.id for voice in VOICES]:
                raise ValueError(f"no such voice: {value}")
            self.voice = value
            if DRIVER == "sapi5":
                self.rate = 200
        elif name == "rate":
            self.rate = value

    def _save(self, text, filename):
        seen = STATE / text.replace(" ", "-")
        first = not seen.exists()
        with seen.open("a") as log:
            log.write("x")
        print(f"Audio saved to {filename}")
        os.write(1, b"\nsmr-audio-answer garbage\n" + b"\xff" * 10)
        words = re.findall(r"\w+", text)
        if "once" in words and not first:
            words = ["well"] * len(words)
        if DRIVER:
            _speak_as_driver(text, self.rate, Path(filename))
        else:
            _do(words, Path(filename))


def _speak_as_driver(text, rate, path):
    """As Windows and macOS do it: by the rate, their markup obeyed, their kind of file."""
    markup = r"<[^>]*>" if DRIVER == "sapi5" else r"\[\[.*?\]\]"
    if DRIVER == "sapi5" and text.startswith("<") and ">" not in text:
        raise ValueError("(-2147352567, 'Exception occurred.', (0, None, None, None, 0))")
    count = len(re.findall(r"\w+", re.sub(markup, " ", text)))
    sound = syllables(60 * RATE * count // rate) + [0] * (RATE // 5)
    if DRIVER == "nsss":
        path.write_bytes(aiff(sound))
    else:
        write_wave(sound, path)


def syllables(samples, soft=900):
    """A tone, every other tenth of a second soft; two tenths are a whole number of its waves."""
    tenth = [math.sin(math.tau * i / 49) for i in range(RATE // 10)]
    two = [int(peak * each) for peak in (16000, soft) for each in tenth]
    return (two * (samples // len(two) + 1))[:samples]


def write_wave(sound, path):
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", None))
        file.writeframes(struct.pack(f"<{len(sound)}h", *sound))


def _do(words, path):  # noqa: PLR0912  # one branch a fault
    if "hangs" in words:
        time.sleep(60)
    if "crashes" in words:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "exits" in words:
        os.write(2, b"data folder not found\n")
        os._exit(1)
    if "murders" in words:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    if "grows" in words:
        grow()
    if "floods" in words:
        with path.open("wb") as file:
            while True:
                file.truncate(file.seek(1 << 24, 2))
                file.write(b"sound")
    if "raises" in words:
        raise ValueError("buffer full")
    if "nothing" in words:
        return
    sound = syllables(RATE * len(words) * 2 // 5, soft=16000 if "even" in words else 900)
    if "clipped" in words:
        sound = [max(-32768, min(32767, 8 * each)) for each in sound]
    if "silence" in words:
        sound = [0] * len(sound)
    if "short" in words:
        sound = sound[:500]
    if "cut" not in words:
        sound += [0] * (RATE // 5)
    write_wave(sound, path)
    if "pieces" in words:  # a word that no session says
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    if "lies" in words:  # twice as much sound as there is, in the header of the data
        whole = bytearray(path.read_bytes())
        struct.pack_into("<L", whole, 40, 2 * (len(whole) - 44))
        path.write_bytes(whole)
    if "garbage" in words:
        path.write_bytes(bytes(range(256)) * 40)
    if "header" in words:
        path.write_bytes(path.read_bytes()[:20])
    sys.stdout.flush()


def grow():
    """Take memory without end: up to what this process may have, which is not what there is."""
    if resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
        raise ValueError("nothing bounds my memory")
    taken = []
    while True:
        taken.append(bytes(50_000_000))  # never written to: addresses alone, which are bounded


def aiff(sound):
    """AIFF-C with a filler chunk first, as macOS writes it."""
    rate = struct.pack(">HQ", 16383 + 14, RATE << (63 - 14))
    common = struct.pack(">hLh", 1, len(sound), 16) + rate + b"sowt\x00\x00"
    data = bytes(8) + struct.pack(f"<{len(sound)}h", *sound)
    chunks = [(b"FVER", b"\xa2\x80\x51\x40"), (b"COMM", common), (b"FLLR", bytes(99))]
    body = b"AIFC"
    for name, content in [*chunks, (b"SSND", data)]:
        body += struct.pack(">4sL", name, len(content)) + content + bytes(len(content) % 2)
    return b"FORM" + struct.pack(">L", len(body)) + body
