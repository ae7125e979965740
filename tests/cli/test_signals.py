"""The options for cues, counts, calls and floor, as the command line takes them."""

from pathlib import Path

import pytest

from tests.cli.conftest import ROUTINE, Run, planned
from tests.sound.test_own_sound import bell, write

pytestmark = pytest.mark.usefixtures("warm")


def test_a_routine_s_settings_say_it_too_and_options_win(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sounds").mkdir()
    write(tmp_path / "sounds" / "bell.wav", bell())
    settings = (
        "settings:\n  metronome: true\n  countdown: voice\n  calls: [halfway]\n  cues: soft\n"
        "  cue_sounds: {end: bell.wav}\n  keep_awake: high\n"
    )
    routine = ROUTINE.replace("steps:", settings + "steps:").replace("hold: 20", "hold: 40")
    (tmp_path / "sounds" / "mine.yaml").write_text(routine, encoding="utf-8")
    found = planned(run, "sounds/mine.yaml")["events"]
    assert {event["kind"] for event in found if event.get("cue") == "tick"} == {"cue"}
    said = {event.get("text") for event in found}
    assert {"Halfway.", "Three."} <= said
    assert not {"Begin.", "Ten seconds."} & said
    (end,) = (event for event in found if event.get("cue") == "end")
    assert int(str(end["end_ms"])) - int(str(end["start_ms"])) == 800  # the bell's, not the tone's
    louder = ("--no-metronome", "--countdown", "beeps", "--calls", "all")
    won = planned(run, "sounds/mine.yaml", *louder)["events"]
    assert "tick" not in {event.get("cue") for event in won}
    assert sum(event.get("cue") == "countdown" for event in won) == 3
    assert {"Begin.", "Ten seconds."} <= {event.get("text") for event in won}


def test_a_technique_without_a_pace_is_told_of(run: Run, tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[2] / "content/techniques/hamstring-ball-press.yaml").read_text(encoding="utf-8")
    still = shipped.replace("pace: 20\n", "").replace("id: hamstring-ball-press", "id: still")
    (tmp_path / "still.yaml").write_text(still, encoding="utf-8")
    plan = planned(run, "still.yaml", "--metronome")
    assert [warning["code"] for warning in plan["warnings"]] == ["metronome-unused"]
    assert not [event for event in plan["events"] if "beat" in event.get("text", "")]
