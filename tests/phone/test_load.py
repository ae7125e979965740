"""scripts/load.py: it measures a server that it starts and ends itself."""

import json
import runpy
from pathlib import Path

import pytest

SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "load.py"))


@pytest.mark.slow
def test_a_few_listeners_hear_no_gap(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--listeners", "4", "--seconds", "3", "--half-open", "300", "--slow", "2", "--json"]
    SCRIPT["main"](words)
    found = json.loads(capsys.readouterr().out)
    assert (found["gaps"], found["failures"]) == (0, 0)
    assert found["requests"] >= 4


@pytest.mark.parametrize("words", [["--listeners", "1000"], ["--seconds", "3600"], ["--slow", "-1"]])
def test_nobody_is_loaded_without_bounds(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        SCRIPT["main"](words)
