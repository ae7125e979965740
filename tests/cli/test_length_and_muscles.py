"""`--fit`, `--minutes`, `--passes` and `--for`: how long, and for what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SILENT, Run
from tests.cli.test_profile_command import PRESS, holds, length_ms, wrote

pytestmark = pytest.mark.usefixtures("warm")


def test_minutes_are_a_fit(here: Run) -> None:
    asked = ("hamstrings-basic", "--talk", "minimal")
    assert length_ms(here, *asked, "--minutes", "5.5") == 330_000
    assert length_ms(here, *asked, "--fit", "5m30s") == 330_000
    done = here("plan", *asked, "--fit", "6m", "--minutes", "6")
    assert done.returncode == 2
    assert "fit and minutes both say the same" in done.stderr


@pytest.mark.parametrize("option", ["--fit", "--minutes"])
@pytest.mark.parametrize("value", ["0", "-5", "25h", "soon", "", "nan", "inf", "1e3", "0.0001",
                                   "86401m"])  # fmt: skip
def test_what_is_no_length_is_a_usage_error(here: Run, option: str, value: str) -> None:
    assert here("plan", PRESS, *SILENT, option, value).returncode == 2


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


def test_fit_off_lifts_that_of_the_profile(here: Run, own_profile: Path) -> None:
    free = length_ms(here, "hamstrings-basic")
    wrote(own_profile, "kind: profile\nfit: {hamstrings-basic: 6m45s}\n")
    assert length_ms(here, "hamstrings-basic") == 405_000
    assert length_ms(here, "hamstrings-basic", "--fit", "off") == free


# Passes, composing, reasons.


def test_passes_are_counted_at_each_techniques_pace(here: Run) -> None:
    assert holds(here, "hamstrings-basic", "--sets", "1", "--passes", "8") == [32, 32]
    assert holds(here, PRESS, "--passes", f"{PRESS}=8") == [24, 24]
    done = here("plan", PRESS, *SILENT, "--passes", "8", "--hold", "30")
    assert done.returncode == 2
    assert "hold and passes both say" in done.stderr
    assert holds(here, PRESS, "--passes", "8", "--hold", f"{PRESS}=40") == [40, 40]


def test_a_session_is_composed_for_muscles(here: Run, tmp_path: Path) -> None:
    plan = json.loads(here("plan", "--for", "calves,gluteals", *SILENT, "--json").stdout)
    assert plan["routine"] == "for-calves-gluteals"
    assert here("build", "--for", "forearms", *SILENT, "--talk", "minimal").returncode == 0
    assert (tmp_path / "output" / "for-forearms.mp3").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--for", "calfs"), "there is no muscle 'calfs'; did you mean 'calves'?"),
        (("hamstrings", "--for", "calves"), "one of the two"),
        ((), "name a routine, or the muscles with --for"),
        (("--for", "adductors"), "because its level is 2, over 1"),
        (("--for", "lats", "--tools", "bench"), "nothing for the lats fits: not lat-ball-wall"),
        (("--for", "a,b,c,d,e,f,g,h,i,j,k,l,m"), "name 1 to 12 muscles, not 13"),
        (("--for", ""), "is empty"),
    ],
)
def test_what_cannot_be_composed_is_a_usage_error(
    here: Run, arguments: tuple[str, ...], says: str
) -> None:
    done = here("plan", *arguments, *SILENT)
    assert done.returncode == 2
    assert says in done.stderr


def test_a_composed_session_takes_the_length_that_is_asked_for(here: Run) -> None:
    for minutes in ("5", "9"):
        asked = ("--for", "hamstrings,calves", "--minutes", minutes, "--talk", "minimal")
        assert length_ms(here, *asked) == int(minutes) * 60_000
