"""What a technique says of its posture is what its picture shows, by measure.

The table, `words.txt`, is of all shipped techniques. A line is words of the technique, in its
set-up, load or movement, and the measure that they promise: angles in degrees, 0 is straight, and
heights in cm. A technique whose words change, or whose pose does, is looked at again here.
"""

import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from smr_audio.library.library import Library
from smr_audio.library.technique import Technique
from smr_audio.poses.body import RADIUS
from smr_audio.poses.figure import ARMS, LEGS, SEGMENTS, Figure, joints_of, overhang
from smr_audio.poses.solve import solve
from tests.poses.made_up import ON_THE_BAR, pose_of

LIBRARY = Library()

# technique | its words | measure | least | most
# A measure is of both ends of the movement: a limb's joint; "hips", how high they are; "feet" and
# "hands" that are on something, "rests" of forearms; "trunk", 90 is upright; "bends" and "falls",
# by how much the ends differ; "first", before it moves.
TABLE = Path(__file__).with_name("words.txt").read_text("utf-8")
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.splitlines()]
POSED = [name for name in LIBRARY.technique_ids() if LIBRARY.technique(name).pose]

KINDS = {
    "foam_roller": "roller", "fascia_ball": "ball", "tennis_ball": "ball",
    "peanut_ball": "double_ball", "barbell": "bar", "roller_stick": "stick",
}  # fmt: skip
SUPPORTS = {"chair", "bench", "table", "wall", "rack"}
SPOTS = {
    "adductors": "inner thigh", "calves": "calf", "forearms": "forearm",
    "gluteals": "glute|outer glute", "hamstrings": "back of the thigh",
    "lats": "side of the chest", "outer_thigh": "outer thigh|front of the thigh",
    "pectorals": "chest", "plantar_foot": "sole", "quadriceps": "front of the thigh",
    "rear_shoulder": "rear shoulder", "shins": "shin", "tfl": "hip front",
    "thoracic": "upper back", "upper_trapezius": "upper shoulder",
}  # fmt: skip


@cache
def ends_of(name: str) -> tuple[Figure, Figure]:
    pose = LIBRARY.technique(name).pose
    assert pose is not None
    return solve(pose)


def said(technique: Technique) -> str:
    lines = *technique.setup, technique.load, *technique.move
    return " ".join(line.text.texts["en"] for line in lines).lower()


def measured(ends: tuple[Figure, Figure], what: str) -> list[float]:
    """What a measure is at both ends; nothing of a joint that is turned out of the picture."""
    subject, _, detail = what.partition(" ")
    pose, figures = ends[0].pose, ends
    if subject in ("hands", "feet", "rests"):
        limbs = [pose.limbs[name] for name in (LEGS if subject == "feet" else ARMS)]
        places = (limb.flat if subject == "rests" else limb.place for limb in limbs)
        return [float(sum(place is not None and place.on == detail for place in places))]
    if subject in ("hips", "trunk"):
        return [figure.hip[1] if subject == "hips" else figure.pose.trunk for figure in figures]
    if subject == "falls":
        return [ends[0].hip[1] - ends[1].hip[1]]
    if subject == "bends":
        return [abs(moving(ends[0], detail) - moving(ends[1], detail))]
    if detail == "first":
        return [joints_of(ends[0])["arm", subject]]
    found = (joints_of(figure).get((subject, detail)) for figure in figures)
    return [angle for angle in found if angle is not None]


def moving(figure: Figure, part: str) -> float:
    """The worked limb's joint, the height of its hand, or the direction of its forearm."""
    arm = figure.limbs["arm"]
    if part in ("hand", "forearm"):
        return arm.end[1] if part == "hand" else arm.angles[1]
    return joints_of(figure)["leg" if part in ("knee", "ankle") else "arm", part]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[2]}" for row in ROWS])
def test_the_picture_shows_what_the_words_say(row: tuple[str, ...]) -> None:
    name, words, what, least, most = row
    technique = LIBRARY.technique(name)
    assert words in said(technique), "other words; look at the picture, and put them in the table"
    if technique.pose is None:
        pytest.skip("it has no pose")
    found = measured(ends_of(name), what)
    if not found and ends_of(name)[0].limbs[what.split()[0]].foreshortened:  # type: ignore[index]
        pytest.skip("the limb is turned out of the picture")
    assert found
    assert all(float(least) <= value <= float(most) for value in found), found


def test_the_table_has_every_technique() -> None:
    assert {row[0] for row in ROWS} == set(LIBRARY.technique_ids())
    assert [row[0] for row in ROWS] == sorted(row[0] for row in ROWS)


