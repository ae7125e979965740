"""`smr-audio picture` and `preview --picture`."""

import re
from pathlib import Path

import pytest

from smr_audio.library.library import Library
from tests.cli.conftest import SILENT, Run
from tests.drawing.made_up import opened
from tests.english import technique_text


def test_a_posture_is_drawn_as_svg_and_png(run: Run, tmp_path: Path) -> None:
    done = run("picture", "hamstring-roller-floor", "-o", "a.svg", "--side", "right")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("a.svg  Side view: seated on the floor, right leg straight")
    assert "<title>Side view" in (tmp_path / "a.svg").read_text("utf-8")
    done = run("picture", "glute-ball-wall", "-o", "b.png", "--theme", "dark", "--size", "120")
    assert done.returncode == 0, done.stderr
    image = opened((tmp_path / "b.png").read_bytes())
    assert image.size == (120, 120)
    assert image.getpixel((2, 2)) == (14, 19, 23)
    done = run("picture", "calf-roller-seated", "-o", "c.svg", "--language", "zh")
    assert done.returncode == 0, done.stderr
    assert "侧面图：坐在地上" in (tmp_path / "c.svg").read_text("utf-8")


def test_the_sheet_of_all_has_every_technique_with_a_pose(run: Run, tmp_path: Path) -> None:
    done = run("picture", "--all", "-o", "poses.svg")
    assert done.returncode == 0, done.stderr
    ids = re.findall(r'class="pose" id="([^"]+)"', (tmp_path / "poses.svg").read_text("utf-8"))
    assert f"poses.svg  {len(ids)} pictures\n" == done.stdout
    assert ids == [name for name in Library().technique_ids() if Library().technique(name).pose]


def test_a_technique_without_a_pose_and_one_with_a_wrong_pose(run: Run, tmp_path: Path) -> None:
    text = technique_text("hamstring-ball-press")
    (tmp_path / "a.yaml").write_text(text[: text.index("\npose:") + 1], "utf-8")
    done = run("picture", "a.yaml", "-o", "a.svg")
    assert done.returncode == 1
    assert "cannot be drawn: its file has no 'pose'" in done.stderr
    (tmp_path / "a.yaml").write_text(text.replace("knee: 70", "knee: 170"), "utf-8")
    for command in (("picture", "a.yaml", "-o", "a.svg"), ("check", "a.yaml")):
        done = run(*command)
        assert done.returncode == 3
        assert "the knee of the leg would bend 170°" in done.stderr + done.stdout
    line = text[: text.index("knee: 70")].count("\n") + 1
    assert f"a.yaml:{line}:8: " in done.stdout
    assert not (tmp_path / "a.svg").exists()


@pytest.mark.usefixtures("warm")
def test_a_preview_draws_its_technique_too(run: Run, tmp_path: Path) -> None:
    done = run("preview", "hamstring-ball-press", "-o", "a.mp3", "--picture", "a.png", *SILENT)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.mp3").exists()
    assert opened((tmp_path / "a.png").read_bytes()).width == 660
