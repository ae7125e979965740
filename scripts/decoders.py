"""Hold a linked session against the sound it codes, in every decoder that is installed.

Usage: python scripts/decoders.py [ROUTINE]

For each decoder: how much longer than planned its sound is, how late, how far from the sound that
went in (SNR), and what it complained of; the same for that sound encoded whole, in one go. Then
the error around the joints of the linked file against the error of the floor elsewhere. ffmpeg is
always there; mpg123, lame, sox (libmad) and chromium are used where they are on the PATH.
"""

from __future__ import annotations

import argparse
import queue
import shutil
import subprocess
import tempfile
import threading
import wave
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_audio import Studio
from smr_audio.mp3.encoder import encode_pieces
from smr_audio.mp3.frames import ENCODER_GAIN_DB
from smr_audio.mp3.linker import LinkedFile, Stream
from smr_audio.sound.ffmpeg import ffmpeg_path
from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import Island, tiles_for
from smr_audio.sound.render import session_pcm
from smr_audio.studio.session import Session
from smr_audio.units import SAMPLES_PER_FRAME

Sound = NDArray[np.float64]
Heard = tuple[Sound, str]

LIBMAD_LATE: Final = 2257
"""Samples: libmad knows no Info frame, so it plays that, the encoder's delay and its own."""

_SEARCH: Final = 4800
_LIMIT_S: Final = 120.0
_PAGE: Final = b"""<!doctype html><script>(async () => {
  const bytes = await (await fetch("mp3")).arrayBuffer();
  const context = new OfflineAudioContext(1, 48000, 48000);
  const sound = (await context.decodeAudioData(bytes)).getChannelData(0);
  const samples = Int16Array.from(sound, (x) =>
    Math.max(-32768, Math.min(32767, Math.round(x * 32768))));
  await fetch("sound", { method: "POST", body: samples.buffer });
})().catch((error) => fetch("failed", { method: "POST", body: String(error) }));</script>"""


def by_ffmpeg(mp3: Path) -> Heard:
    command = [ffmpeg_path(), "-v", "warning", "-i", str(mp3), "-f", "s16le", "-"]
    done = subprocess.run(command, capture_output=True, check=False)
    return np.frombuffer(done.stdout, "<i2").astype(float), done.stderr.decode().strip()


def by_program(*command: str) -> Callable[[Path], Heard]:
    def decode(mp3: Path) -> Heard:
        out = mp3.with_suffix(".wav")
        words = [str({"MP3": mp3, "WAV": out}.get(word, word)) for word in command]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        with wave.open(str(out)) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
        return samples, done.stderr.strip()

    return decode


