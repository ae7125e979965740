"""Write a session in a container other than MP3: rendered from its timeline, and encoded whole."""

import base64
import hashlib
import re
import struct
from collections.abc import Iterable, Iterator
from functools import partial
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

from smr_audio import units
from smr_audio.errors import BuildError, UsageError
from smr_audio.mp3.frames import ENCODER_GAIN_DB, bytes_per_frame
from smr_audio.mp3.id3 import Tags, chapter_title, shown_texts
from smr_audio.mp3.linker import Later, Piece, Stream
from smr_audio.progress import Progress
from smr_audio.sound.ffmpeg import failure, feed_ffmpeg
from smr_audio.sound.islands import LEAST_FRAMES, TILES, Shape
from smr_audio.sound.settings import BedSettings
from smr_audio.storage.atomic import cannot_write
from smr_audio.studio.output.mp3_file import OutputFile
from smr_audio.studio.pipeline import sounds_of
from smr_audio.studio.segment_store import floor_under, full_bed, renderer
from smr_audio.studio.session import Session

_FORMS: Final = {
    ".m4a": "-c:a aac -b:a {kbps}k -f ipod",
    ".m4b": "-c:a aac -b:a {kbps}k -f ipod",
    ".opus": "-c:a libopus -b:a {kbps}k -f opus",
    ".flac": "-c:a flac -sample_fmt s16 -f flac",
    ".wav": "-c:a pcm_s16le -rf64 auto -f wav",
}
ENDINGS: Final = tuple(_FORMS)
_LOSSLESS: Final = (".flac", ".wav")
_PCM_KBPS: Final = 768  # frames of 1152 samples of 16 bits, so that PCM can be linked as MP3 is
_SPECIAL: Final = re.compile(r"([=;#\\\n])")
_EVERY: Final = f"-map 0:a -map_metadata 1 -af volume={ENCODER_GAIN_DB}dB -fflags +bitexact -flags:a +bitexact"
_PICTURE: Final = "-map 2:v -c:v copy -disposition:v attached_pic"
_FRONT_COVER: Final = 3


def refuse_useless(path: Path, *, verified: bool, bitrate: bool) -> None:
    """Raise UsageError for what a container cannot have."""
    if verified:
        raise UsageError(f"only an MP3 carries the plan to verify, not {path.name}; drop --verify or name an .mp3")
    if bitrate and path.suffix.lower() in _LOSSLESS:
        raise UsageError(f"{path.name} has no bit rate; drop --bitrate or name another format")


def write_container(temporary: Path, session: Session, tags: Tags, *, shown: Path, progress: Progress) -> OutputFile:
    """Write a session in the container that the ending of `shown`, the name it will have, names.

    It is as loud as the MP3 would be. Raises BuildError if it cannot be encoded or written,
    MissingError without ffmpeg or its encoder.
    """
    product, clips = session.product, session.plan.clips
    clips.fetch(sounds_of(product.shapes))
    if clips.lengths() != product.lengths:
        raise BuildError("the voice took longer than before; build the session again")
    ending = shown.suffix.lower()
    about, cover = temporary.with_suffix(".txt"), temporary.with_suffix(".png")
    sound = f"-f s16le -ar {units.SAMPLE_RATE} -ac 1 -i pipe:0 -f ffmetadata -i"
    arguments = ["-y", *sound.split(), f"file:{about}"]
    if tags.cover and ending not in (".opus", ".wav"):
        arguments += ["-i", f"file:{cover}", *_PICTURE.split(), "-metadata:s:v", "comment=Cover (front)"]
    form = f"{_EVERY} -metadata:s:a language={tags.language} {_FORMS[ending]}"
    arguments += [*form.format(kbps=session.stream.kbps).split(), f"file:{temporary}"]
    try:
        about.write_bytes(_metadata(tags, ending).encode("utf-8", "replace"))
        cover.write_bytes(tags.cover)
        run = feed_ffmpeg(arguments, _pcm(session, progress))
        if run.returncode:
            raise failure(run, f"cannot encode {shown}")
        with temporary.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            return OutputFile(shown, data.size(), hashlib.sha256(data).hexdigest())
    except OSError as error:
        raise cannot_write(shown, error) from error


