"""A length in the profile is of one routine; and whatever an error has from there says so."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from smr_audio.voices import registry
from smr_audio.voices.engine import Speech, SpeechError, Voice
from smr_audio.voices.silent import SilentEngine
from tests.cli.conftest import ROUTINE, SILENT, Run
from tests.cli.test_profile_command import PRESS, length_ms, wrote

pytestmark = pytest.mark.usefixtures("warm")

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.usefixtures("warm")
def test_the_lines_of_the_readme_work_one_after_the_other(here: Run, own_profile: Path) -> None:
    block = README.read_text("utf-8").split("## Made for you")[1].split("```")[1]
    lines = [shlex.split(line, comments=True)[1:] for line in block.splitlines()[1:] if line]
    assert any("--save" in line for line in lines)
    free = length_ms(here, "hamstrings", "--talk", "brief")
    for line in lines:
        assert here(*line, SMR_AUDIO_VOICE="silent").returncode == 0
    assert "full-body" in own_profile.read_text("utf-8")
    assert length_ms(here, "full-body") == 25 * 60 * 1000
    assert length_ms(here, "hamstrings") == free
    for routine in json.loads(here("list", "routines", "--json").stdout):
        done = here("plan", routine["id"], *SILENT)
        assert (done.returncode, "Error" in done.stderr) == (0, False), done.stderr


def test_the_length_of_what_is_composed_is_not_saved(here: Run, own_profile: Path) -> None:
    asked = ("--for", "calves", "--minutes", "5", "--talk", "brief", "--save")
    done = here("build", *asked, *SILENT)
    assert done.returncode == 0
    assert "Not saved: fit, since a length is of a routine, and this session is" in done.stderr
    assert "fit" not in own_profile.read_text("utf-8")
    assert json.loads(here("profile", "--json").stdout)["profile"]["talk"] == "brief"


def test_minutes_are_saved_as_a_length_and_off_forgets_it(
    here: Run, own_profile: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(ROUTINE, encoding="utf-8")
    wrote(own_profile, "kind: profile  # me\nhold: 20\n")
    done = here("build", "mine.yaml", *SILENT, "--minutes", "2.5", "--save")
    assert f"Saved in {own_profile}: voice, fit of mine" in done.stderr
    assert json.loads(here("profile", "--json").stdout)["profile"] == {
        "hold": 20, "voice": "silent", "fit": {"mine": "2m30s"},
    }  # fmt: skip
    assert length_ms(here, "mine.yaml") == 150_000
    assert here("build", "mine.yaml", "--fit", "off", "--save").returncode == 0
    assert own_profile.read_text("utf-8") == "kind: profile  # me\nhold: 20\nvoice: silent\n"


def test_lengths_are_set_and_forgotten_by_routine(here: Run) -> None:
    def shown() -> object:
        return json.loads(here("profile", "--json").stdout)["profile"]

    both = ("--fit", "full-body=25m", "--fit", f"{PRESS}=5m30s")
    assert here("profile", "set", *both).returncode == 0
    assert shown() == {"fit": {"full-body": "25m", PRESS: "5m30s"}}
    assert here("profile", "set", "--fit", "full-body=off").returncode == 0
    assert shown() == {"fit": {PRESS: "5m30s"}}
    assert here("profile", "unset", "fit").returncode == 0
    assert shown() == {}


def test_the_one_length_of_an_older_profile_breaks_nothing(here: Run, own_profile: Path) -> None:
    free = length_ms(here, PRESS)
    wrote(own_profile, "kind: profile\nfit: 25m\n")
    assert length_ms(here, PRESS) == free
    for command in (("plan", PRESS, *SILENT), ("profile",)):
        done = here(*command)
        assert done.returncode == 0
        assert f"Warning: {own_profile}:2:6: a length is of one routine" in done.stderr
        assert "`smr-audio profile unset fit`" in done.stderr
    assert here("profile", "unset", "fit").returncode == 0
    assert here("plan", PRESS, *SILENT).stderr == ""


def test_an_unreachable_length_says_whose_it_is_and_how_to_undo_it(
    here: Run, own_profile: Path
) -> None:
    wrote(own_profile, f"kind: profile\nlevel: 3\nfit:\n  {PRESS}: 25m\n")
    done = here("plan", PRESS, *SILENT)
    assert done.returncode == 1
    assert done.stderr.endswith(
        f"; the length 25:00 is from your profile ({own_profile}:4:25); undo it with "
        "`smr-audio profile unset fit`, or use --no-profile\n"
    )
    for more in (("--fit", "off"), ("--no-profile",)):
        assert here("plan", PRESS, *SILENT, *more).returncode == 0
    asked = here("plan", PRESS, *SILENT, "--fit", "24m")
    assert (asked.returncode, "your profile" in asked.stderr) == (1, False)


OWN = ROUTINE.replace("safety: short\n", "")


@pytest.mark.parametrize(
    ("profile", "target", "named"),
    [
        ("tools: [bench]", ["hamstrings"], ["'tools: bench'"]),
        ("limits: [pregnancy]", ["hamstring-barbell"], ["'limits: pregnancy'"]),
        ("level: 1", ["adductor-roller-prone"], ["'level: 1'"]),
        ("level: 1", ["--for", "adductors", "--tools", "foam_roller"], []),
        ("tools: [bench]\nlimits: [wrists]", ["--for", "lats"], ["'tools: bench'"]),
        (f"skip: [{PRESS}]", [PRESS], [f"'skip: {PRESS}'"]),
        ("extra: left", [PRESS, "--sides", "right"], []),
        ("sides: right", [PRESS, "--extra", "left"], ["'sides: right'"]),
        ("limits: [first_session]", [PRESS, "--level", "2"], ["'limits: first_session'"]),
        ("voice: nobody", [PRESS], ["'voice: nobody'"]),
        ("language: xx", [PRESS], ["'language: xx'"]),
        ("language: zh", ["mine.yaml"], ["'language: zh'"]),
        ("hold: 300\nsets: 20\nrest: 600", ["full-body"], ["'hold: 300'", "'sets: 20'"]),
        ("cue_sounds: {start: gone.wav}", [PRESS], ["'cue_sounds: start="]),
    ],
)
def test_what_an_error_has_from_the_profile_is_named(
    here: Run, own_profile: Path, profile: str, target: list[str], named: list[str]
) -> None:
    Path("mine.yaml").write_text(OWN, encoding="utf-8")
    wrote(own_profile, f"kind: profile\n{profile}\n")
    voice = () if profile.startswith("voice") else SILENT
    done = here("plan", *target, *voice)
    if not named:
        assert "your profile" not in done.stderr
        return
    assert done.returncode != 0
    for text in named:
        assert text in done.stderr
    key = named[0][1:].split(":")[0]
    assert f"is from your profile ({own_profile}:" in done.stderr
    assert f"`smr-audio profile unset {key}" in done.stderr
    assert "--no-profile" in done.stderr
    assert "your profile" not in here("plan", *target, *voice, "--no-profile").stderr


def test_an_error_that_has_nothing_of_the_profile_does_not_name_it(
    here: Run, own_profile: Path
) -> None:
    wrote(own_profile, "kind: profile\ntools: [foam_roller]\ntalk: brief\nlevel: 2\n")
    for target in (
        [PRESS, "--only", "no-such"], ["no-such"], [PRESS, "--voice", "nobody"],
        ["hamstrings-basic", "--fit", "10s"],
    ):  # fmt: skip
        done = here("plan", *target)
        assert done.returncode in (1, 2)
        assert "your profile" not in done.stderr


class Mute(SilentEngine):
    """A voice that breaks at the first sentence."""

    name = "mute"

    def voices(self) -> Sequence[Voice]:
        return (Voice("mute", "one", "Mute"),)

    def speak(
        self, sentences: Sequence[str], *, voice: Voice, rate: float
    ) -> Iterator[tuple[int, Speech]]:
        raise SpeechError("it broke", index=0)


def test_a_voice_of_the_profile_that_breaks_is_named(
    here: Run, own_profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.ENGINES, "mute", Mute)  # type: ignore[arg-type]
    wrote(own_profile, "kind: profile\nvoice: mute\n")
    for verb in ("plan", "build"):
        done = here(verb, PRESS)
        assert done.returncode == 1
        assert f"'voice: mute' is from your profile ({own_profile}:2:1)" in done.stderr
        assert "your profile" not in here(verb, PRESS, "--voice", "mute").stderr
