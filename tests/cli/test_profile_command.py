"""The commands for one person: `profile`, `--save`, `--no-profile`, `--fit`, `--for`, `--why`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from smr_audio.cli.main import printable
from tests.cli.conftest import SILENT, Run

pytestmark = pytest.mark.usefixtures("warm")

PRESS = "hamstring-ball-press"


def wrote(path: Path, text: str) -> bytes:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path.read_bytes()


def events(here: Run, *arguments: str) -> list[dict[str, Any]]:
    done = here("plan", *arguments, *SILENT, "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["events"]
    return found


def holds(here: Run, *arguments: str) -> list[int]:
    """The seconds of every hold."""
    return [
        (event["end_ms"] - event["start_ms"]) // 1000
        for event in events(here, *arguments) if event["kind"] == "hold"
    ]  # fmt: skip


def length_ms(here: Run, *arguments: str) -> int:
    return int(json.loads(here("plan", *arguments, *SILENT, "--json").stdout)["duration_ms"])


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
        "tools        foam_roller, bench",
        "metronome    no",
        "hold         +10",
        "fit          full-body=8m",
    ):
        assert f"  {row}\n" in shown
    here("profile", "set", "--limit", "neck", "--hold", f"{PRESS}=20")
    assert here("profile", "unset", "tools", "fit", "weaker_side").returncode == 0
    assert json.loads(here("profile", "--json").stdout)["profile"] == {
        "limits": ["hips", "knees", "neck"], "level": 2, "metronome": False,
        "hold": {"all": "+10", PRESS: 20},
    }  # fmt: skip


def test_clear_deletes_it(here: Run, own_profile: Path) -> None:
    wrote(own_profile, "kind: profile\nlevel: 2\n")
    assert here("profile", "clear").returncode == 0
    assert not own_profile.exists()
    done = here("profile", "clear")
    assert done.returncode == 2
    assert "there is no profile at" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("set",), "nothing to set"),
        (("set", "--only", PRESS), "--only is about one session"),
        (("set", "--tools", "sofa"), "there is no tool 'sofa'"),
        (("set", "--limit", "mood"), "there is no limit 'mood'"),
        (("set", "--level", "2", "--limit", "first_session"), "exclude each other"),
        (("set", "--extra", "left", "--sides", "right"), "extra is left, but only the right"),
        (("set", "--weaker-side", "left", "--sides", "right"), "weaker_side is left"),
        (("set", "--fit", "full-body=25h"), "must be 1 to 86400 seconds, or off, not 25h"),
        (("set", "--fit", "25m"), "a length is of one routine; write ROUTINE=25m"),
        (("set", "--fit", "full-bdy=25m"), "'full-bdy'; did you mean 'full-body'?"),
        (("set", "--swap", "a"), "write OLD=NEW"),
        (("set", "--tools", ""), "is empty"),
        (("unset", "level"), "there is no profile at"),
        (("unset", "kind"), "'kind' is not one of"),
        (("unset",), "Missing argument"),
        (("forget",), "No such command 'forget'"),
    ],
)
def test_what_makes_no_profile_is_a_usage_error(
    here: Run, own_profile: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = here("profile", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert not own_profile.exists()


def test_a_damaged_profile_stops_every_command_that_needs_it(
    here: Run, own_profile: Path, tmp_path: Path
) -> None:
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


def test_a_folder_in_its_place_is_told_of(here: Run, own_profile: Path) -> None:
    own_profile.mkdir(parents=True)
    assert here("profile").returncode == 3
    assert here("plan", PRESS, *SILENT).returncode == 3
    done = here("profile", "clear")
    assert done.returncode == 1
    assert "cannot delete" in done.stderr


def test_a_place_that_cannot_be_written_is_told_of(
    here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("SMR_AUDIO_PROFILE", str(tmp_path / "file" / "profile.yaml"))
    assert here("profile", "set", "--level", "2").returncode == 1
    (tmp_path / "old.mp3").write_bytes(b"old")
    done = here("build", PRESS, *SILENT, "--save", "--hold", "20", "-o", "old.mp3")
    assert done.returncode == 1
    assert (tmp_path / "old.mp3").read_bytes() == b"old"


def test_the_variable_names_another_profile(
    here: Run, tmp_path: Path, own_profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote(own_profile, "kind: profile\nhold: 20\n")
    assert holds(here, PRESS) == [20, 20]
    wrote(tmp_path / "other.yaml", "kind: profile\nhold: 25\n")
    monkeypatch.setenv("SMR_AUDIO_PROFILE", "other.yaml")
    assert holds(here, PRESS) == [25, 25]


def test_options_win_over_the_profile_and_no_profile_leaves_it_aside(
    here: Run, own_profile: Path
) -> None:
    wrote(own_profile, "kind: profile\nhold: 20\nsets: 2\nweaker_side: right\n")
    assert holds(here, PRESS) == [20] * 4
    assert holds(here, PRESS, "--hold", "25") == [25] * 4
    assert holds(here, PRESS, "--no-profile") == [30] * 2
    assert [e["side"] for e in events(here, PRESS, "--sets", "1") if e["kind"] == "hold"] == [
        "right", "left",
    ]  # fmt: skip


def test_an_unknown_technique_in_the_profile_is_a_warning(here: Run, own_profile: Path) -> None:
    wrote(own_profile, "kind: profile\nskip: [hamstring-barbel]\n")
    done = here("plan", PRESS, *SILENT)
    assert done.returncode == 0
    assert f"Warning: {own_profile}:2:1: there is no technique 'hamstring-barbel'" in done.stderr


def test_save_keeps_what_was_asked_for(here: Run, own_profile: Path) -> None:
    asked = ("--hold", "+5", "--sets", "2", "--talk", "minimal", "--only", PRESS)
    now = events(here, "hamstrings", *asked)
    done = here("build", "hamstrings", *SILENT, *asked, "--save")
    assert done.returncode == 0
    assert f"Saved in {own_profile}: sets, hold, talk" in done.stderr or "Saved in" in done.stderr
    assert "Not saved: only, which is about this session" in done.stderr
    text = own_profile.read_bytes()
    assert "hold" in text.decode()
    assert events(here, "hamstrings", "--only", PRESS) == now
    again = here("build", "hamstrings", "--only", PRESS, "--save")
    assert again.returncode == 0
    assert own_profile.read_bytes() == text


def test_save_against_no_profile_is_a_usage_error(here: Run, own_profile: Path) -> None:
    done = here("build", PRESS, *SILENT, "--save", "--no-profile")
    assert done.returncode == 2
    assert "--no-profile" in done.stderr
    assert not own_profile.exists()


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


# A length.


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
