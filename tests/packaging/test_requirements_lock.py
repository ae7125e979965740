"""requirements.lock covers pyproject.toml and works with plain pip anywhere."""

import json
import re
import runpy
from types import SimpleNamespace

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.installed import MINORS, PYPROJECT, ROOT

platforms = SimpleNamespace(**runpy.run_path(str(ROOT / "scripts" / "platforms.py")))

LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def pins() -> list[Requirement]:
    return [Requirement(found["pin"]) for found in platforms.ENTRY.finditer(LOCK)]


def declared() -> list[Requirement]:
    groups = (
        PYPROJECT["project"]["dependencies"],
        PYPROJECT["dependency-groups"]["dev"],
        PYPROJECT["build-system"]["requires"],
    )
    return [Requirement(text) for group in groups for text in group]


def applies(marker: Marker | None, where: dict[str, str]) -> bool:
    return marker is None or marker.evaluate(where)


@pytest.mark.parametrize("platform", platforms.PLATFORMS)
@pytest.mark.parametrize("minor", platforms.PYTHONS)
def test_every_dependency_has_one_fitting_version(platform: str, minor: str) -> None:
    where = platforms.environment(platform, minor)
    locked: dict[str, list[Version]] = {}
    for pin in pins():
        if applies(pin.marker, where):
            [version] = pin.specifier
            locked.setdefault(canonicalize_name(pin.name), []).append(Version(version.version))
    assert not {name: versions for name, versions in locked.items() if len(versions) > 1}
    for wanted in declared():
        if applies(wanted.marker, where):
            [version] = locked.get(canonicalize_name(wanted.name), [None])
            assert version is not None, f"{wanted.name} is not locked: run scripts/lock.py"
            assert wanted.specifier.contains(version), f"{wanted}: run scripts/lock.py"


def test_every_entry_is_pinned_and_hashed() -> None:
    rest = platforms.ENTRY.sub("", LOCK)
    assert [line for line in rest.splitlines() if not re.match(r" +# ", line)] == []
    assert all([s.operator for s in pin.specifier] == ["=="] for pin in pins())
    hashes = re.findall(r"--hash=(\S+)", LOCK)
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in hashes)
    assert not re.search(r"://|file:| @ |^-|\s/", LOCK, re.MULTILINE)  # no entry names a place
    # pip 24 fails at a marker for the kernel where its release is no version, as on most of Linux.
    assert not re.search(r"platform_(release|version)", LOCK)


def test_what_has_no_wheel_is_known_and_a_session_is_built_without_it() -> None:
    stored = json.loads(platforms.STORED.read_text("utf-8"))
    spread = f"{platforms.PYTHONS[0]} to {platforms.PYTHONS[-1]}"
    locked = {f"{found['pin']}; {spread}" for found in platforms.ENTRY.finditer(LOCK)}
    assert set(stored) == locked, "run scripts/lock.py"
    lacking = {
        (platform, pin.partition("==")[0])
        for pin, places in stored.items()
        for platform, pythons in places.items()
        if platform != "Windows ARM64" or pythons[-1] > "3.11"  # it has no numpy for older ones
    }
    replaceable = {"espeakng-loader", "imageio-ffmpeg", "soxr"}
    of_tests = {"grimp", "onnxruntime", "piper-tts", "playwright"}
    assert lacking == {(platform, "docopt") for platform in platforms.PLATFORMS} | {
        (platform, name) for platform in ("Alpine x86_64", "Alpine aarch64") for name in replaceable | of_tests
    }
    source = (ROOT / "scripts" / "_venv.py").read_text("utf-8")
    assert all(f'"{name}"' in source for name in replaceable)


def test_the_pythons_are_the_same_everywhere() -> None:
    first, last = f"3.{MINORS[0]}", f"3.{MINORS[-1]}"
    assert [*MINORS] == [*range(MINORS[0], MINORS[-1] + 1)]
    assert PYPROJECT["project"]["requires-python"] == f">={first}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == first
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{first.replace('.', '')}"
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    tested = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert tested == [f"3.{minor}" for minor in MINORS]
    assert f"Python {first} to {last}" in (ROOT / "README.md").read_text("utf-8")
