"""What a technique says of its posture is what its picture shows, by measure.

The table is of all shipped techniques. A line is words of the technique, in its set-up, load or
movement, and the measure that they promise: angles in degrees, 0 is straight, and heights in cm. A
technique whose words change, or whose pose does, is looked at again here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache

import pytest

from smr_audio.library.library import Library
from smr_audio.library.models import Technique
from smr_audio.poses.body import RADIUS
from smr_audio.poses.figure import Figure, segments_of
from smr_audio.poses.measures import measure
from smr_audio.poses.solve import Ends, solve
from tests.poses.made_up import ON_THE_BAR, pose_of

LIBRARY = Library()

# technique | its words | measure | least | most
# A measure is of both ends of the movement: a limb's joint; "hips", how high they are; "feet" and
# "hands" that are on something, "rests" of forearms; "trunk", 90 is upright; "bends" and "falls",
# by how much the ends differ; "first", before it moves.
TABLE = """
adductor-roller-prone    | face down on your forearms             | rests floor    |   2 | 2
adductor-roller-prone    | bend the {side} knee                   | leg knee       |  60 | 100
calf-ball-ankle          | sit on the floor                       | hips           |   5 | 16
calf-ball-ankle          | both knees bent                        | other_leg knee |  30 | 150
calf-ball-ankle          | hands round the {other} knee           | hands knee     |   1 | 1
calf-ball-ankle          | lower the {side} calf onto the ball    | leg knee       |   0 | 30
calf-ball-ankle          | point the foot, then pull it back      | bends ankle    |  40 | 60
calf-roller-seated       | hands behind you                       | hands floor    |   2 | 2
calf-roller-seated       | {other} knee bent, foot flat           | other_leg knee |  60 | 150
calf-roller-seated       | calf on the roller, hips up            | hips           |  14 | 30
calf-roller-seated       | calf on the roller                     | leg knee       |   0 | 20
calf-roller-still        | {other} foot flat                      | other_leg knee |  60 | 150
calf-roller-still        | your hips will stay down               | hips           |   5 | 13
calf-roller-still        | hands resting behind you               | hands floor    |   2 | 2
calf-stick-seated        | sit on the front edge of the chair     | hips           |  50 | 60
calf-stick-seated        | feet flat                              | feet floor     |   2 | 2
calf-stick-seated        | lean forward                           | trunk          |  30 | 70
calf-stick-seated        | a hand on each end                     | hands tool     |   2 | 2
forearm-inner-ball-table | sit at the table                       | hips           |  50 | 60
forearm-inner-ball-table | bend the {side} wrist                  | bends wrist    |  40 | 90
forearm-outer-ball-table | sit at the table                       | hips           |  50 | 60
forearm-outer-ball-table | {side} forearm on the table            | rests table    |   1 | 1
forearm-outer-ball-table | under your {other} palm                | hands tool     |   1 | 1
glute-ball-floor         | lie on your back                       | trunk          | 165 | 195
glute-ball-floor         | knees bent, feet flat                  | other_leg knee |  80 | 130
glute-ball-floor         | knees bent, feet flat                  | feet floor     |   2 | 2
glute-ball-floor         | knees bent, feet flat                  | hips           |   8 | 20
glute-ball-wall          | sink a hand's width                    | falls hips     |   8 | 14
glute-ball-wall          | feet apart                             | feet floor     |   2 | 2
glute-ball-wall          | hand to the wall                       | hands wall     |   1 | 1
glute-roller-seated      | feet flat                              | feet floor     |   1 | 1
glute-roller-seated      | hands on the floor behind it           | hands floor    |   2 | 2
glute-roller-seated      | lift onto the roller                   | hips           |  14 | 35
hamstring-ball-chair     | sit tall                               | trunk          |  85 | 95
hamstring-ball-chair     | both feet on the floor                 | hips           |  50 | 60
hamstring-ball-chair     | straighten the knee                    | bends knee     |  45 | 110
hamstring-ball-knee      | half sit                               | hips           |  50 | 65
hamstring-ball-knee      | {other} foot on the floor              | feet floor     |   1 | 1
hamstring-ball-knee      | straighten and bend the knee           | bends knee     |  45 | 110
hamstring-ball-knee      | hands on the bench                     | hands bench    |   2 | 2
hamstring-ball-press     | half sit                               | hips           |  50 | 65
hamstring-ball-press     | {other} foot on the floor              | feet floor     |   1 | 1
hamstring-ball-press     | lean forward                           | trunk          |  45 | 75
hamstring-barbell        | hold one upright                       | hands rack     |   1 | 1
hamstring-barbell        | bend and straighten the hanging knee   | bends knee     |  60 | 110
hamstring-barbell        | slowly bend the {other} knee           | other_leg knee |  25 | 80
hamstring-barbell        | step the {side} leg over               | feet floor     |   1 | 1
hamstring-barbell        | step the {side} leg over               | hips           |  78 | 95
hamstring-roller-bench   | {side} leg over, heel on the bench     | leg knee       |   0 | 25
hamstring-roller-bench   | bend the {other} knee and half sit     | other_leg knee |  60 | 110
hamstring-roller-bench   | bend the {other} knee and half sit     | hips           |  55 | 72
hamstring-roller-floor   | {side} leg straight                    | leg knee       |   0 | 15
hamstring-roller-floor   | hands on the floor                     | hands floor    |   2 | 2
hamstring-roller-floor   | lift your hips                         | hips           |  14 | 30
hamstring-stick-seated   | sit on the front edge of the chair     | hips           |  50 | 60
hamstring-stick-seated   | knee a little bent                     | leg knee       |  15 | 45
hamstring-stick-seated   | {other} foot flat                      | other_leg knee |  60 | 110
hamstring-stick-seated   | lean forward                           | trunk          |  45 | 75
hamstring-stick-seated   | a hand on each end                     | hands tool     |   2 | 2
lat-ball-wall            | {side} hand on the wall                | hands wall     |   1 | 1
lat-ball-wall            | slide the {side} hand up the wall      | bends hand     |  30 | 70
lat-ball-wall            | lean on it                             | hips           |  82 | 94
lat-roller-side          | slide the {side} arm overhead          | arm shoulder   | 140 | 180
lat-roller-side          | lift the hip a little                  | hips           |  17 | 28
lat-roller-side          | {other} hand and foot flat             | hands floor    |   1 | 1
outer-quad-roller-side   | {other} hand and foot on the floor     | hands floor    |   1 | 1
outer-quad-roller-side   | {other} hand and foot on the floor     | feet floor     |   1 | 1
outer-quad-roller-side   | propped on that forearm                | rests floor    |   1 | 1
pec-ball-wall            | {side} elbow bent                      | elbow first    |  80 | 150
pec-ball-wall            | {other} hand to the wall               | hands wall     |   2 | 2
pec-ball-wall            | out and up the wall                    | bends hand     |  20 | 60
pec-ball-wall            | lean in                                | trunk          |  70 | 86
pec-ball-wall            | one foot forward                       | feet floor     |   2 | 2
plantar-ball-seated      | feet flat                              | feet floor     |   1 | 1
plantar-ball-seated      | sit down on the chair                  | hips           |  50 | 60
plantar-ball-seated      | sit tall                               | trunk          |  80 | 95
plantar-ball-standing    | one hand on the wall                   | hands wall     |   1 | 1
plantar-ball-standing    | weight on the {other} leg, knee soft   | hips           |  75 | 95
plantar-ball-standing    | weight on the {other} leg, knee soft   | other_leg knee |   5 | 30
plantar-ball-standing    | ball in front of the {side} foot       | feet floor     |   1 | 1
quad-bar-seated          | sit tall                               | trunk          |  85 | 95
quad-bar-seated          | both legs straight                     | leg knee       |   0 | 10
quad-bar-seated          | both legs straight                     | other_leg knee |   0 | 10
quad-bar-seated          | grip wide                              | hands tool     |   2 | 2
quad-roller-kneebend     | forearms on the floor                  | rests floor    |   2 | 2
quad-roller-kneebend     | bend and straighten that knee          | bends knee     |  60 | 120
quad-roller-kneebend     | {side} leg back                        | leg hip        | -20 | 10
quad-roller-prone        | forearms on the floor                  | rests floor    |   2 | 2
quad-roller-prone        | {side} leg back                        | leg hip        | -20 | 10
quad-roller-prone        | {side} leg back                        | leg knee       |   0 | 15
quad-stick-seated        | both feet flat                         | feet floor     |   2 | 2
quad-stick-seated        | lean on it with elbows bent            | arm elbow      |  20 | 120
quad-stick-seated        | sit on the front half of the chair     | hips           |  50 | 60
rear-shoulder-ball-wall  | back to the wall, a small step away    | leg knee       |   0 | 25
rear-shoulder-ball-wall  | {other} hand to the wall               | hands wall     |   1 | 1
rear-shoulder-ball-wall  | up to the ceiling                      | bends forearm  |  60 | 110
rear-shoulder-ball-wall  | lean back on it                        | trunk          |  93 | 110
shin-roller-kneeling     | {other} foot flat, well in front       | feet floor     |   1 | 1
shin-roller-kneeling     | hands on that knee                     | hands knee     |   1 | 2
shin-roller-kneeling     | {side} shin onto the roller            | leg knee       |  90 | 130
shin-roller-kneeling     | {side} shin onto the roller            | hips           |  50 | 65
tfl-ball-wall            | {side} hand flat on it                 | hands wall     |   1 | 1
tfl-ball-wall            | bend and straighten the {side} knee    | bends knee     |  15 | 50
tfl-ball-wall            | face a wall                            | trunk          |  80 | 92
tfl-roller-side          | {side} leg back                        | leg knee       |   0 | 10
tfl-roller-side          | {side} forearm and {other} hand down   | rests floor    |   1 | 1
tfl-roller-side          | {side} forearm and {other} hand down   | hands floor    |   1 | 1
tfl-roller-side          | {other} foot flat beside the roller    | feet floor     |   1 | 1
thoracic-roller-supine   | lie back on it                         | trunk          | 165 | 195
thoracic-roller-supine   | knees bent, feet flat                  | leg knee       |  80 | 130
thoracic-roller-supine   | lift your hips a little                | hips           |  14 | 30
thoracic-roller-supine   | hands behind your head                 | hands head     |   2 | 2
upper-back-peanut-wall   | knees a little bent                    | leg knee       |  20 | 60
upper-back-peanut-wall   | straighten and bend your knees         | bends knee     |  10 | 40
upper-back-peanut-wall   | lean back on it                        | trunk          |  93 | 110
upper-trap-ball-wall     | back to the wall, a small step away    | leg knee       |   0 | 25
upper-trap-ball-wall     | {other} hand to the wall               | hands wall     |   1 | 1
upper-trap-ball-wall     | arm forward to shoulder height         | bends shoulder |  60 | 95
upper-trap-ball-wall     | lean back on it                        | trunk          |  93 | 110
"""
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]
POSED = [name for name in LIBRARY.technique_ids() if LIBRARY.technique(name).pose]

KINDS = {
    "foam_roller": "roller",
    "fascia_ball": "ball",
    "tennis_ball": "ball",
    "peanut_ball": "double_ball",
    "barbell": "bar",
    "roller_stick": "stick",
}
SUPPORTS = {"chair", "bench", "table", "wall", "rack"}
SPOTS = {
    "adductors": "inner thigh",
    "calves": "calf",
    "forearms": "forearm",
    "gluteals": "glute|outer glute",
    "hamstrings": "back of the thigh",
    "lats": "side of the chest",
    "outer_thigh": "outer thigh|front of the thigh",
    "pectorals": "chest",
    "plantar_foot": "sole",
    "quadriceps": "front of the thigh",
    "rear_shoulder": "rear shoulder",
    "shins": "shin",
    "tfl": "hip front",
    "thoracic": "upper back",
    "upper_trapezius": "upper shoulder",
}


@cache
def ends_of(name: str) -> Ends:
    pose = LIBRARY.technique(name).pose
    assert pose is not None
    return solve(pose)


def said(technique: Technique) -> str:
    lines = *technique.setup, technique.load, *technique.move
    return " ".join(line.text.texts["en"] for line in lines).lower()


def measured(ends: Ends, what: str) -> list[float]:
    """What a measure is at both ends; nothing of a joint that is turned out of the picture."""
    subject, _, detail = what.partition(" ")
    pose, figures = ends.first.pose, (ends.first, ends.second)
    if subject in ("hands", "feet", "rests"):
        limbs = [pose.leg, pose.other_leg] if subject == "feet" else [pose.arm, pose.other_arm]
        places = (limb.flat if subject == "rests" else limb.place for limb in limbs)
        return [float(sum(place is not None and place.on == detail for place in places))]
    if subject in ("hips", "trunk"):
        return [figure.hip[1] if subject == "hips" else figure.trunk for figure in figures]
    if subject == "falls":
        return [ends.first.hip[1] - ends.second.hip[1]]
    if subject == "bends":
        return [abs(moving(ends.first, detail) - moving(ends.second, detail))]
    if detail == "first":
        return [measure(ends.first).bends["arm", subject]]
    found = (measure(figure).bends.get((subject, detail)) for figure in figures)
    return [angle for angle in found if angle is not None]


def moving(figure: Figure, part: str) -> float:
    """The worked limb's joint, the height of its hand, or the direction of its forearm."""
    arm = figure.limbs["arm"]
    if part in ("hand", "forearm"):
        return arm.end[1] if part == "hand" else arm.angles[1]
    return measure(figure).bends["leg" if part in ("knee", "ankle") else "arm", part]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[2]}" for row in ROWS])
