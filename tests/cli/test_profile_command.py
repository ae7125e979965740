"""The commands for one person: `profile`, `--save`, `--no-profile`, `--fit`, `--for`, `--why`."""

import json
import shlex
from pathlib import Path

import pytest

from smr_audio.cli.main import printable
from smr_audio.voices.engine import SpeechError
from smr_audio.voices.silent import SilentEngine
from tests.cli.conftest import ROUTINE, SILENT, Run, holds, planned
from tests.doubles import raising
from tests.tables import tables

pytestmark = pytest.mark.usefixtures("warm")

PRESS = "hamstring-ball-press"


def wrote(path: Path, text: str) -> bytes:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path.read_bytes()


def seconds(here: Run, *arguments: str) -> list[int]:
    return [each for _, _, each in holds(here, *arguments)]


def length_ms(here: Run, *arguments: str) -> int:
    return int(planned(here, *arguments)["duration_ms"])


def test_without_a_profile_it_says_where_one_will_be(here: Run, own_profile: Path) -> None:
    done = here("profile")
    assert (done.returncode, done.stdout) == (0, f"{own_profile}\n")
    assert "Nothing is set" in done.stderr
    shown = json.loads(here("profile", "--json").stdout)
    assert shown == {"path": str(own_profile), "exists": False, "profile": {}}
    assert here("profile", "path").stdout == f"{own_profile}\n"
    assert not own_profile.exists()


def test_what_is_set_is_shown_and_what_is_unset_is_gone(here: Run, own_profile: Path) -> None:
    done = here("profile", "set", "--tools", "foam-roller,bench", "--limit", "hips", "--limit",
                "knees", "--level", "2", "--weaker-side", "right", "--hold", "+10",
                "--fit", "full-body=8m", "--no-metronome")  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{own_profile}\n", "")
    assert json.loads(here("profile", "--json").stdout)["profile"] == {
        "tools": ["foam_roller", "bench"], "limits": ["hips", "knees"], "level": 2,
        "weaker_side": "right", "hold": "+10", "metronome": False,
        "fit": {"full-body": "8m"},
    }  # fmt: skip
    shown = here("profile").stdout
    for row in (
        "tools        foam_roller, bench", "metronome    no", "hold         +10",
        "fit          full-body=8m",
    ):  # fmt: skip
        assert f"  {row}\n" in shown
    here("profile", "set", "--limit", "neck", "--hold", f"{PRESS}=20", "--fit",
         f"{PRESS}=5m30s,full-body=off")  # fmt: skip
    assert json.loads(here("profile", "--json").stdout)["profile"]["fit"] == {PRESS: "5m30s"}
    assert here("profile", "unset", "tools", "fit", "weaker_side").returncode == 0
    assert json.loads(here("profile", "--json").stdout)["profile"] == {
        "limits": ["hips", "knees", "neck"], "level": 2, "metronome": False,
        "hold": {"all": "+10", PRESS: 20},
    }  # fmt: skip


def test_a_damaged_profile_stops_every_command_that_needs_it(here: Run, own_profile: Path, tmp_path: Path) -> None:
    text = wrote(own_profile, "kind: profile\nlevl: 2\n")
    for arguments in (
        ("profile",), ("profile", "set", "--level", "2"), ("profile", "unset", "level"),
        ("plan", PRESS, *SILENT), ("build", PRESS, *SILENT), ("build", PRESS, *SILENT, "--save"),
    ):  # fmt: skip
        done = here(*arguments)
        assert done.returncode == 3
        assert f"{own_profile}:2:1: 'levl' is not a key of a profile; did you mean" in done.stderr
        assert own_profile.read_bytes() == text
    assert not (tmp_path / "output").exists()
    assert here("plan", PRESS, *SILENT, "--no-profile").returncode == 0
    assert here("profile", "clear").returncode == 0  # which mends it
    assert not own_profile.exists()


def test_a_folder_in_its_place_is_told_of(here: Run, own_profile: Path) -> None:
    own_profile.mkdir(parents=True)
    assert here("profile").returncode == 3
    assert here("plan", PRESS, *SILENT).returncode == 3
    done = here("profile", "clear")
    assert done.returncode == 1
    assert "cannot delete" in done.stderr


