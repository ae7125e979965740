"""Write pictures and transcripts; the suffix decides the format."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from smr_audio.errors import UsageError
from smr_audio.library.library import Library
from smr_audio.poses import shapes as poses
from smr_audio.poses.shapes import sheet
from smr_audio.poses.shapes import svg as pose_svg
from smr_audio.storage.atomic import atomic_output
from smr_audio.views.shapes import svg
from smr_audio.views.strip import strip
from smr_audio.views.transcript import PlanView, transcript

PICTURES: Final = (".svg", ".png")


def check_suffix(path: Path, suffixes: tuple[str, ...]) -> None:
    """Raise UsageError for a name that ends otherwise. Call it before speaking."""
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"cannot write '{path}': name a file that ends in {' or '.join(suffixes)}")


def save_picture(plan: PlanView, path: Path) -> None:
    """Draw a plan at an .svg or .png. Raises UsageError for another name, or BuildError."""
    check_suffix(path, PICTURES)
    picture = strip(plan.script.title, plan.timeline, Library().page(plan.script.language))
    if path.suffix.lower() == ".png":
        from smr_audio.views.png import png  # only a PNG needs Pillow

        _write(path, png(picture))
    else:
        _write(path, svg(picture).encode())


def save_pose(picture: poses.Picture, path: Path, *, theme: poses.Theme | None = None, width_px: int = 660) -> None:
    """Write a posture at an .svg or .png, the latter so wide. Raises BuildError.

    Without a theme an SVG follows its reader's; a PNG is light.
    """
    if path.suffix.lower() == ".png":
        from smr_audio.views.png import pose_png  # only a PNG needs Pillow

        _write(path, pose_png(picture, theme=theme or "light", width_px=width_px))
    else:
        _write(path, pose_svg(picture, theme=theme).encode())


def save_poses(pictures: Sequence[poses.Picture], path: Path, theme: poses.Theme | None) -> None:
    """Write many postures on one sheet, an .svg. Raises as `save_picture` does."""
    check_suffix(path, (".svg",))
    _write(path, sheet(pictures, theme=theme).encode())


def save_text(plan: PlanView, path: Path) -> None:
    _write(path, transcript(plan).encode())


def _write(path: Path, data: bytes) -> None:
    with atomic_output(path) as temporary:
        temporary.write_bytes(data)
