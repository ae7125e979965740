"""scripts/bench: its content is sound, rivals get every sound, nothing that failed is hidden."""

import shlex
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("scripts/bench runs on Linux", allow_module_level=True)

from bench import driver, inputs, rivals
from bench.cases import Case
from bench.process import BenchError, Place, Sample, run

from smr_audio import Preferences, plan
from smr_audio.check import check_paths


def test_a_made_up_session_is_sound_and_rivals_get_every_sound_of_it(tmp_path: Path) -> None:
    content = inputs.write_library(tmp_path, 3, {"bench": (3, 2)})
    assert (len((checked := check_paths([content])).files), checked.problems) == (4, ())
    made = plan("bench", Preferences(voice="silent"), content=[content]).as_json()
    sounds = [event for event in made["events"] if event["kind"] in ("speech", "cue")]
    assert sum(event["kind"] == "hold" for event in made["events"]) == 6
    pieces = inputs.pieces_of(made)["pieces"]
    assert [p["start_ms"] for p in pieces] == [sound["start_ms"] for sound in sounds]
    ends = [p["start_ms"] + p["slot_ms"] for p in pieces]
    assert ends == [*(p["start_ms"] for p in pieces[1:]), made["duration_ms"]]
    pieces[0]["text"] = "Don't; $stop `now`."
    commands = [shlex.split(line) for line in rivals.shell_script(pieces).splitlines()]
    spoken = [words[-1] for words in commands if words[0] == "espeak-ng"]
    assert spoken == list(dict.fromkeys(p["text"] for p in pieces if "text" in p))
    placed = [int(words[-1]) for words in commands if words[0] == "fit"]
    assert sum(placed) == pytest.approx(44.1 * (made["duration_ms"] - pieces[0]["start_ms"]), abs=4)


def test_a_command_has_its_time_and_memory_and_its_failure_a_reason(tmp_path: Path) -> None:
    place = Place(tmp_path)
    work = f"{shlex.quote(sys.executable)} -c 'len(bytes([1]) * 400_000_000); sum(range(10**7))'; true"
    sample = run(place, "/bin/sh", "-c", work)  # of a child
    assert sample.cpu_s > 0.1
    assert sample.peak_mb > 400
    with pytest.raises(BenchError, match=r"ended with 2: .*'nothing'"):
        run(place, "build", "nothing", "--no-profile")


def test_rounds_turn_back_and_what_fails_is_told_and_not_tried_again(tmp_path: Path) -> None:
    ran: list[str] = []

    def case(what: str, rounds: int = 5) -> Case:
        return Case("part", what, "", lambda _: ran.append(what) or Sample(1, 1, 1), rounds)

    broken = Case("part", "c", "", lambda _: run(Place(tmp_path), sys.executable, "-c", "raise SystemExit('broke')"))
    figures = driver.measure([case("a"), case("b", 1), case("d"), broken], 3, tmp_path)
    assert ran == ["a", "b", "d", "d", "a", "a", "d"]
    assert [len(figure.wall_s) for figure in figures] == [3, 1, 3, 0]
    assert "broke" in "\n".join(driver.table(figures))
    with pytest.raises(SystemExit, match="no part 'plane'; there are part"):
        driver.chosen([case("a")], ["plane"])
