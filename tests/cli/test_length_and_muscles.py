"""`--fit`, `--minutes`, `--passes` and `--for`: how long, and for what."""

from pathlib import Path

import pytest

from tests.cli.conftest import SILENT, Run
from tests.cli.test_profile_command import PRESS, seconds

pytestmark = pytest.mark.usefixtures("warm")


@pytest.mark.parametrize(("value", "says"), [("10s", "at least"), ("10h", "at most")])
def test_a_length_that_cannot_be_met_fails_and_says_what_would_do(
    here: Run, value: str, says: str, tmp_path: Path
) -> None:
    done = here("build", PRESS, *SILENT, "--fit", value)
    assert done.returncode == 1
    assert f"'{PRESS}' cannot take" in done.stderr
    assert says in done.stderr
    assert "what would do: " in done.stderr
    assert list((tmp_path / "output").iterdir()) == []


def test_passes_are_counted_at_each_techniques_pace(here: Run) -> None:
    assert seconds(here, "hamstrings-basic", "--sets", "1", "--passes", "8") == [32, 32]
    assert seconds(here, PRESS, "--passes", f"{PRESS}=8") == [24, 24]
    assert seconds(here, PRESS, "--passes", "8", "--hold", f"{PRESS}=40") == [40, 40]


def test_what_is_composed_can_do_without_a_technique(here: Run) -> None:
    for target in (["--for", "calves"], ["for:calves"]):
        done = here("plan", *target, "--skip", "calf-roller-seated", *SILENT, "--json")
        assert done.returncode == 0, done.stderr
        assert "calf-roller-still" in done.stdout
        assert "calf-roller-seated" not in done.stdout


def test_advice_for_what_is_composed_names_no_technique(here: Run) -> None:
    done = here("plan", "--for", "hamstrings,calves", "--fit", "4m", *SILENT)
    assert done.returncode == 1
    assert "what would do" in done.stderr
    assert "--skip" not in done.stderr
