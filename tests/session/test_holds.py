"""`--hold` and its kin: what wins over what, what is clipped, what is warned of."""

from pathlib import Path

import pytest

from smr_audio import ContentError, Preferences, UsageError, parse_hold
from smr_audio.check import check_paths
from smr_audio.library.library import Library
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.script import Hold, Say, Script
from smr_audio.session.workload import FittedBlock
from tests.conftest import Compile
from tests.english import technique_text
from tests.tables import tables

ROLLER, BARBELL, BALL = "hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press"


def holds(script: Script) -> list[tuple[str, str | None, float]]:
    short = {ROLLER: "roller", BARBELL: "bar", BALL: "ball"}
    return [(short[item.technique], item.side, item.ticks / 125) for item in script.items if isinstance(item, Hold)]


def lengths(script: Script) -> list[float]:
    return [seconds for _, _, seconds in holds(script)]


def codes(script: Script) -> list[str]:
    return [warning.code for warning in script.warnings]


@pytest.mark.parametrize(("wishes", "want"), tables(__file__)["wishes"])
def test_the_most_specific_wish_wins_whatever_the_order(
    compiled: Compile, wishes: list[str], want: list[float]
) -> None:
    script = compiled("hamstrings", holds=tuple(map(parse_hold, wishes)))
    assert lengths(script) == want


@pytest.mark.parametrize(
    "text",
    ["4", "0", "-", "abc", "1e9", "nan", "inf", "", "=", "x", "x-1", "4.5", "22.5", "--5", "a=1h1s",
     "barbell=", "=30", "a:up=30", "a=3601", "a=4", "a=1e9", "a b=30", "+", "3 0", "x1e5"],
)  # fmt: skip
def test_a_bad_wish_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"hold|technique|side|seconds"):
        parse_hold(text)


def test_a_clipped_a_long_and_a_short_hold_are_warned_of_once(compiled: Compile) -> None:
    clipped = compiled("hamstrings", holds=(parse_hold("50"),), only=(BARBELL,))
    assert codes(clipped) == ["hold-clipped"]
    assert f"--hold {BARBELL}=50 lifts that" in clipped.warnings[0].text
    assert codes(compiled("hamstrings", holds=(parse_hold(f"{BARBELL}=60"),)))[0] == "hold-long"
    assert codes(compiled("hamstrings", holds=(parse_hold("10"),))) == ["hold-short"] * 3


@pytest.mark.parametrize(("seconds", "want"), [(30, []), (40, []), (41, ["soft"]), (60, ["soft"]), (61, ["hard"])])
def test_the_dose_is_watched_per_muscle_and_side(compiled: Compile, seconds: int, want: list[str]) -> None:
    wishes = tuple(parse_hold(f"{name}={seconds}") for name in (ROLLER, BARBELL, BALL))
    script = compiled("hamstrings", holds=wishes)
    found = [code for code in codes(script) if code.startswith("dose")]
    assert found == [f"dose-{level}-cap" for level in want]


ROUTINE = tables(__file__)["routine"]


def mine(tmp_path: Path, settings: str, **options: object) -> Script:
    path = tmp_path / "mine.yaml"
    path.write_text(ROUTINE.replace("{SETTINGS}", settings), encoding="utf-8")
    library = Library()
    return compile_session(library.load(path), Preferences(**options), library=library).script


def test_options_win_over_the_routine_and_the_routine_over_the_technique(tmp_path: Path) -> None:
    assert holds(mine(tmp_path, "50")) == [
        ("roller", "right", 40), ("roller", "right", 40), ("roller", "left", 40),
        ("roller", "left", 40), ("ball", "left", 50),
    ]  # fmt: skip
    assert lengths(mine(tmp_path, "'+7'")) == [40, 40, 40, 40, 37]
    assert lengths(mine(tmp_path, "{hamstring-ball-press: 55}")) == [40, 40, 40, 40, 55]
    over = mine(tmp_path, "50", sets=1, first="left", sides="both", holds=(parse_hold("x2"),))
    assert holds(over) == [
        ("roller", "left", 80), ("roller", "right", 80), ("ball", "left", 60), ("ball", "right", 60)
    ]  # fmt: skip