def test_the_picture_shows_what_the_words_say(row: tuple[str, ...]) -> None:
    name, words, what, least, most = row
    technique = LIBRARY.technique(name)
    assert words in said(technique), "other words; look at the picture, and put them in the table"
    if technique.pose is None:
        pytest.skip("it has no pose")
    found = measured(ends_of(name), what)
    if not found and ends_of(name).first.limbs[what.split()[0]].foreshortened:  # type: ignore[index]
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
    shown = {one.kind for one in pose.support}
    assert shown >= SUPPORTS & {*technique.tools} - {"chair"}
    if (place := technique.position.removeprefix("standing-")) in SUPPORTS - {"chair"}:
        assert place in shown
    assert pose.touches is not None
    assert re.fullmatch(SPOTS[technique.muscle], pose.touches)


@pytest.mark.parametrize("name", POSED)
def test_the_tool_touches_and_the_body_is_carried_at_both_ends(name: str) -> None:
    for figure in (ends_of(name).first, ends_of(name).second):
        assert measure(figure).overhang <= 1
        assert figure.tool is not None
        above = figure.pose.view == "above"  # the tool is right under the limb
        away = 0 if above else figure.tool.radius
        assert math.dist(figure.tool.centre, figure.tool.skin) == pytest.approx(away)
    assert abs(ends_of(name).first.gap or 0) <= 0.1


