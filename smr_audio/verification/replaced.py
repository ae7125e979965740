"""Tell what a file was that a build has replaced."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

from smr_audio import units
from smr_audio.mp3.id3 import MOST_BYTES, tag_in, tag_size
from smr_audio.verification.manifest import Manifest, read_manifest


def tag_of(path: Path) -> bytes | None:
    """The bytes of a file's tag, empty without one; None if there is no file to read."""
    try:
        with path.open("rb") as file:
            size = tag_size(file.read(10))
            file.seek(0)
            return file.read(min(size, MOST_BYTES))
    except OSError:
        return None


def replaced(path: Path, before: bytes | None) -> str | None:
    """What to say of a file that had the tag `before`, if it was another session."""
    if before is None or before == (after := tag_of(path)):
        return None
    old, new = _manifest_in(before), _manifest_in(after or b"")
    if old is None:
        return f"{path} replaces another file, which was none of smr-audio"
    if new is not None and _heard(old) == _heard(new):
        return None
    holds = {(one.end_tick - one.start_tick) // units.TICKS_PER_SECOND for one in old.holds}
    lengths = " to ".join(map(str, sorted({min(holds), max(holds)}))) if holds else "0"
    length = units.clock(old.end_tick // units.TICKS_PER_SECOND)
    return (
        f"{path} replaces one made with other options or content: {length}, holds of {lengths} s, "
        f"{old.voice}; -o NAME keeps both"
    )


def _manifest_in(tag: bytes) -> Manifest | None:
    with suppress(ValueError):
        return read_manifest(tag_in(BytesIO(tag)).manifest or b"")
    return None


def _heard(one: Manifest) -> tuple[object, ...]:
    """What options change, and a version of smr-audio does not."""
    texts = [sentence.text for sentence in one.sentences]
    sounds = (one.voice, one.kbps, one.keep_awake, one.cue_scheme, one.bed)
    return (one.routine, one.end_tick, one.holds, texts, sounds)