def test_names_that_the_routine_does_not_have_are_refused(compiled: Compile) -> None:
    for options in (
        {"skip": ("hamstring-barbel",)}, {"only": ("hamstring-barbel",)},
        {"holds": (parse_hold("hamstring-barbel=30"),)},
    ):  # fmt: skip
        with pytest.raises(UsageError, match="did you mean 'hamstring-barbell'"):
            compiled("hamstrings", **options)
    with pytest.raises(UsageError, match="nothing is left"):
        compiled("hamstrings", skip=(ROLLER, BARBELL, BALL))
    with pytest.raises(UsageError, match="extra side is right"):
        compiled("hamstrings", sides="left", extra="right")


@pytest.mark.parametrize(
    "bad",
    [{"sets": 0}, {"sets": 21}, {"rate": 0.4}, {"rate": float("nan")}, {"rest": -1},
     {"sides": "up"}, {"pace": "fast"}, {"talk": "loud"}],
)  # fmt: skip
def test_values_out_of_range_are_refused_whoever_made_them(bad: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Preferences(**bad)  # type: ignore[arg-type]


def test_a_change_of_all_holds_keeps_what_naming_lifted(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = ROUTINE.replace("hold: {SETTINGS}\n  ", "").replace(
        "{technique: hamstring-roller-floor, hold: 40}", f"{{technique: {BARBELL}, hold: 90}}"
    )
    path.write_text(text, encoding="utf-8")
    library = Library()
    for wish, want in (("-10", 80), ("x1", 90), ("+10", 90), ("50", 45)):
        options = Preferences(holds=(parse_hold(wish),), only=(BARBELL,), sets=1, sides="left")
        script = compile_session(library.load(path), options, library=library).script
        assert lengths(script) == [want], wish


def test_a_steps_hold_wins_over_the_settings_for_its_technique(tmp_path: Path) -> None:
    assert lengths(mine(tmp_path, f"{{{ROLLER}: 50}}"))[:4] == [40] * 4
    assert lengths(mine(tmp_path, f"{{'{ROLLER}:right': 50}}"))[:4] == [50, 50, 40, 40]


def test_options_for_one_side_drop_the_routines_extra_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = ROUTINE.replace("{SETTINGS}", "20\n  extra: right").replace(", sides: left", "")
    path.write_text(text, encoding="utf-8")
    library = Library()
    options = Preferences(sides="left", sets=1)
    script = compile_session(library.load(path), options, library=library).script
    assert [side for _, side, _ in holds(script)] == ["left", "left"]


def test_holds_that_are_none_are_refused_whoever_made_them() -> None:
    from fractions import Fraction

    from smr_audio.options.values import HoldChange

    for bad in (("exact", -3, None), ("exact", 4000, BALL), ("times", 0, None)):
        with pytest.raises(UsageError):
            HoldChange(bad[0], Fraction(bad[1]), bad[2])  # type: ignore[arg-type]
    for options in ({"sets": 2.5}, {"rest": "12"}, {"fit": True}, {"holds": 45}, {"holds": ("45",)}, {"skip": BALL}):
        with pytest.raises(UsageError):
            Preferences(**options)  # type: ignore[arg-type]


def test_a_session_of_days_is_refused(tmp_path: Path) -> None:
    steps = "  - {technique: hamstring-roller-floor, hold: 300, sets: 20}\n" * 60
    path = tmp_path / "mine.yaml"
    path.write_text(f"kind: routine\nid: mine\ntitle: M\nabout: M.\nsteps:\n{steps}", encoding="utf-8")
    library = Library()
    with pytest.raises(UsageError, match="206 hours or more"):
        compile_session(library.load(path), Preferences(), library=library)


@pytest.mark.parametrize(("options", "words"), [
    ({"sides": "left", "holds": (parse_hold(f"{BALL}:right=45"),)}, "changes nothing"),
    ({"sides": "left", "first": "right"}, "--first right changes nothing"),
])  # fmt: skip
def test_a_wish_that_changes_nothing_is_told(compiled: Compile, options: dict[str, object], words: str) -> None:
    (notice,) = compiled("hamstrings", **options).warnings
    assert notice.code == "wish-unused"
    assert words in notice.text


@pytest.mark.parametrize(("hold", "more", "options", "want"), tables(__file__)["ladders"])
def test_a_hold_of_several_lengths_has_one_for_each_set(
    tmp_path: Path, hold: str, more: str, options: dict[str, str], want: list[float] | str
) -> None:
    steps = f"steps: [{{technique: hamstring-ball-press, hold: {hold}{more}}}]"
    text = ROUTINE[: ROUTINE.index("settings")] + steps
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    library = Library()
    asked = Preferences(
        holds=(parse_hold(options["hold"]),) if "hold" in options else (),
        sets=options.get("sets"),  # type: ignore[arg-type]
    )

    def compiled() -> Compiled:
        return compile_session(library.load(tmp_path / "mine.yaml"), asked, library=library)

    if isinstance(want, str):
        with pytest.raises((UsageError, ContentError), match=want):
            compiled()
        return
    assert lengths(compiled().script) == want
    (block,) = compiled().work.blocks
    assert [list(one.holds_s) for one in block.passes] == [
        want[: len(want) // 2], want[len(want) // 2 :]
    ]  # fmt: skip


def test_the_lengths_of_a_ladder_are_told_and_change_alike(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(ROUTINE[: ROUTINE.index("settings")] +
                    f"steps: [{{technique: {ROLLER}, hold: [20, 30, 60]}}]", "utf-8")  # fmt: skip
    library = Library()
    routine = library.load(path)
    made = compile_session(routine, Preferences(), library=library)
    said = [item.text for item in made.script.items if isinstance(item, Say)]
    assert "Twenty seconds, thirty seconds and one minute each side." in said
    choice = {0: FittedBlock(3, (90, 40))}
    fitted = compile_session(routine, Preferences(), library=library, fitted=choice)
    assert [one.holds_s for one in fitted.work.blocks[0].passes] == [(30, 45, 90), (20, 20, 40)]


def test_a_hold_is_up_to_an_hour_where_its_author_allows_it(tmp_path: Path) -> None:
    text = technique_text(ROLLER).replace("most: 120}", "most: 3600}")
    (tmp_path / "techniques").mkdir()
    path = tmp_path / f"techniques/{ROLLER}.yaml"
    for allowed, wishes, want in (
        (True, ["8m30s", f"{ROLLER}=8m30s", f"{ROLLER}=1h"], [510, 510, 3600]),
        (False, ["8m30s", f"{ROLLER}=300"], [120, 300]),
    ):
        path.write_text(text if allowed else technique_text(ROLLER), "utf-8")
        library = Library()
        routine = library.load(path)
        for wish, length in zip(wishes, want, strict=True):
            options = Preferences(holds=(parse_hold(wish),))
            script = compile_session(routine, options, library=library).script
            assert {item.ticks / 125 for item in script.items if isinstance(item, Hold)} == {length}
    with pytest.raises(UsageError, match="hold must be 5 to 300 seconds, not 301"):
        too_long = Preferences(holds=(parse_hold(f"{ROLLER}=301"),))
        compile_session(routine, too_long, library=library)
    mine = tmp_path / "mine.yaml"
    mine.write_text(ROUTINE[: ROUTINE.index("settings")] +
                    f"steps:\n  - {{technique: {ROLLER}, hold: 8m30s}}\n", "utf-8")  # fmt: skip
    (problem,) = check_paths([mine]).problems
    assert str(problem).endswith("mine.yaml:6:5: a hold of 510 s is too long; "
                                 f"{ROLLER} allows 300 s at most")  # fmt: skip
