"""Tools and muscles that one's own content brings: whatever was read before it."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import SILENT, Run
from tests.cli.test_profile_command import wrote
from tests.english import technique_text, written

pytestmark = pytest.mark.usefixtures("warm")

PROFILES = {
    "none": None,
    "empty": "kind: profile\n",
    "of other words": "kind: profile\nswap: {hamstring-barbell: hamstring-ball-chair}\n",
    "with the tool": "kind: profile\ntools: [foam_roller, massage_gun]\n",
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder one is in, with a technique, a tool and a muscle of its own."""
    text = technique_text("hamstring-ball-press").replace("hamstring-ball-press", "hip-flexor-gun")
    lines = [line for line in text.splitlines() if not line.startswith("tool_options:")]
    new = {"muscle:": "muscle: hip_flexors", "tools:": "tools: [massage_gun]",
           "variations:": "variations: []"}  # fmt: skip
    lines = [next((to for key, to in new.items() if line.startswith(key)), line) for line in lines]
    shutil.copytree(Path(__file__).with_name("hip-day"), tmp_path, dirs_exist_ok=True)
    written(tmp_path, "techniques/hip-flexor-gun.yaml", "\n".join(lines) + "\n")
    return tmp_path


@pytest.fixture(params=PROFILES.values(), ids=PROFILES)
def any_profile(request: pytest.FixtureRequest, own_profile: Path) -> None:
    """No profile, and profiles of every kind."""
    if request.param is not None:
        wrote(own_profile, request.param)


@pytest.mark.usefixtures("any_profile", "own")
def test_own_words_are_known_whatever_the_profile(here: Run) -> None:
    checked = here("check", ".")
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr
    for target in (
        ["routines/hipday.yaml"], ["techniques/hip-flexor-gun.yaml"],
        ["hipday", "--content", "."], ["--for", "hip_flexors", "--content", "."],
    ):  # fmt: skip
        done = here("plan", *target, *SILENT)
        assert (done.returncode, done.stderr) == (0, ""), target
        assert "massage gun" in done.stdout, target


@pytest.mark.usefixtures("own")
def test_the_tools_of_a_profile_may_be_of_the_folder_one_is_in(here: Run) -> None:
    done = here("profile", "set", "--tools", "foam_roller,massage_gun")
    assert (done.returncode, done.stderr) == (0, "")
    assert here("profile").stderr == ""


def test_tools_of_ones_own_are_told_with_their_folder_from_elsewhere(here: Run, own: Path, own_profile: Path) -> None:
    (own / "kept").mkdir()
    (own / "phrases").rename(own / "kept" / "phrases")  # not where one is
    tools = ("profile", "set", "--tools", "foam_roller,massage_gun")
    assert here(*tools).returncode == 2
    assert not own_profile.exists()
    assert here(*tools, "--content", "kept").returncode == 0
    assert "there is no tool 'massage_gun'" in here("profile").stderr
    assert here("check", str(own_profile)).returncode == 3
    assert here("check", str(own_profile), "--content", "kept").returncode == 0


def test_a_tool_of_other_content_in_the_profile_stops_no_session(here: Run, own_profile: Path) -> None:
    wrote(own_profile, "kind: profile\ntools: [foam_roller, massage_gun]\n")
    for target in (["hamstrings-basic"], ["--for", "hamstrings"]):
        done = here("plan", *target, *SILENT)
        assert (done.returncode, done.stderr) == (0, "")
    done = here("plan", "hamstrings-basic", "--tools", "massage_gun", *SILENT)
    assert done.returncode == 2
    assert "there is no tool 'massage_gun'" in done.stderr


def test_a_technique_beside_the_routine_is_known_to_the_profile(here: Run, own: Path, own_profile: Path) -> None:
    wrote(own_profile, "kind: profile\nhold: {hip-flexor-gun: 25}\n")
    done = here("plan", "routines/hipday.yaml", *SILENT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "there is no technique 'hip-flexor-gun'" in here("plan", "hamstrings", *SILENT).stderr