@pytest.mark.parametrize("name", POSED)
def test_the_hips_are_as_high_as_the_position_says(name: str) -> None:
    position = LIBRARY.technique(name).position
    heights = {**{"floor": (7, 35), "kneeling": (20, 60), "chair": (50, 65), "standing": (65, 95)}}
    least, most = heights[position.split("-")[0]]
    for figure in (ends_of(name).first, ends_of(name).second):
        assert least <= figure.hip[1] <= most or figure.pose.view == "above"


def unsuited(figure: Figure, position: str) -> Iterator[str]:
    """For whom a posture is not, as far as its measures tell."""
    pose, bends = figure.pose, measure(figure).bends
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
    place = getattr(figure.pose, limb).place
    return place is not None and place.on == support


@pytest.mark.parametrize("name", POSED)
def test_whom_the_posture_does_not_suit_is_listed(name: str) -> None:
    technique, ends = LIBRARY.technique(name), ends_of(name)
    found = {who for end in (ends.first, ends.second) for who in unsuited(end, technique.position)}
    assert found <= {*technique.not_for}
    assert ("floor" in found) == ("floor" in technique.not_for)
    assert ("balance" in found) == ("balance" in technique.not_for)


def test_a_posture_that_is_changed_is_found() -> None:
    ends = solve(pose_of(ON_THE_BAR))
    assert {"balance", "knees"} <= {*unsuited(ends.first, "standing-rack")}
    assert measured(ends, "bends knee") == pytest.approx([85])
    assert measured(ends, "feet floor") == [1]
    assert [len(segments_of(name)) for name in ends.first.limbs] == [3, 3, 3, 3]
