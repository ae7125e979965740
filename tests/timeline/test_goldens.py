"""Every shipped routine as a timeline to read, and some of them under other options.

Whatever holds for all routines under all options is in `test_invariants.py`.

After a change that is meant, `pytest tests/timeline --update-goldens` writes them anew; read
the difference before you keep it.
"""

from pathlib import Path

import pytest

from smr_audio.library.library import Library
from smr_audio.options.values import parse_hold
from smr_audio.timeline.schedule import schedule
from tests.conftest import CUE_TICKS, Compile
from tests.timeline.speech import as_text, made_up

FOLDER = Path(__file__).parent / "goldens"
OPTIONS: dict[str, dict[str, object]] = {
    "default": {},
    "follow-45-right-first": {
        "talk": "follow", "holds": (parse_hold("45"),), "first": "right", "extra": "right",
        "pace": "quick",
    },
    "minimal-sets-left": {
        "talk": "minimal", "sets": 2, "rest": 20, "sides": "left",
        "holds": (parse_hold("x1.5"),), "pace": "relaxed",
    },
}  # fmt: skip


CASES = [
    *((routine, "default") for routine in Library().routine_ids()),
    ("hamstrings", "follow-45-right-first"),  # a gate, and a change of tools
    ("pre-lift", "follow-45-right-first"),  # a technique without sides
    ("hamstrings", "minimal-sets-left"),
    ("desk-worker", "minimal-sets-left"),
]


@pytest.mark.parametrize(("routine", "options"), CASES)
def test_routine_is_scheduled_as_before(
    routine: str, options: str, compiled: Compile, request: pytest.FixtureRequest
) -> None:
    script = compiled(routine, **OPTIONS[options])
    timeline = schedule(script, made_up(script))
    for cue in timeline.cues:
        assert cue.end_tick - cue.start_tick == CUE_TICKS[cue.cue]
    warnings = "".join(f"! {warning.code}: {warning.text}\n" for warning in script.warnings)
    text = as_text(timeline) + warnings
    golden = FOLDER / f"{routine}.{options}.txt"
    if request.config.getoption("--update-goldens"):
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert text == golden.read_text(encoding="utf-8")