def test_a_place_that_cannot_be_written_is_told_of(here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("SMR_AUDIO_PROFILE", str(tmp_path / "file" / "profile.yaml"))
    assert here("profile", "set", "--level", "2").returncode == 1
    (tmp_path / "old.mp3").write_bytes(b"old")
    done = here("build", PRESS, *SILENT, "--save", "--hold", "20", "-o", "old.mp3")
    assert done.returncode == 1
    assert (tmp_path / "old.mp3").read_bytes() == b"old"


def test_options_win_over_the_profile_and_no_profile_leaves_it_aside(here: Run, own_profile: Path) -> None:
    wrote(own_profile, "kind: profile\nhold: 20\nsets: 2\nweaker_side: right\n")
    assert seconds(here, PRESS) == [20] * 4
    assert seconds(here, PRESS, "--hold", "25") == [25] * 4
    assert seconds(here, PRESS, "--no-profile") == [30] * 2
    assert [side for _, side, _ in holds(here, PRESS, "--sets", "1")] == ["right", "left"]


def test_save_keeps_what_was_asked_for(here: Run, own_profile: Path) -> None:
    asked = ("--hold", "+5", "--sets", "2", "--talk", "minimal", "--only", PRESS)
    now = planned(here, "hamstrings", *asked)
    done = here("build", "hamstrings", *SILENT, *asked, "--save")
    assert done.returncode == 0
    assert f"Saved in {own_profile}: hold, sets, talk, voice\n" in done.stderr
    assert "Not saved: only, which is about this session" in done.stderr
    text = own_profile.read_bytes()
    assert "hold" in text.decode()
    assert planned(here, "hamstrings", "--only", PRESS) == now
    again = here("build", "hamstrings", "--only", PRESS, "--save")
    assert again.returncode == 0
    assert own_profile.read_bytes() == text


def test_a_build_that_fails_saves_nothing(here: Run, own_profile: Path, tmp_path: Path) -> None:
    text = wrote(own_profile, "# mine\nkind: profile\nlevel: 2\n")
    for arguments, status in (
        (("hamstrings", "--skip", "nothing-such"), 2), (("no-such",), 2),
        ((PRESS, "--fit", "10s"), 1), ((PRESS, "--voice", "nobody"), 2),
        ((PRESS, "-o", str(tmp_path)), 0),
    ):  # fmt: skip
        done = here("build", *arguments, *(() if "--voice" in arguments else SILENT),
                    "--hold", "20", "--save")  # fmt: skip
        assert (done.returncode == 0) == (status == 0), done.stderr
        assert (own_profile.read_bytes() == text) == (status != 0)


def test_why_tells_of_every_value_as_json_and_as_a_table(here: Run, own_profile: Path) -> None:
    wrote(own_profile, "kind: profile\nhold: 40\nlimits: [hips]\n")
    done = here("plan", "hamstrings", *SILENT, "--why", "--json", "--sets", "2")
    rows = json.loads(done.stdout)["why"]
    assert list(rows[0]) == ["what", "technique", "side", "value", "from", "where", "trail"]
    by = {(row["what"], row["technique"], row["side"]): row for row in rows}
    hold = by["hold", PRESS, "left"]
    assert (hold["value"], hold["from"], hold["where"]) == ("40 s", "profile", f"{own_profile}:2:1")
    assert by["sets", PRESS, None]["from"] == "option"
    assert by["limits", None, None]["value"] == "hips"
    table = here("plan", "hamstrings", *SILENT, "--why", "--sets", "2").stdout
    for text in (
        "hold left     40 s", "voice         silent", "in place of hamstring-barbell because of",
        f"profile: 40 ({printable(own_profile)}:2:1)",
    ):  # fmt: skip
        assert text in table, text
    for row in rows:
        assert row["trail"]


FOR_YOU = Path(__file__).parents[2] / "docs" / "for-you.md"


@pytest.mark.usefixtures("warm")
@pytest.mark.slow
def test_the_lines_of_the_readme_work_one_after_the_other(here: Run, own_profile: Path) -> None:
    block = FOR_YOU.read_text("utf-8").split("```")[1]
    lines = [shlex.split(line, comments=True)[1:] for line in block.splitlines()[1:] if line]
    assert any("--save" in line for line in lines)
    free = length_ms(here, "hamstrings", "--talk", "follow")
    for verb, *words in lines:
        faster = verb if "--save" in words else "plan"  # which takes the same options
        assert here(faster, *words, SMR_AUDIO_VOICE="silent").returncode == 0
    assert "full-body" in own_profile.read_text("utf-8")
    assert length_ms(here, "full-body") == 25 * 60 * 1000
    assert length_ms(here, "hamstrings") == free
    for routine in ("hamstrings-basic", "desk-worker"):  # of which no line speaks
        assert "Error" not in here("plan", routine, *SILENT).stderr


def test_the_length_of_what_is_composed_is_not_saved(here: Run, own_profile: Path) -> None:
    asked = ("--for", "calves", "--minutes", "5", "--talk", "brief", "--save")
    done = here("build", *asked, *SILENT)
    assert done.returncode == 0
    assert "Not saved: fit, since a length is of a routine, and this session is" in done.stderr
    assert "fit" not in own_profile.read_text("utf-8")
    assert json.loads(here("profile", "--json").stdout)["profile"]["talk"] == "follow"


def test_minutes_are_saved_as_a_length_and_off_forgets_it(here: Run, own_profile: Path, tmp_path: Path) -> None:
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


def test_an_unreachable_length_says_whose_it_is_and_how_to_undo_it(here: Run, own_profile: Path) -> None:
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


@pytest.mark.parametrize(("profile", "target", "named"), tables(__file__)["named"])
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
    assert "your profile" not in here("plan", *target, *SILENT, "--no-profile").stderr


def test_an_error_that_has_nothing_of_the_profile_does_not_name_it(here: Run, own_profile: Path) -> None:
    wrote(own_profile, "kind: profile\ntools: [foam_roller]\ntalk: follow\nlevel: 2\n")
    for target in (
        [PRESS, "--only", "no-such"], ["no-such"], [PRESS, "--voice", "nobody"],
        ["hamstrings-basic", "--fit", "10s", *SILENT],
    ):  # fmt: skip
        done = here("plan", *target)
        assert done.returncode in (1, 2)
        assert "your profile" not in done.stderr


def test_a_voice_of_the_profile_that_breaks_is_named(
    here: Run, own_profile: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SilentEngine, "speak", raising(SpeechError("it broke", index=0)))
    wrote(own_profile, "kind: profile\nvoice: silent\n")
    for verb in ("plan", "build"):
        done = here(verb, PRESS, SMR_AUDIO_CACHE=str(own_cache))
        assert done.returncode == 1
        assert f"'voice: silent' is from your profile ({own_profile}:2:1)" in done.stderr
        asked = here(verb, PRESS, *SILENT, SMR_AUDIO_CACHE=str(own_cache))
        assert (asked.returncode, "your profile" in asked.stderr) == (1, False)