def by_chromium(mp3: Path) -> Heard:
    """A page from a server on this machine decodes the file and sends the sound back."""
    answers: queue.Queue[tuple[str, bytes]] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = mp3.read_bytes() if self.path == "/mp3" else _PAGE
            self.send_response(200)
            self.send_header("Content-Type", "audio/mpeg" if self.path == "/mp3" else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            answers.put((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
                   f"--user-data-dir={profile}", address]  # fmt: skip
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            path, body = answers.get(timeout=_LIMIT_S)
        except queue.Empty:
            path, body = "/failed", b"no answer"
        finally:
            browser.kill()
            browser.wait()
            server.shutdown()
    if path != "/sound":
        return np.zeros(0), body.decode()
    return np.frombuffer(body, "<i2").astype(float), ""


DECODERS: Final[dict[str, Callable[[Path], Heard]]] = {
    "ffmpeg": by_ffmpeg,
    "mpg123": by_program("mpg123", "-q", "-w", "WAV", "MP3"),
    "lame": by_program("lame", "--quiet", "--decode", "MP3", "WAV"),
    "sox": by_program("sox", "MP3", "-D", "WAV"),
    "chromium": by_chromium,
}


def coded_sound(session: Session) -> Sound:
    """What the session's frames code, as the encoder got it, without its own gain."""
    clips = session.plan.clips
    clips.fetch(one.sound for island in session.product.islands for one in island.placed)
    pieces = session_pcm(
        session.product.islands,
        frames=session.stream.frames,
        floor=floor_for("low"),
        samples_of=lambda sound: clips.clip(sound).samples,
    )
    return np.concatenate(list(pieces)).astype(float)


def encoded_whole(sound: Sound) -> bytes:
    """The same sound in one encoding without reservoir."""
    floor = floor_for("low")
    padded = np.concatenate([sound.astype(np.int16), floor.stretch(1)])
    (frames,) = encode_pieces([padded], floor=floor, kbps=96)
    stream = Stream([(0, frames)], tiles={}, frames=sound.size // SAMPLES_PER_FRAME, kbps=96)
    return b"".join(LinkedFile(stream, tag=b"").chunks())


def lateness(heard: Sound, sound: Sound) -> int:
    """Samples that `heard` is late: the best match of its loudest seconds."""
    size = min(5 * 48_000, sound.size // 2)
    starts = range(_SEARCH, sound.size - size - _SEARCH, size // 2)
    at = max(starts, key=lambda start: float(np.sum(np.square(sound[start : start + size]))))
    window = heard[at - _SEARCH : at + size + _SEARCH]
    length = 1 << (window.size + size).bit_length()
    spectrum = np.fft.rfft(window, length) * np.conj(np.fft.rfft(sound[at : at + size], length))
    return int(np.argmax(np.fft.irfft(spectrum, length)[: 2 * _SEARCH])) - _SEARCH


def error_of(heard: Sound, sound: Sound, late: int) -> Sound:
    size = min(heard.size - late, sound.size)
    gain = 10 ** (ENCODER_GAIN_DB / 20)
    return np.asarray(heard[late : late + size] - sound[:size] * gain)


def snr_db(error: Sound, sound: Sound) -> float:
    power = float(np.sum(np.square(sound[: error.size])))
    return 10 * float(np.log10(power / np.sum(np.square(error))))


def table(files: dict[str, Path], sound: Sound) -> Iterator[dict[str, Any]]:
    for name, decode in DECODERS.items():
        if name != "ffmpeg" and not shutil.which(name):
            yield {"decoder": name, "absent": True}
            continue
        for file, path in files.items():
            heard, complaint = decode(path)
            if not heard.size:
                yield {"decoder": name, "file": file, "complaint": complaint or "no sound"}
                continue
            late = lateness(heard, sound)
            yield {
                "decoder": name,
                "file": file,
                "longer_samples": heard.size - sound.size,
                "late_samples": late,
                "snr_db": round(snr_db(error_of(heard, sound, late), sound), 3),
                "complaint": complaint,
            }


def joints(islands: Iterable[Island], error: Sound) -> dict[str, dict[str, float]]:
    """The error around joints, and in the floor away from them, in steps of 16 bits."""
    frames = error.size // SAMPLES_PER_FRAME
    at, borders, seams = 0, set(), set()
    floor = set(range(4, frames - 4))
    for island in islands:
        for size in tiles_for(max(0, island.start_frame - at)):
            at += size
            seams.add(at)
        borders |= {island.start_frame, island.end_frame}
        floor -= set(range(island.start_frame - 2, island.end_frame + 3))
        at = island.end_frame
    floor -= {seam + step for seam in seams for step in (-2, -1, 0, 1, 2)}
    return {
        "borders of islands": _worst(borders, error),
        "seams of tiles": _worst(seams - borders, error),
        "floor elsewhere": _worst(floor, error),
    }


def _worst(frames: Iterable[int], error: Sound) -> dict[str, float]:
    # A frame is heard 1105 samples early, and its half overlaps the one before.
    starts = (frame * SAMPLES_PER_FRAME - 1105 - 576 for frame in frames)
    spans = [error[start : start + 1728] for start in starts if 0 <= start < error.size - 1728]
    rms = [float(np.sqrt(np.mean(np.square(span)))) for span in spans]
    peaks = [float(np.max(np.abs(span))) for span in spans]
    return {"count": len(spans), "rms_mean": round(float(np.mean(rms)), 2),
            "rms_max": round(max(rms), 2), "peak": round(max(peaks), 1)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("routine", nargs="?", default="hamstrings")
    arguments = parser.parse_args()
    studio = Studio()
    session = studio.link(studio.load(arguments.routine))
    sound = coded_sound(session)
    with tempfile.TemporaryDirectory() as text:
        files = {"linked": Path(text) / "linked.mp3", "whole": Path(text) / "whole.mp3"}
        files["linked"].write_bytes(b"".join(studio.file_of(session).chunks()))
        files["whole"].write_bytes(encoded_whole(sound))
        rows = list(table(files, sound))
        found = {
            name: joints(session.product.islands, error_of(by_ffmpeg(path)[0], sound, 0))
            for name, path in files.items()
        }
    print(f"{'decoder':<10}{'file':<8}{'longer':>8}{'late':>8}{'SNR dB':>9}  complaint")
    for row in rows:
        if row.get("absent"):
            print(f"{row['decoder']:<10}not installed")
        else:
            numbers = (row.get(key, "") for key in ("longer_samples", "late_samples", "snr_db"))
            shown = "{:>8}{:>8}{:>9}".format(*numbers)
            print(f"{row['decoder']:<10}{row['file']:<8}{shown}  {row['complaint'] or 'none'}")
    for name, places in found.items():
        print(f"\n{name}: error around{'count':>19}{'rms mean':>10}{'rms max':>9}{'peak':>7}")
        for place, value in places.items():
            print(f"  {place:<28}{value['count']:>6}{value['rms_mean']:>10}"
                  f"{value['rms_max']:>9}{value['peak']:>7}")  # fmt: skip


if __name__ == "__main__":
    main()
