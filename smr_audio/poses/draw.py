"""From a technique's pose to a picture: what is where, and in front of what; and the same in words."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from smr_audio.library.library import Library
from smr_audio.library.pose import IN_HANDS, PARTS, Pose, Surface
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.technique import Technique
from smr_audio.options.choices import Side
from smr_audio.poses.body import FRONT_TRUNK, RADIUS, Point, along, between, direction, turned
from smr_audio.poses.figure import ARMS, LEGS, SEGMENTS, Chain, Contact, Figure, LimbName
from smr_audio.poses.shapes import Disc, Group, Picture, Role, Shape, Stroke, flat, mirrored
from smr_audio.poses.solve import solve

_MARGIN: Final = 6.0
_WIDEST: Final = 1.5  # a picture's width, of its height
_STRIP: Final = 3.4
_GHOST: Final = 3.0
_FAR: Final[tuple[LimbName, ...]] = ("other_arm", "other_leg")
_ROLLER: Final = 45.0  # its length
_ARROW: Final = 3.0
_HEAD: Final = 8.0
_SHORTEST: Final = 20.0  # of arrows with two heads
_SEEN: Final = 3.2  # the least radius of a tool: a bar would hardly be seen
_SPOT_SHARE: Final = 0.09  # how much of a segment a tool presses, each way
_STRAIGHT: Final = 25  # degrees at the knee
_LIFTED_CM: Final = RADIUS["trunk"] + 4

Words = Mapping[str, str]


def picture(technique: Technique, *, words: Words, side: Side = "left") -> Picture | None:
    """Draw a technique, for a worked side; None if it has no pose. Raises as `solve` does.

    `words` are those of `picture_words`. A technique with one side is the same for both.
    """
    if technique.pose is None:
        return None
    first, second = solve(technique.pose)
    # Who looks to the right has the right side before us; who faces us, the left side on our right.
    as_drawn = "left" if technique.pose.view == "front" else "right"
    shapes = tuple(_shapes(first, second))
    if technique.sides == 2 and side != as_drawn:
        shapes = tuple(map(mirrored, shapes))
    said = label(technique, first, side=side, words=words)
    above = technique.pose.view == "above"
    box = _box(shapes, above=above)
    ground = Stroke(((box[0] + 3, -1.2), (box[0] + box[2] - 3, -1.2)), 2.4, "ground")
    return Picture(technique.id, said, shapes if above else (ground, *shapes), box)


def _shapes(first: Figure, second: Figure) -> Iterator[Shape]:
    for surface in first.surfaces.values():
        yield from _support(surface, first)
    if ghost := tuple(dict.fromkeys(_ghost(first, second))):
        yield Group(ghost, "ghost")
    parts = [_body(first, second)]
    if first.tool and second.tool:
        parts.append(_tool(first.pose, first.tool, second.tool))
    # From above the tool is under the body.
    yield from reversed(parts) if first.pose.view == "above" else parts
    if arrow := _arrow(first, second):
        yield Group(arrow, "arrow")


def _support(surface: Surface, figure: Figure) -> Iterator[Shape]:
    start, end, top = surface.start, surface.end, surface.height
    if surface.kind == "wall":
        x = start + math.copysign(2.5, start - figure.hip[0])
        high = max(figure.head[1] + 14, *(chain.end[1] + 16 for chain in figure.limbs.values()))
        yield Stroke(((x, 2), (x, high)), 5, "prop")
    elif surface.kind == "rack":
        yield Stroke(((start, 3), (start, max(figure.head[1] + 12, top + 40))), 6, "prop")
        yield Stroke(((start - 1, top - 5), (start + 6, top - 5), (start + 6, top)), 3, "ground")
    elif surface.kind != "floor":
        level = top - 2.5
        for x in (start + 4, end - 4):
            yield Stroke(((x, level), (x, 2)), 3.5, "prop")
        if surface.kind == "chair":
            yield Stroke(((start + 2, level), (start - 3, top + 44)), 3.5, "prop")
        yield Stroke(((start + 2, level), (end - 2, level)), 5, "prop")


def _body(first: Figure, second: Figure) -> Group:
    pose, works, other = first.pose, first.pose.works, first.pose.limbs["other_arm"].on
    shift = second.hip[0] - first.hip[0], second.hip[1] - first.hip[1]
    far: Role = "far" if pose.view == "side" else "near"
    # An arm is before the body that presses on the other arm, or props a body that faces us: that
    # lies on its side, with the other leg in front.
    presses, props = other == "tool" and works == "arm", other == "floor" and far == "near"
    roles: dict[LimbName, Role] = {"leg": "far" if props else "near", "other_leg": far, "arm": "near"}
    roles["other_arm"] = "near" if presses else far
    if works != "trunk":
        roles[works] = "work"
    parts: dict[str, list[Shape]] = {
        name: [_limb(name, role, first, second)]
        for name, role in roles.items()
        if not (_covered(name, first) and _covered(name, second))
    }
    parts |= {"trunk": [*_trunk(first)], "strip": [*_strip(first)]}
    over = works == "leg" or pose.move.kind == "arm"
    near = ["leg", "strip", "arm"] if over else ["leg", "arm", "strip"]
    front = ["trunk", *["other_arm"] * presses, *near, *["other_leg", "other_arm"] * props]
    behind = [name for name in _FAR if name not in front]
    shapes = [shape for name in (*behind, *front) for shape in parts.get(name, ())]
    if pose.view == "above" or pose.limbs["arm"].on == "head":
        shapes.append(Disc(first.head, RADIUS["head"], "trunk"))  # the hands are behind it
    return Group(tuple(shapes), shift=shift)


def _covered(name: LimbName, figure: Figure) -> bool:
    """Whether a limb is right behind the nearer one."""
    nearer: LimbName = "arm" if name in ARMS else "leg"
    return name in _FAR and figure.limbs[name].parts == figure.limbs[nearer].parts


def _trunk(figure: Figure) -> Iterator[Shape]:
    hip, shoulder, head = figure.hip, figure.shoulder, figure.head
    yield Stroke((shoulder, head), 8, "trunk")
    if figure.pose.view == "side":
        yield Stroke((hip, shoulder), 2 * RADIUS["trunk"], "trunk")
    else:
        wide = ((hip, 90, 9.5), (hip, -90, 9.5), (shoulder, -90, 12.5), (shoulder, 90, 12.5))
        corners = tuple(along(at, figure.pose.trunk - turn, half) for at, turn, half in wide)
        yield Stroke(corners, 12, "trunk", closed=True)
    yield Disc(head, RADIUS["head"], "trunk")


def _limb(name: LimbName, role: Role, first: Figure, second: Figure) -> Group:
    """A limb as groups within groups, each of which turns at its joint."""
    one, two = first.limbs[name], second.limbs[name]
    strokes = _strokes(name, one, role)
    lengths = ([math.dist(*part) for part in chain.parts] for chain in (one, two))
    if any(abs(a - b) > 0.1 for a, b in zip(*lengths, strict=True)):
        # It grows shorter in the picture, and its end stays where it is.
        if name == first.pose.move.kind:
            fixed, free = (one.end, "joint") if name in LEGS else (one.parts[0][0], "end")
            before, after = (getattr(chain, free)[1] - fixed[1] for chain in (one, two))
            return Group(strokes, origin=fixed, stretch=after / before if abs(before) > 1 else 1.0)
        sunk = first.hip[1] - second.hip[1]
        high = one.parts[0][0][1] - one.end[1]
        stretch = 1 - sunk / high if abs(high) > sunk else 1.0
        return Group(strokes, origin=one.end, shift=(0.0, sunk), stretch=stretch)
    turns = [turned(b - a) for a, b in zip(one.angles, two.angles, strict=True)]
    inner = Group(strokes[2:], origin=one.end, turn=turns[2] - turns[1])
    middle = Group((strokes[1], inner), origin=one.joint, turn=turns[1] - turns[0])
    return Group((strokes[0], middle), origin=one.parts[0][0], turn=turns[0])


def _strokes(name: LimbName, chain: Chain, role: Role) -> tuple[Stroke, ...]:
    lines: list[tuple[Point, ...]] = [*chain.parts]
    if name in LEGS:  # a heel is behind the ankle
        lines[2] = (chain.end, *lines[2])
    pairs = zip(SEGMENTS[name], lines, strict=True)
    return tuple(Stroke(line, 2 * RADIUS[segment], role) for segment, line in pairs)


def _ghost(first: Figure, second: Figure) -> Iterator[Shape]:
    """What is elsewhere at the other end of the movement."""
    old_tool, tool = first.tool, second.tool
    if old_tool and tool and math.dist(old_tool.centre, tool.centre) > tool.radius:
        if first.pose.view == "above":
            yield Stroke(_lengthwise(first.pose, tool), 2 * tool.radius, "ghost")
        else:
            yield Disc(tool.centre, max(tool.radius, _SEEN), None, "near")
    for name, chain in second.limbs.items():
        held = first.pose.limbs[name].on == "tool"
        if held or _covered(name, second) or (name in ARMS and first.hip != second.hip):
            continue  # it would only hide the rest
        before = _strokes(name, first.limbs[name], "ghost")
        for old, new in zip(before, _strokes(name, chain, "ghost"), strict=True):
            if max(map(math.dist, old.points, new.points)) > 4:
                yield replace(new, width=_GHOST)


def _lengthwise(pose: Pose, tool: Contact) -> tuple[Point, Point]:
    """A roller from above, along the body."""
    half = _ROLLER / 2 - tool.radius
    return along(tool.centre, pose.trunk, -half), along(tool.centre, pose.trunk, half)


def _tool(pose: Pose, first: Contact, second: Contact) -> Group:
    shift = second.centre[0] - first.centre[0], second.centre[1] - first.centre[1]
    if pose.view == "above":
        wide, line = 2 * first.radius, _lengthwise(pose, first)
        return Group((Stroke(line, wide, "rim"), Stroke(line, wide - 3, "tool")), shift=shift)
    return Group((Disc(first.centre, max(first.radius, _SEEN), "tool", "rim"),), shift=shift)


def _line(figure: Figure, tool: Contact, away: float) -> tuple[Point, Point]:
    """The touched segment, moved away from its middle line towards the tool."""
    start, end = figure.segment(figure.pose.segment)
    return along(start, tool.normal, away), along(end, tool.normal, away)


def _strip(figure: Figure) -> Iterator[Shape]:
    """What is pressed, and the part of the trunk that the tool works."""
    pose, tool, move = figure.pose, figure.tool, figure.pose.move
    if tool is None:
        return
    at, slides = pose.at / 100, move.kind == "slide"
    start, end = (move.start / 100, move.end / 100) if slides else (at, at)
    if pose.works == "trunk":
        inwards, wide = (FRONT_TRUNK - 7, 14) if pose.view == "front" else (0, 2 * RADIUS["trunk"])
        line = _line(figure, tool, inwards)
        points = between(*line, max(0.0, start - 0.1)), between(*line, min(1.0, end + 0.1))
        yield Stroke(points, wide, "work")
    middle = between(*figure.segment(pose.segment), at)
    line = _line(figure, tool, math.dist(middle, tool.skin) - _STRIP / 2)
    if move.kind == "sink":
        end = at + move.end / 2 / math.dist(*line)  # a tool that rolls goes half as far
    elif not slides:
        start, end = at - _SPOT_SHARE, at + _SPOT_SHARE
    yield Stroke((between(*line, start), between(*line, end)), _STRIP, "accent")


def _arrow(first: Figure, second: Figure) -> tuple[Stroke, ...]:
    """How it moves."""
    pose, tool, move = first.pose, first.tool, first.pose.move
    one, two = first.limbs[move.mover], second.limbs[move.mover]
    if move.kind == "swing":
        index = 1 if move.joint in ("knee", "elbow") else 2
        centre = one.joint if index == 1 else one.end
        radius = max(math.dist(centre, p) for part in one.parts[index:] for p in part) + 9
        tips = [along(centre, direction(centre, each.parts[-1][1]), radius) for each in (one, two)]
        return _arrowed(_arc(centre, *tips))
    if move.limb is not None and move.limb.on == "wall":
        return _arrowed(_behind_wall(first, one.end[1], two.end[1]))
    if move.limb is not None:
        centre, toes = one.parts[0][0], [each.parts[-1][1] for each in (one, two)]
        stays = move.limb.on == "floor" or math.dist(*toes) < 4
        tips = [one.joint, two.joint] if stays else toes
        tips = [along(tip, direction(centre, tip), 12) for tip in tips]
        halfway = between(tips[0], tips[1], 0.5)
        longer = max(1.0, _SHORTEST / max(math.dist(*tips), 1.0))
        return _arrowed(_arc(centre, *(between(halfway, tip, longer) for tip in tips)))
    if tool is None:
        return ()
    if move.kind == "sink" and "wall" in first.surfaces:
        return _arrowed(_behind_wall(first, tool.centre[1] + 11, tool.centre[1] - 11))
    front, wide = pose.view == "front", RADIUS[pose.segment]
    away = -(FRONT_TRUNK if front else wide) - 8
    if pose.view == "above":
        away = -_ROLLER / 2 - 8
    elif tool.on == IN_HANDS:
        away = wide + 2 * tool.radius + (14 if pose.segment == "forearm" else 8)
    if move.kind != "slide":
        start = along(tool.skin, tool.normal, 2 * away - 16)
        return _arrowed((start, along(start, tool.normal, 18)), both=False)
    if second.tool and tool.on == "floor" and (front or pose.segment in ("foot", "trunk")):
        middle = (tool.centre[0] + second.tool.centre[0]) / 2  # under the floor: legs are above
        return _arrowed(((middle - _SHORTEST / 2, -9), (middle + _SHORTEST / 2, -9)))
    line = _line(first, tool, away)
    middle = (move.start + move.end) / 2
    half = max(middle - move.start, 100 * _SHORTEST / 2 / math.dist(*line))
    return _arrowed(tuple(between(*line, (middle + s * half) / 100) for s in (-1, 1)))


def _behind_wall(figure: Figure, start: float, end: float) -> tuple[Point, ...]:
    """From one height to another behind the wall, where nothing is; leaning if an arm opens."""
    wall = figure.surfaces["wall"].start
    away = math.copysign(15, wall - figure.hip[0])
    return (wall + away, start), (wall + away * (1.8 if figure.pose.opens else 1), end)


def _arc(centre: Point, start: Point, end: Point) -> tuple[Point, ...]:
    """Points from one to another about a centre."""
    begins, length = direction(centre, start), math.dist(centre, start)
    sweep, more = turned(direction(centre, end) - begins), math.dist(centre, end) - length
    return tuple(along(centre, begins + sweep * k / 8, length + more * k / 8) for k in range(9))


def _arrowed(points: tuple[Point, ...], *, both: bool = True) -> tuple[Stroke, ...]:
    shapes = [Stroke(points, _ARROW, "accent")]
    for before, tip in ((points[-2], points[-1]), (points[1], points[0]))[: 1 + both]:
        towards = direction(before, tip)
        point = along(tip, towards, 3)
        wings = (along(point, towards + 180 + turn, _HEAD) for turn in (27, -27))
        shapes.append(Stroke((point, *wings), 1.5, "accent", closed=True))
    return tuple(shapes)


def _box(shapes: tuple[Shape, ...], *, above: bool) -> tuple[float, float, float, float]:
    xs, ys = [], [] if above else [-2.4]
    for shape in flat(shapes):
        points = shape.points if isinstance(shape, Stroke) else (shape.centre,)
        wide = shape.width / 2 if isinstance(shape, Stroke) else shape.radius
        xs += [x + s * wide for x, _ in points for s in (1, -1)]
        ys += [y + s * wide for _, y in points for s in (1, -1)]
    left, right = min(xs) - _MARGIN, max(xs) + _MARGIN
    bottom, top = min(ys) - _MARGIN / 2, max(ys) + _MARGIN
    width, height = right - left, top - bottom
    wider = max(width, height)
    return (left + right - wider) / 2, bottom, wider, max(height, wider / _WIDEST)


def picture_words(library: Library, language: str) -> Words:
    """The words for pictures in a language; what it lacks is in English.

    Raises MissingError for a language without phrases, ContentError for wrong ones.
    """
    own = library.phrases(language)
    return {**library.phrases(DEFAULT_LANGUAGE).pictures, **own.words, **own.pictures}


def label(technique: Technique, figure: Figure, *, side: str, words: Words) -> str:
    """What a picture shows, as one sentence."""
    pose, move = figure.pose, figure.pose.move
    said = {"side": words[side] if technique.sides == 2 else ""}
    if pose.tool and pose.touches:
        said["tool"] = words[pose.tool.kind]
        said["spot"] = words[pose.touches].format(**said)
    if move.kind == "slide":
        # The words for so many per cent of the touched segment: those of the last step before.
        steps = (max(step for step in PARTS[pose.segment] if step <= at) for at in (move.start, move.end))
        said["start"], said["end"] = (words[f"{pose.segment} {step}"] for step in steps)
    keys = [technique.position, *(key for key in _parts(figure) if key in words)]
    on_hip = pose.works == "trunk" and pose.at < PARTS["trunk"][1]
    if technique.position.startswith("floor-s") and figure.hip[1] > _LIFTED_CM and not on_hip:
        keys.append("lifted")
    parts = ""
    for key in keys:
        then = words[key].format(**said)
        parts = words["join"].format(first=parts, then=then) if parts else then
    on = move.joint or (move.limb.on if move.limb else "")
    kind = f"{move.kind} {on}{' out' * pose.opens}".strip()
    if move.kind == "slide" and said.get("start") == said.get("end"):
        kind = "slide little"
    if move.kind == "leg" and move.limb and move.limb.bend not in (None, pose.limbs["leg"].bend):
        kind = "swing knee"
    moved = words[kind if kind in words else move.kind].format(**said)
    shown = words["picture"].format(view=words[pose.view], parts=parts, moved=moved)
    return " ".join(shown.split())


def _parts(figure: Figure) -> Iterator[str]:
    pose = figure.pose
    arms = [pose.limbs[name] for name in ARMS]
    if pose.works == "leg" and pose.move.kind != "swing":
        thigh, shank, _ = figure.limbs["leg"].angles
        yield "leg straight" if abs(turned(thigh - shank)) < _STRAIGHT else "leg bent"
    if pose.tool is not None:
        hands = IN_HANDS if {arm.on for arm in arms} == {"tool"} else "hand"
        yield f"in {hands}" if pose.tool.on == IN_HANDS else f"on {pose.tool.on}"
    rests = [arm.flat.on for arm in arms if arm.flat]
    if rests:
        yield f"{'forearms' if len(rests) == 2 else 'forearm'} {rests[0]}"
    places = [arm.place for arm in arms if arm.place]
    for on in dict.fromkeys(place.on for place in places):
        found = [place for place in places if place.on == on]
        behind = on == "floor" and len(found) == 2 and all((one.at or 0) < 0 for one in found)
        yield f"{'hands' if len(found) == 2 else 'hand'} {'behind' if behind else on}"
