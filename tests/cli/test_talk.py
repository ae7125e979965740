"""`--talk` and `--safety`: on every way in, what a plan says of them, and what is refused."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from smr_audio import units
from smr_audio.library.library import Library
from tests.cli.conftest import ROUTINE, SILENT, Run, planned
from tests.cli.test_packs import make_pack
from tests.cli.test_profile_command import wrote

pytestmark = pytest.mark.usefixtures("warm")
FLOOR, BAR, PRESS = "hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press"
LIBRARY = Library()
OFFER = re.compile(r"Once you know it, --talk follow: (about )?(\d+:\d\d) in place of (\d+:\d\d)\n")


def levels(told: dict[str, Any]) -> list[str]:
    return list(told["talk"]["techniques"].values())


def said(told: dict[str, Any], *roles: str) -> list[str]:
    return [event["text"] for event in told["events"] if event.get("role") in roles]


def text_of(routine: Path, settings: str) -> str:
    steps = ROUTINE.replace("hold: 20", "hold: 30")  # in less not all coaching has room
    routine.write_text(f"{steps}settings: {{{settings}}}\n", "utf-8")
    return routine.name


def test_a_plan_says_how_much_is_said_of_each_technique(run: Run) -> None:
    told = planned(run, "hamstrings", "--talk", "brief", "--talk", f"{BAR}=full")
    assert told["talk"] == {
        "asked": "follow",
        "techniques": {FLOOR: "follow", BAR: "learn", PRESS: "follow"},
        "safety": "short",
    }
    follow = LIBRARY.technique(FLOOR).follow
    assert follow is not None
    shorter = {line.text.get("en") for line in follow.setup if "{" not in line.text.get("en")}
    longer = {line.text.get("en") for line in LIBRARY.technique(BAR).setup}
    heard = {*said(told, "setup"), *said(told, "gate")}
    assert shorter <= heard
    assert {line for line in longer if "{" not in line} <= heard


def test_a_technique_of_a_pack_may_have_its_bare_name(run: Run, tmp_path: Path) -> None:
    make_pack(tmp_path / "acme")
    asked = ("acme.evening", "--content", "acme", "--talk", "follow")
    for name in ("calf-x", "acme.calf-x"):
        told = planned(run, *asked, "--talk", f"{name}=learn")
        assert told["talk"]["techniques"] == {
            "acme.calf-x": "learn", "hamstring-ball-knee": "follow",
        }  # fmt: skip
    wrong = run("plan", *asked, *SILENT, "--talk", "calf-y=learn")
    assert wrong.returncode == 2
    assert "'calf-y' is no technique of this session; known: acme.calf-x" in wrong.stderr


@pytest.mark.parametrize(("options", "safety", "where"), [
    ((), "full", "routine"),
    (("--talk", "minimal"), "short", "default: at minimal"),
    (("--safety", "short"), "short", "option"),
    (("--talk", "minimal", "--safety", "full"), "full", "option"),
])  # fmt: skip
def test_why_says_where_talk_and_safety_come_from(run: Run, options: tuple[str, ...], safety: str, where: str) -> None:
    reasons = planned(run, "hamstrings", "--why", *options)["why"]
    (found,) = (one for one in reasons if one["what"] == "safety")
    assert (found["value"], found["trail"][0].startswith(where)) == (safety, True)
    talk = {one["technique"]: one for one in reasons if one["what"] == "talk"}
    assert list(talk) == [None, FLOOR, BAR, PRESS]
    level, source = ("minimal", "option") if "--talk" in options else ("learn", "default")
    assert {(one["value"], one["from"]) for one in talk.values()} == {(level, source)}


def test_a_routine_a_profile_and_an_option_have_talk_each_over_the_last(
    run: Run, tmp_path: Path, own_profile: Path
) -> None:
    path = tmp_path / "mine.yaml"
    assert planned(run, text_of(path, "talk: minimal"))["talk"]["asked"] == "minimal"
    assert levels(planned(run, text_of(path, f"talk: {{{PRESS}: follow}}"))) == ["follow"]
    assert levels(planned(run, "mine.yaml", "--talk", "auto")) == ["learn"]
    wrote(own_profile, "kind: profile\ntalk: minimal\nsafety: full\n")
    told = planned(run, "mine.yaml")
    assert told["talk"] == {
        "asked": "minimal", "techniques": {PRESS: "minimal"}, "safety": "full",
    }  # fmt: skip
    assert levels(planned(run, "mine.yaml", "--talk", f"{PRESS}=learn")) == ["learn"]
    assert levels(planned(run, "mine.yaml", "--no-profile")) == ["follow"]


def test_talk_is_saved_and_a_level_for_all_forgets_those_of_techniques(run: Run) -> None:
    def saved(*options: str) -> dict[str, Any]:
        assert run("build", PRESS, "--save", *options).returncode == 0
        found: dict[str, Any] = json.loads(run("profile", "--json").stdout)["profile"]
        return found

    found = saved(*SILENT, "--talk", "brief", "--safety", "short")
    assert found == {"talk": "follow", "safety": "short", "voice": "silent"}
    assert saved("--talk", f"{PRESS}=full")["talk"] == {"all": "follow", PRESS: "learn"}
    assert saved("--talk", f"{PRESS}=auto")["talk"] == {"all": "follow", PRESS: "auto"}
    assert saved("--talk", "minimal")["talk"] == "minimal"
    assert levels(planned(run, "hamstrings")) == ["minimal"] * 3
    assert run("profile", "unset", "talk").returncode == 0
    assert levels(planned(run, "hamstrings")) == ["learn"] * 3


def clocks(run: Run, *target: str) -> tuple[str, str]:
    """How long a session is at follow, and as it is."""
    follow, plain = (planned(run, *target, *more)["duration_ms"] for more in (("--talk", "follow"), ()))
    return units.clock(round(follow / 1000)), units.clock(round(plain / 1000))


def test_build_says_how_long_the_session_is_for_who_knows_it(run: Run) -> None:
    done = run("build", PRESS, *SILENT)
    assert done.returncode == 0
    offer = OFFER.fullmatch(done.stderr)
    assert offer is not None
    assert offer.groups() == (None, *clocks(run, PRESS))
    assert "Once" not in done.stdout
    told = run("build", PRESS, *SILENT, "--json")  # stdout has JSON alone
    assert [*json.loads(told.stdout)["plan"]["talk"]["techniques"].values()] == ["learn"]
    assert OFFER.fullmatch(told.stderr)
    options = ("--hold", "45", "--sides", "left")
    offer = OFFER.fullmatch(run("build", PRESS, *SILENT, *options, "-o", "left.mp3").stderr)
    assert offer is not None
    assert offer.groups() == (None, *clocks(run, PRESS, *options))


def test_a_length_of_lines_that_were_never_spoken_is_offered_as_about(run: Run, tmp_path: Path) -> None:
    run("new", "technique", "mine")
    path = tmp_path / "techniques" / "mine.yaml"
    before, follow, after = path.read_text("utf-8").partition("follow:")
    path.write_text(before + follow + after.replace('en: "', 'en: "Gently now: ', 1), "utf-8")
    offers = [OFFER.search(run("build", str(path), *SILENT).stderr)]
    run("build", str(path), *SILENT, "--talk", "follow")
    offers.append(OFFER.search(run("build", str(path), *SILENT).stderr))
    assert [offer and offer[1] for offer in offers] == ["about ", None]


@pytest.mark.parametrize("options", [
    ("--talk", "learn"), ("--talk", "follow"), ("--talk", "auto"), ("--fit", "3m"),
    ("--talk", f"{PRESS}=learn"), ("--minutes", "3"),
])  # fmt: skip
def test_whoever_has_chosen_how_much_or_how_long_is_offered_nothing(run: Run, options: Sequence[str]) -> None:
    done = run("build", PRESS, *SILENT, *options)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_routine_or_a_profile_that_has_chosen_is_offered_nothing(run: Run, tmp_path: Path, own_profile: Path) -> None:
    path = text_of(tmp_path / "mine.yaml", "talk: learn")
    assert run("build", path, *SILENT).stderr == ""
    wrote(own_profile, "kind: profile\ntalk: learn\n")
    assert run("build", PRESS, *SILENT).stderr == ""
    assert OFFER.fullmatch(run("build", PRESS, *SILENT, "--no-profile").stderr)


FIRST_TIME = "This routine is short on words. First time: --talk learn.\n"


@pytest.mark.parametrize("command", ["plan", "build"])
def test_a_routine_that_chose_follow_says_what_to_do_the_first_time(
    run: Run, tmp_path: Path, own_profile: Path, command: str
) -> None:
    follows = text_of(tmp_path / "mine.yaml", "talk: follow")

    def said(*more: str) -> str:
        (tmp_path / "output" / "mine.mp3").unlink(missing_ok=True)  # another is told of
        return run(command, follows, *SILENT, *more).stderr

    for more in ((), ("--minutes", "3"), ("--json",)):
        assert said(*more) == FIRST_TIME
    json.loads(run(command, follows, *SILENT, "--json").stdout)
    for more in (("--talk", "learn"), ("--talk", "follow"), ("--talk", f"{PRESS}=learn")):
        assert said(*more) == ""
    wrote(own_profile, "kind: profile\ntalk: follow\n")
    assert said() == ""
    assert said("--no-profile") == FIRST_TIME
    text_of(tmp_path / "mine.yaml", "talk: minimal")
    assert said("--no-profile") == ""
