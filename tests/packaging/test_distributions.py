"""The wheel and the sdist hold all that the program needs, and run when installed."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.installed import MINORS, ROOT

LISTED = """
import runpy, smr_audio, sys
print(smr_audio.__file__)
sys.argv[1:] = ["list", "--json"]
runpy.run_module("smr_audio", run_name="__main__")
"""
BUILD = "import hatchling.build, sys; hatchling.build.build_{}(sys.argv[1])"


class Built(NamedTuple):
    """What `python -m build` would make."""

    sdist: Path
    wheel: Path  # made from the sdist


def run(*command: str | Path, folder: Path, path: Path | None = None) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=folder, env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def only(folder: Path, pattern: str) -> Path:
    [path] = folder.glob(pattern)
    return path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built")
    run("-c", BUILD.format("sdist"), folder, folder=ROOT)
    sdist = only(folder, "*.tar.gz")
    with tarfile.open(sdist) as packed:
        packed.extractall(folder, filter="data")
    run("-c", BUILD.format("wheel"), folder, folder=only(folder, "smr_audio-*[0-9]"))
    return Built(sdist, only(folder, "*.whl"))


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed") / "site"
    with zipfile.ZipFile(built.wheel) as wheel:  # as an installer does
        wheel.extractall(target)
    return target


def content_files() -> dict[str, bytes]:
    folder = ROOT / "content"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def module_files() -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "smr_audio").rglob("*.py")}


def test_a_wheel_holds_the_package_with_every_content_file_and_nothing_else(built: Built) -> None:
    prefix = "smr_audio/content/"
    with zipfile.ZipFile(built.wheel) as wheel:
        names = set(wheel.namelist())
        packed = {name.removeprefix(prefix): wheel.read(name) for name in names if name.startswith(prefix)}
    assert packed == content_files()
    assert module_files() | {"smr_audio/py.typed"} <= names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"smr_audio"}
    assert len({name.split("/")[0] for name in names}) == 2  # the package and its dist-info


def test_a_wheel_names_the_command_the_licence_and_the_pythons(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        info = next(n.split("/")[0] for n in wheel.namelist() if ".dist-info/" in n)
        commands = wheel.read(f"{info}/entry_points.txt").decode()
        metadata = wheel.read(f"{info}/METADATA").decode()
        licence = wheel.read(f"{info}/licenses/LICENSE").decode()
    assert "smr-audio = smr_audio.__main__:main" in commands
    assert "License-Expression: MIT" in metadata
    assert f"Requires-Python: >=3.{MINORS[0]}" in metadata
    for minor in MINORS:
        assert f"Classifier: Programming Language :: Python :: 3.{minor}\n" in metadata
    assert licence.startswith("MIT License")


def test_the_sdist_holds_what_a_packager_needs(built: Built) -> None:
    with tarfile.open(built.sdist) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    expected = {
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "requirements.lock",
        "scripts/try.py",
        ".github/workflows/ci.yml",
    }
    expected |= {".github/workflows/ci.yml"}
    assert expected | {f"content/{name}" for name in content_files()} <= names
    assert not any(name.startswith((".venv", "output/")) for name in names)


def test_the_same_sources_give_the_same_bytes(built: Built, tmp_path: Path) -> None:
    for kind, path in (("sdist", built.sdist), ("wheel", built.wheel)):
        run("-c", BUILD.format(kind), tmp_path, folder=ROOT)
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_the_text_for_an_index_links_to_no_file_and_names_whom_and_what(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        info = next(name for name in wheel.namelist() if name.endswith("/METADATA"))
        head, _, text = wheel.read(info).decode().partition("\n\n")
    assert "Author: smr-audio contributors\n" in head
    assert "Classifier: Typing :: Typed" in head
    assert text.startswith("# smr-audio")
    assert [part for part in text.split("](")[1:] if not part.startswith("https://")] == []
    assert "<img" not in text


@pytest.mark.parametrize("way", ["wheel", "editable"])
def test_an_installed_smr_audio_lists_its_content_from_any_folder(installed: Path, tmp_path: Path, way: str) -> None:
    path, root = (installed, installed) if way == "wheel" else (None, ROOT)
    where, routines = run("-c", LISTED, folder=tmp_path, path=path).split("\n", 1)
    assert Path(where).is_relative_to(root)
    assert "hamstrings" in {entry["id"] for entry in json.loads(routines)}


@pytest.mark.slow
def test_pip_installs_what_the_other_tests_unpack_and_a_command(built: Built, installed: Path, tmp_path: Path) -> None:
    options = ("--no-deps", "--no-index", "--no-compile", "--quiet", "--target", tmp_path / "site")
    run("-m", "pip", "install", *options, built.wheel, folder=tmp_path)
    place = tmp_path / "site"
    for path in installed.rglob("smr_audio/**/*"):
        assert (place / path.relative_to(installed)).exists(), path
    (command,) = (place / ("Scripts" if os.name == "nt" else "bin")).iterdir()
    assert command.stem == "smr-audio"
    where = run("-c", LISTED, folder=tmp_path, path=place).split("\n", 1)[0]
    assert Path(where).is_relative_to(place)


def test_an_editable_install_copies_no_content(tmp_path: Path) -> None:
    run("-c", BUILD.format("editable"), tmp_path, folder=ROOT)
    with zipfile.ZipFile(only(tmp_path, "*.whl")) as wheel:
        beside = [name for name in wheel.namelist() if ".dist-info/" not in name]
    assert beside == ["_smr_audio.pth"]