def _pcm(session: Session, progress: Progress) -> Iterator[Piece]:
    """The samples of a session, int16 at 48 kHz mono: islands, each rendered in turn, over the floor."""
    product, clips = session.product, session.plan.clips
    keep_awake, _, bed = clips.settings.ground
    floor = floor_under(keep_awake, bed)
    render = renderer(floor, bed, clips)

    def rendered(number: int, shape: Shape) -> bytes:
        progress("encoding", number, len(product.islands))
        return render(shape).tobytes()

    size = bytes_per_frame(_PCM_KBPS)
    laid = enumerate(zip(product.islands, product.shapes, strict=True), 1)
    pieces = [(at.start_frame, Later(size * shape[0], partial(rendered, n, shape))) for n, (at, shape) in laid]
    if bed and not bed.digest:
        pieces = list(_over_bed(pieces, session.stream.frames, size, bed))
    stream = Stream(
        pieces,
        tiles={frames: floor.tile(frames).tobytes() for frames in TILES},
        frames=session.stream.frames,
        kbps=_PCM_KBPS,
    )
    yield from stream.pieces(0, 2 * units.samples_of_ticks(session.plan.timeline.end_tick))


def _over_bed(
    pieces: Iterable[tuple[int, Later]], frames: int, size: int, bed: BedSettings
) -> Iterator[tuple[int, Later]]:
    """Pieces with the gaps between them filled by a bed: samples that are cut as frames are would click."""
    from smr_audio.sound.floor import bed_tile

    full, at = full_bed(bed), 0

    def gap_of(count: int) -> Later:
        return Later(size * count, lambda: bed_tile(full, count, bed.ducked_db).tobytes())

    for start, piece in (*pieces, (frames + LEAST_FRAMES, None)):
        if (gap := start - at) > 0:
            gap = max(gap, LEAST_FRAMES)
            yield start - gap, gap_of(gap)
        if piece:
            yield start, piece
            at = start + len(piece) // size


def _metadata(tags: Tags, ending: str) -> str:
    """Tags in ffmpeg's own format, FFMETADATA1.

    What it makes of chapters in Vorbis comments is up to a second off, so those are made here.
    """
    texts = {**shown_texts(tags, length_ms=None), "lyrics": tags.lyrics}
    chapters = []
    for number, one in enumerate(tags.chapters):
        title = chapter_title(one.title)
        if ending in (".m4a", ".m4b"):
            chapters += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={one.start_ms}", f"END={one.end_ms}"]
            chapters.append(f"title={_escaped(title)}")
        else:
            minutes, ms = divmod(one.start_ms, 60_000)
            start = f"{minutes // 60:02}:{minutes % 60:02}:{ms / 1000:06.3f}"
            texts |= {f"CHAPTER{number:03}": start, f"CHAPTER{number:03}NAME": title}
    if tags.cover and ending == ".opus":
        texts["METADATA_BLOCK_PICTURE"] = base64.b64encode(_flac_picture(tags.cover)).decode("ascii")
    lines = (f"{name}={_escaped(text)}" for name, text in texts.items() if text)
    return "\n".join([";FFMETADATA1", *lines, *chapters, ""])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _flac_picture(png: bytes) -> bytes:
    """A front cover as FLAC's picture block has it (RFC 9639, 8.8)."""
    kind, (width, height) = b"image/png", struct.unpack(">II", png[16:24])
    head = struct.pack(f">II{len(kind)}sI", _FRONT_COVER, len(kind), kind, 0)
    return head + struct.pack(">IIIII", width, height, 24, 0, len(png)) + png
