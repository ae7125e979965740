"""The worker of the system voice. This is where pyttsx3 works: nothing else imports it.

Every sentence that the system voice speaks is saved here by pyttsx3. On Linux each is spoken in a
fresh fork, since what espeak says depends on what it said before. Run as a script:

    FOLDER LIBRARY DATA   espeak: answer requests until the input ends, each by a fork
    FOLDER                other drivers: answer one request and end

FOLDER is the parent's private folder, removed here only if the parent dies without doing so.
A request is a JSON line; so is an answer, after `MARK`. This file imports nothing of its own
package and no numpy: it must stay a process with one thread, because forking a process with
several can deadlock (and Python 3.12 warns about it).
"""

import contextlib
import functools
import json
import os
import re
import select
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

MARK = b"smr-audio-answer "
# The longest sentence there may be takes this engine a few megabytes, in memory and as a file.
_MORE_MEMORY = 1 << 30
_LARGEST_FILE = 1 << 28
Message: TypeAlias = dict[str, Any]
Untyped: TypeAlias = Any  # what comes from pyttsx3, which ships no types


class Refusal(Exception):
    """Something that another attempt would not mend: (kind, what)."""


def in_a_line(error: BaseException) -> str:
    """An exception for the middle of a message: its kind and its first line."""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:160]}"


def main(arguments: list[str]) -> None:
    leave_own_folder()
    answers = open_answers()
    folder, *espeak = map(Path, arguments)
    if espeak and sys.platform != "win32":
        library, data = espeak
        os.environ["ESPEAK_DATA_PATH"] = str(data)
        # Loaded here, once, so that a child starts with it; if it is missing, each child says so.
        with contextlib.suppress(Refusal):
            _load(library)
        keep_in_bounds()  # which every child is in too
        act = partial(_forked, library=library, folder=folder, answers=answers)
        serve(act, folder, answers, guarded=False)
    else:
        keep_in_bounds()
        serve(lambda request: _answer(request, None), folder, answers, once=True)


def leave_own_folder() -> None:
    """Remove this folder from the path, where a script's own comes first."""
    here = str(Path(__file__).resolve().parent)
    sys.path[:] = [entry for entry in sys.path if not entry or str(Path(entry).resolve()) != here]


