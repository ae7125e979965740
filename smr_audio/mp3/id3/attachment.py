"""What a tag carries along that no player shows: one piece of data of our own, a GEOB frame.

Source: id3.org's ID3v2.3.0, 4.16.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_MIME: Final = b"application/json"
_NAME: Final = b"plan.json"
_DESCRIPTION: Final = b"smr-audio plan"
_LATIN_1: Final = 0
_HEAD: Final = bytes([_LATIN_1]) + b"".join(part + b"\0" for part in (_MIME, _NAME, _DESCRIPTION))


@dataclass(frozen=True, slots=True)
class Attachment:
    """JSON for `verify`, in ASCII."""

    data: bytes

    def frame_body(self) -> bytes:
        """The body of its GEOB frame."""
        return _HEAD + self.data

    @classmethod
    def from_frame_body(cls, body: bytes) -> Attachment | None:
        """The attachment of a GEOB frame, or None for somebody else's.

        Other programs that edit tags may write its texts in another encoding.
        """
        encoding, rest = body[:1], body[1:]
        mime, _, rest = rest.partition(b"\0")
        if mime != _MIME:
            return None
        if encoding in (b"\0", b"\3"):
            _, _, rest = rest.partition(b"\0")
            description, _, data = rest.partition(b"\0")
            return cls(data) if description == _DESCRIPTION else None
        wanted = _DESCRIPTION.decode().encode("utf-16-le" if encoding == b"\1" else "utf-16-be")
        at = rest.find(wanted + b"\0\0")
        return None if at < 0 else cls(rest[at + len(wanted) + 2 :])
