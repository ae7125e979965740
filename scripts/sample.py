"""Write docs/sample.mp3: most of a minute of a session as the natural voice speaks it.

Usage: python scripts/sample.py [FILE]

From the last of the set-up to the first after it. Whole frames of the linked session,
so nothing is encoded again and the same session gives the same bytes.
"""

import sys
from pathlib import Path
from typing import Final

from smr_audio import Preferences, Studio
from smr_audio.mp3.id3 import Tags, tag_bytes
from smr_audio.mp3.linker import LinkedFile
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_FRAME, TICKS_PER_FRAME, TICKS_PER_SECOND

SAMPLE: Final = Path(__file__).resolve().parent.parent / "docs" / "sample.mp3"
ROUTINE: Final = "hamstrings-basic"
BEFORE_TICKS: Final = TICKS_PER_SECOND // 4  # of silence, ahead of the first word


def sample(studio: Studio, preferences: Preferences) -> bytes:
    session = studio.link(studio.load(ROUTINE), preferences)
    timeline = session.plan.timeline
    hold = timeline.holds[0]
    begin = max(line.start_tick for line in timeline.speech
                if line.role == "setup" and line.start_tick < hold.start_tick)  # fmt: skip
    end = min(line.end_tick for line in timeline.speech if line.start_tick > hold.end_tick)
    start = (begin - BEFORE_TICKS) // TICKS_PER_FRAME
    stop = (end + TICKS_PER_SECOND) // TICKS_PER_FRAME
    tags = Tags(
        title=f"{session.plan.script.title}: a sample", artist="smr-audio", album="smr-audio",
        language="eng",
    )  # fmt: skip
    tag = tag_bytes(tags, length_ms=(stop - start) * SAMPLES_PER_FRAME * 1000 // SAMPLE_RATE)
    return b"".join(LinkedFile(session.stream, tag=tag, start=start, stop=stop).chunks())


def main(arguments: list[str]) -> None:
    target = Path(arguments[0]) if arguments else SAMPLE
    target.write_bytes(sample(Studio(), Preferences(voice="heart", language="en")))


if __name__ == "__main__":
    main(sys.argv[1:])