@pytest.mark.parametrize("name", POSED)
def test_the_picture_has_the_tools_and_the_place_that_the_technique_lists(name: str) -> None:
    technique = LIBRARY.technique(name)
    pose = technique.pose
    assert pose is not None
    assert pose.tool is not None
    assert pose.tool.kind in {KINDS[tool] for tool in technique.tools if tool in KINDS}
    shown = pose.support.keys()
    assert shown >= SUPPORTS & {*technique.tools} - {"chair"}
    if (place := technique.position.removeprefix("standing-")) in SUPPORTS - {"chair"}:
        assert place in shown
    assert pose.touches is not None
    assert re.fullmatch(SPOTS[technique.muscle], pose.touches)


@pytest.mark.parametrize("name", POSED)
def test_the_tool_touches_and_the_body_is_carried_at_both_ends(name: str) -> None:
    for figure in (ends_of(name)[0], ends_of(name)[1]):
        assert overhang(figure) <= 1
        assert figure.tool is not None
        above = figure.pose.view == "above"  # the tool is right under the limb
        away = 0 if above else figure.tool.radius
        assert math.dist(figure.tool.centre, figure.tool.skin) == pytest.approx(away)
    assert abs(ends_of(name)[0].gap or 0) <= 0.1


@pytest.mark.parametrize("name", POSED)
def test_the_hips_are_as_high_as_the_position_says(name: str) -> None:
    position = LIBRARY.technique(name).position
    heights = {**{"floor": (7, 35), "kneeling": (20, 60), "chair": (50, 65), "standing": (65, 95)}}
    least, most = heights[position.split("-")[0]]
    for figure in (ends_of(name)[0], ends_of(name)[1]):
        assert least <= figure.hip[1] <= most or figure.pose.view == "above"


def unsuited(figure: Figure, position: str) -> Iterator[str]:
    """For whom a posture is not, as far as its measures tell."""
    pose, bends = figure.pose, joints_of(figure)
    works: tuple[str, ...] = ("leg",) if pose.works == "leg" else ()
    standing = figure.hip[1] > 65
    feet = [limb for limb in ("leg", "other_leg") if on(figure, limb, "floor")]
    hands = [limb for limb in ("arm", "other_arm") if on(figure, limb, "floor")]
    behind = all(figure.limbs[limb].end[0] < figure.hip[0] for limb in hands)  # type: ignore[index]
    if position.startswith(("floor", "kneeling")):
        yield "floor"
        lying = position in ("floor-prone", "floor-supine", "floor-side")
        if lying:
            yield "pregnancy"
    if standing and len(feet) == 1:
        yield "balance"
    if any(bends.get((limb, "hip"), 0) > 120 for limb in works):
        yield "hips"
    if any(bends.get((limb, "knee"), 0) > 97 for limb in works):
        yield "knees"
    if standing and any(bends.get((limb, "knee"), 0) > 30 for limb in feet):
        yield "knees"
    if len(hands) == 2 and behind and figure.hip[1] - RADIUS["trunk"] > 4:
        yield "wrists"
    if sum(on(figure, limb, "tool") for limb in ("arm", "other_arm")) == 2:
        yield "wrists"
    raised = any(bends.get((limb, "shoulder"), 0) > 115 for limb in ("arm", "other_arm"))
    high = on(figure, "arm", "wall") and figure.limbs["arm"].end[1] > figure.head[1]
    if raised or high:
        yield "shoulders"


def on(figure: Figure, limb: str, support: str) -> bool:
    return figure.pose.limbs[limb].on == support


@pytest.mark.parametrize("name", POSED)
def test_whom_the_posture_does_not_suit_is_listed(name: str) -> None:
    technique, ends = LIBRARY.technique(name), ends_of(name)
    found = {who for end in ends for who in unsuited(end, technique.position)}
    assert found <= {*technique.not_for}
    assert ("floor" in found) == ("floor" in technique.not_for)
    assert ("balance" in found) == ("balance" in technique.not_for)


def test_a_posture_that_is_changed_is_found() -> None:
    ends = solve(pose_of(ON_THE_BAR))
    assert {"balance", "knees"} <= {*unsuited(ends[0], "standing-rack")}
    assert measured(ends, "bends knee") == pytest.approx([85])
    assert measured(ends, "feet floor") == [1]
    assert [len(SEGMENTS[name]) for name in ends[0].limbs] == [3, 3, 3, 3]
