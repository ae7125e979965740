"""`profile set`: what is kept is checked as a build would, and asking twice is no mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import SILENT, Run


def test_what_is_set_already_may_be_set_again(here: Run, own_profile: Path) -> None:
    assert here("profile", "set", "--level", "2").returncode == 0
    before = own_profile.read_bytes()
    assert here("profile", "set", "--level", "2").returncode == 0
    assert own_profile.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--skip", "nope"], 2, "there is no technique 'nope'"),
        (["--hold", "calf-rollers=30"], 2, "there is no technique 'calf-rollers'"),
        (["--swap", "a=b"], 2, "there is no technique 'a'"),
        (["--cue-sound", "start=nope.wav"], 2, "nope.wav"),
        (["--language", "xx"], 4, "xx"),
        (["--voice", "nobody-at-all"], 2, "nobody-at-all"),
        ([], 2, "nothing to set"),
    ],
)
def test_what_would_fail_in_every_session_is_not_kept(
    here: Run, own_profile: Path, arguments: list[str], status: int, words: str
) -> None:
    done = here("profile", "set", *arguments)
    assert done.returncode == status
    assert words in done.stderr
    assert not own_profile.exists()


@pytest.mark.parametrize("verb", ["path", "clear", "set"])
def test_json_is_for_what_is_shown(here: Run, verb: str) -> None:
    done = here("profile", "--json", verb)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--json is for what is shown" in done.stderr


def test_what_is_composed_can_do_without_a_technique(here: Run) -> None:
    for target in (["--for", "calves"], ["for:calves"]):
        done = here("plan", *target, "--skip", "calf-roller-seated", *SILENT)
        assert done.returncode == 0, done.stderr
        assert "calf-ball-ankle" in done.stdout
        assert "calf-roller-seated" not in done.stdout
    done = here("plan", "--for", "calves", "--skip", "calf-rollers", *SILENT)
    assert done.returncode == 2
    assert "'calf-rollers' is no technique" in done.stderr


def test_advice_for_what_is_composed_names_no_technique(here: Run) -> None:
    done = here("plan", "--for", "hamstrings,calves,quadriceps", "--fit", "5m", *SILENT)
    assert done.returncode == 1
    assert "what would do" in done.stderr
    assert "--skip" not in done.stderr