def open_answers() -> BinaryIO:
    """The real standard output, for answers only: drivers and engines print to the other."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answers


def keep_in_bounds(more_memory: int = _MORE_MEMORY) -> None:
    """Limit memory to so many bytes more than now, so that a broken engine harms only itself.

    On Linux only; elsewhere the system's limits hold.
    """
    if sys.platform == "linux":
        import resource

        limits = {resource.RLIMIT_FSIZE: _LARGEST_FILE}
        with contextlib.suppress(OSError):  # a container need not have /proc
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            limits[resource.RLIMIT_AS] = pages * resource.getpagesize() + more_memory
        for what, most in limits.items():
            now, allowed = resource.getrlimit(what)
            if now == resource.RLIM_INFINITY or most < now:  # one that is lower already stays
                with contextlib.suppress(OSError, ValueError):
                    resource.setrlimit(what, (most, allowed))


def serve(
    act: Callable[[Message], Message], folder: Path, answers: BinaryIO, *, once: bool = False, guarded: bool = True
) -> None:
    """Answer requests, or `once` only one, by what `act` makes of them, and end this process.

    It is `guarded` by a thread against an `act` that hangs.
    """
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        # The parent would have ended this process long before.
        guard = threading.Timer(request["limit_s"] + 5, abandon, (folder,))
        guard.daemon = True
        if guarded:
            guard.start()
        answer = json.dumps(answered(request, act)).encode("ascii")
        with contextlib.suppress(BrokenPipeError):  # the parent may read no more
            answers.write(b"\n" + MARK + answer + b"\n")
        guard.cancel()
        if once:  # a driver may hang or crash in its own clean-up, and nothing is left to clean
            os._exit(0)
    abandon(folder)


def answered(request: Message, act: Callable[[Message], Message]) -> Message:
    """The result of one request; never raises, since a driver or an engine can raise anything."""
    try:
        return act(request)
    except Refusal as refusal:
        return {"kind": refusal.args[0], "fault": refusal.args[1]}
    except Exception as error:  # noqa: BLE001  # passed on as a message, whatever it is
        return {"kind": "fault", "fault": f"{type(error).__name__}: {error}"}


def _answer(request: Message, library: Path | None) -> Message:
    tts, espeak = _load(library)
    if request["do"] == "voices":
        return {"voices": _voices(tts)}
    (_speak_by_espeak if espeak else _speak)(tts, espeak, request)
    return {}


@functools.cache
def _load(library: Path | None) -> tuple[Untyped, Untyped]:
    """pyttsx3, and its espeak binding if that is the driver. Loads each once a process."""
    try:
        if library is not None:
            import ctypes  # the parent, which reads this file too, has no use for it

            # By its path first: the driver looks for `libespeak-ng.so.1`, and the loader
            # then gives it the one that is loaded. ctypes' own mode, which keeps names local.
            ours = ctypes.CDLL(str(library))
        import pyttsx3

        if library is None:
            return pyttsx3, None
        # `espeak` only so that it is loaded before a fork.
        from pyttsx3.drivers import _espeak, espeak  # noqa: F401
    except (ImportError, OSError, RuntimeError) as error:
        raise Refusal("missing", f"{type(error).__name__}: {error}") from error
    used = getattr(_espeak, "dll", ours)
    if used._handle != ours._handle:
        raise Refusal("missing", "the driver found another espeak than the one it was given")
    if b"pthread_create" not in library.read_bytes():
        tell_ends(_espeak)
    return pyttsx3, _espeak


def tell_ends(espeak: Untyped) -> None:
    """Have `Synth` tell the driver that all is spoken, as an espeak built without threads never does.

    That of espeakng-loader for aarch64 is one, and the driver would wait for ever.
    """
    synth = espeak.Synth

    def speak(*arguments: object, **options: object) -> object:
        result = synth(*arguments, **options)  # without threads this returns when all is spoken
        end = (espeak.EVENT * 2)()  # the second ends the list
        end[0].type = espeak.EVENT_MSG_TERMINATED
        espeak.SynthCallback(None, 0, end)
        return result

    espeak.Synth = speak


def _voices(tts: Untyped) -> list[Message]:
    engine = tts.init()
    current = engine.getProperty("voice")
    return [
        {
            "id": str(voice.id),
            "name": str(voice.name or voice.id),
            "languages": [str(tag) for tag in voice.languages or [] if tag],
            "default": voice.id == current,
        }
        for voice in engine.getProperty("voices")
    ]


def _speak(tts: Untyped, _: None, request: Message) -> None:
    """Save one sentence with a driver that waits for itself: SAPI5, NSSpeechSynthesizer."""
    engine, errors = _engine(tts)
    engine.setProperty("voice", request["voice"])
    # After the voice: SAPI5 sets the rate again with each voice (in steps of 11 %).
    engine.setProperty("rate", request["wpm"])
    # Without what is markup on Windows (a leading `<`) or macOS (`[[rate 90]]`).
    text = re.sub(r"\[(?=\[)", "[ ", re.sub(r"[<>]", " ", request["text"]))
    engine.save_to_file(text, request["path"])
    engine.runAndWait()
    _check(engine, errors, request)


def _speak_by_espeak(tts: Untyped, espeak: Untyped, request: Message) -> None:
    """Save one sentence; only ever in a fresh fork, so that nothing is left of another.

    What espeak says depends on what it said before, and what is set from here reaches its
    thread through a queue. `Synchronize` waits for that queue.
    """
    engine, errors = _engine(tts)
    # The driver's own start sets a British voice and 200 words a minute. `setProperty` only
    # notes the voice, and `runAndWait` sets it; a second one with nothing to say would hang.
    engine.setProperty("voice", request["voice"])
    engine.runAndWait()
    _check(engine, errors, request)
    espeak.Synchronize()
    # A rate set as a property races with the first words in a few of a hundred.
    for _ in range(3):
        espeak.SetParameter(espeak.RATE, request["wpm"], 0)
        espeak.Synchronize()
    # The flags the driver speaks with leave out SSML and phonemes: `<b>` and `[[a]]` are
    # read out as signs.
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    espeak.Synchronize()  # runAndWait may return before the last of the sound
    _check(engine, errors, request)


def _engine(tts: Untyped) -> tuple[Untyped, list[BaseException]]:
    engine = tts.init()
    errors: list[BaseException] = []
    # The proxy catches what the driver raises, and passes it to such callbacks only.
    engine.connect("error", lambda name=None, exception=None: errors.append(exception))
    return engine, errors


def _check(engine: Untyped, errors: list[BaseException], request: Message) -> None:
    """Raise unless the voice is the requested one: drivers replace an unknown one by another."""
    if engine.getProperty("voice") != request["voice"]:
        raise Refusal("voice", f"the driver does not have it: {errors[0] if errors else 'unknown'}")
    if errors:
        raise RuntimeError(str(errors[0]))


def abandon(folder: Path) -> None:
    """The parent is gone: remove the folder and end this process and its children."""
    shutil.rmtree(folder, ignore_errors=True)
    if sys.platform != "win32" and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


if sys.platform != "win32":

    def _forked(request: Message, library: Path, folder: Path, answers: BinaryIO) -> Message:
        """The answer of a fresh fork to a request, or how it died without one."""
        output, theirs = os.pipe()
        with os.fdopen(output, "rb", 0) as ours, os.fdopen(theirs, "wb") as pipe:
            child = _fork()
            if child == 0:
                try:
                    # Or the parent would not see the worker die while a child lives.
                    answers.close()
                    # The kernel ends a child that hangs, also inside the library.
                    signal.setitimer(signal.ITIMER_REAL, request["limit_s"])
                    answer = answered(request, lambda request: _answer(request, library))
                    pipe.write(json.dumps(answer).encode("ascii"))
                    pipe.flush()
                finally:
                    os._exit(0)
            pipe.close()
            received = bytearray()
            while True:
                # Before its answer there is nothing to read from the parent but its end.
                if sys.stdin in select.select([sys.stdin, ours], [], [])[0]:
                    abandon(folder)
                if not (data := ours.read(1 << 16)):
                    break
                received += data
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(ValueError):
            return dict(json.loads(received))
        fault = f"the engine ended with status {status >> 8} and no answer"
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            fault = f"the engine died of {signal.Signals(number).name}"
            if number == signal.SIGALRM:
                fault = f"the engine did not end within {request['limit_s']:g} s"
        raise Refusal("fault", fault)

    def _fork() -> int:
        """As `os.fork`. Where the system allows no more processes, others may soon end."""
        for _ in range(20):
            with contextlib.suppress(OSError):
                return os.fork()
            time.sleep(0.05)
        return os.fork()


if __name__ == "__main__":
    main(sys.argv[1:])
