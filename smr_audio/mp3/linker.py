"""Link frames to a session: islands and tiles of floor at their places, no encoder involved.

Nothing holds the session. It is a list of pieces, most of them the same few tiles again and
again, and any range of its bytes can be made without the rest.
"""

import zlib
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Final, TypeAlias

from smr_audio.mp3.frames import ENCODER_DELAY, bytes_per_frame, info_frame
from smr_audio.records import dataclass
from smr_audio.sound.islands import BED_LOOP_FRAMES, LEAST_FRAMES, bed_tiles_for, tiles_for
from smr_audio.units import SAMPLES_PER_FRAME

CHUNK_BYTES: Final = 1 << 20

Piece: TypeAlias = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Later:
    """`size` bytes of frames that are still being made; `find` gives them once they are there."""

    size: int
    find: Callable[[], bytes | None]

    def __len__(self) -> int:
        return self.size


class Stream:
    """The frames of a session of `frames` of sound, at a bit rate.

    Frame k is heard from sample k * 1152 - 1105 on, so there is one frame more, with the last
    1105 samples in it. A session may end within a frame: then the last `spare_samples` of sound
    are not heard.
    """

    def __init__(
        self,
        islands: Iterable[tuple[int, bytes | Later]],
        *,
        tiles: Mapping[int, bytes],
        frames: int,
        kbps: int,
        spare_samples: int = 0,
    ) -> None:
        """Lay islands, each at its start frame and in order, and tiles by size between them.

        Tiles with a bed's loop among them are those of `bed_tiles_for`.

        The first island may begin before frame 0 and the last end after `frames`. Raises
        ValueError if islands overlap or lie apart by a gap that no tiles make.
        """
        self.frames = frames
        self.kbps = kbps
        self.spare_samples = spare_samples
        self.frame_bytes = frame_bytes = bytes_per_frame(kbps)
        pieces: list[Piece | Later] = []
        # The first piece may begin before frame 0.
        self._skipped = 0
        at = 0

        def fill(frames: int) -> None:
            if BED_LOOP_FRAMES not in tiles:
                pieces.extend(tiles[size] for size in tiles_for(frames))
                return
            for size, first, count in bed_tiles_for(at, frames):
                pieces.append(memoryview(tiles[size])[first * frame_bytes : (first + count) * frame_bytes])

        for start, data in islands:
            if start < at and pieces:
                raise ValueError(f"islands overlap at frame {at}")
            if not pieces and start < LEAST_FRAMES:
                ahead = LEAST_FRAMES if start > 0 else 0
                self._skipped = (ahead - start) * frame_bytes
                at = start - ahead
            fill(start - at)
            pieces.append(data)
            at = start + len(data) // frame_bytes
        if at < frames + 1:
            fill(max(frames + 1 - at, LEAST_FRAMES))
        self._pieces = pieces
        self._ends = list(accumulate(map(len, pieces)))
        starts = zip(self._ends, pieces, strict=True)
        self._later = deque((end - len(one), one) for end, one in starts if isinstance(one, Later))

    @property
    def there(self) -> int:
        """So many bytes of all frames, from the first on, are there."""
        while self._later and self._later[0][1].find() is not None:
            self._later.popleft()
        return (self._later[0][0] if self._later else self._ends[-1]) - self._skipped

    def pieces(self, start: int, stop: int) -> Iterator[Piece]:
        """The bytes `[start, stop)` of all frames, as views of what they are linked from.

        Raises ValueError for bytes that are not there yet.
        """
        at, stop = start + self._skipped, stop + self._skipped
        number = bisect_right(self._ends, at)
        while at < stop:
            piece, end = self._pieces[number], self._ends[number]
            if isinstance(piece, Later):
                found = piece.find()
                if found is None or len(found) != len(piece):
                    raise ValueError("this part is not made yet")
                piece = found
            begin = end - len(piece)
            if at > begin or end > stop:
                yield memoryview(piece)[at - begin : stop - begin]
            else:
                yield piece
            at = end
            number += 1

    def crc32(self, start: int = 0, stop: int | None = None) -> int:
        """The CRC-32 of the frames of a file that plays `[start, stop)`, from its pieces'."""
        stop = self.frames if stop is None else stop
        crc32 = 0
        for piece in self.pieces(start * self.frame_bytes, (stop + 1) * self.frame_bytes):
            crc32 = zlib.crc32(piece, crc32)
        return crc32


class LinkedFile:
    """An MP3 file of the frames `[start, stop)` of a stream: tag, Info frame, sound.

    It plays exactly those frames, from sample 0 on. Files whose frames follow each other play
    without a gap: each carries one frame more, whose sound the next begins with.
    """

    def __init__(self, stream: Stream, *, tag: bytes, start: int = 0, stop: int | None = None) -> None:
        """Nothing is linked yet. `stop` is the end of the stream if not given."""
        stop = stream.frames if stop is None else stop
        self._stream = stream
        self._first_byte = start * stream.frame_bytes
        # With the delay of the decoder, 529, the Info frame's delay is 1105 samples, and the
        # frame more has 47 too many; padding counts the decoder's delay along.
        spare = stream.spare_samples if stop == stream.frames else 0
        self._head = tag + info_frame(
            kbps=stream.kbps,
            frames=stop - start + 1,
            delay=ENCODER_DELAY,
            padding=SAMPLES_PER_FRAME - ENCODER_DELAY + spare,
        )
        self.bytes = len(self._head) + (stop - start + 1) * stream.frame_bytes

    @property
    def there(self) -> int:
        """So many bytes of the file, from its start on, are there."""
        sound = max(0, self._stream.there - self._first_byte)
        return min(len(self._head) + sound, self.bytes)

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[Piece]:
        """The bytes `[start, stop)` of the file, as many small pieces that need no memory."""
        # Bounds as a slice takes them: those of before the end count from there.
        start, stop, _ = slice(start, stop).indices(self.bytes)
        head = self._head[start:stop]
        if head:
            yield head
        sound = self._first_byte - len(self._head)
        yield from self._stream.pieces(max(start, len(self._head)) + sound, stop + sound)

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes `[start, stop)` of the file, in chunks of a megabyte."""
        return in_chunks(self.pieces(start, stop), CHUNK_BYTES)


def in_chunks(pieces: Iterable[Piece], most: int) -> Iterator[bytes]:
    """Pieces of any size as chunks of `most` bytes; the last may be smaller."""
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        while len(gathered) >= most:
            yield bytes(gathered[:most])
            del gathered[:most]
    if gathered:
        yield bytes(gathered)
