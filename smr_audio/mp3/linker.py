"""Link frames to a session: islands and tiles of floor at their places, no encoder involved.

Nothing holds the session. It is a list of pieces, most of them the same few tiles again and
again, and any range of its bytes can be made without the rest.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Final, TypeAlias

from smr_audio.mp3.frames import ENCODER_DELAY, Frames, bytes_per_frame, crc32_combine
from smr_audio.mp3.info import info_frame
from smr_audio.sound.islands import LEAST_FRAMES, tiles_for
from smr_audio.units import SAMPLES_PER_FRAME

CHUNK_BYTES: Final = 1 << 20

Piece: TypeAlias = bytes | memoryview


class Stream:
    """The frames of a session of `frames` of sound, at a bit rate.

    Frame k is heard from sample k * 1152 - 1105 on, so there is one frame more, with the last
    1105 samples in it. A session may end within a frame: then the last `spare_samples` of sound
    are not heard.
    """

    def __init__(
        self,
        islands: Iterable[tuple[int, bytes]],
        *,
        tiles: Mapping[int, bytes],
        frames: int,
        kbps: int,
        spare_samples: int = 0,
    ) -> None:
        """Lay islands, each at its start frame and in order, and tiles by size between them.

        The first island may begin before frame 0 and the last end after `frames`. Raises
        ValueError if islands overlap or lie apart by a gap that no tiles make.
        """
        self.frames = frames
        self.kbps = kbps
        self.spare_samples = spare_samples
        self.frame_bytes = frame_bytes = bytes_per_frame(kbps)
        pieces: list[bytes] = []
        at = 0
        for start, data in islands:
            if start < at and pieces:
                raise ValueError(f"islands overlap at frame {at}")
            if start < at or at == 0 < start < LEAST_FRAMES:
                pieces.append(_beginning(start, data, tiles, frame_bytes))
            else:
                pieces += (tiles[size] for size in tiles_for(start - at))
                pieces.append(data)
            at = start + len(data) // frame_bytes
        if at < frames + 1:
            pieces += (tiles[size] for size in tiles_for(max(frames + 1 - at, LEAST_FRAMES)))
        self._pieces = pieces
        self._ends = list(accumulate(map(len, pieces)))

    def pieces(self, start: int, stop: int) -> Iterator[Piece]:
        """The bytes `[start, stop)` of all frames, as views of what they are linked from."""
        number = bisect_right(self._ends, start)
        at = start
        while at < stop:
            piece, end = self._pieces[number], self._ends[number]
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
            own = piece.crc32 if isinstance(piece, Frames) else zlib.crc32(piece)
            crc32 = crc32_combine(crc32, own, len(piece))
        return crc32


class LinkedFile:
    """An MP3 file of the frames `[start, stop)` of a stream: tag, Info frame, sound.

    It plays exactly those frames, from sample 0 on. Files whose frames follow each other play
    without a gap: each carries one frame more, whose sound the next begins with.
    """

    def __init__(
        self, stream: Stream, *, tag: bytes, start: int = 0, stop: int | None = None
    ) -> None:
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
    gathered: list[Piece] = []
    size = 0
    for whole in pieces:
        piece: Piece = whole
        while size + len(piece) >= most:
            room = most - size
            yield b"".join((*gathered, memoryview(piece)[:room]))
            piece, gathered, size = memoryview(piece)[room:], [], 0
        if piece:
            gathered.append(piece)
            size += len(piece)
    if gathered:
        yield b"".join(gathered)


def _beginning(start: int, data: bytes, tiles: Mapping[int, bytes], frame_bytes: int) -> bytes:
    """The first island from frame 0 on: cut, or with the one or two frames of floor before it."""
    if start < 0:
        return data[-start * frame_bytes :]
    return tiles[LEAST_FRAMES][-start * frame_bytes :] + data
