"""requirements.lock covers pyproject.toml and works with plain pip anywhere."""

import re

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.installed import PYPROJECT, ROOT

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ENTRY = re.compile(r"^(?P<pin>[^\s#][^\\\n]*?) \\\n(?P<hashes>(?: {4}--hash=.*\n)+)", re.MULTILINE)
MINORS = ("3.10", "3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


def pins() -> list[Requirement]:
    return [Requirement(found["pin"]) for found in ENTRY.finditer(LOCK)]


def declared() -> list[Requirement]:
    groups = (
        PYPROJECT["project"]["dependencies"],
        PYPROJECT["dependency-groups"]["dev"],
        PYPROJECT["build-system"]["requires"],
    )
    return [Requirement(text) for group in groups for text in group]


def environment(system: str, minor: str) -> dict[str, str]:
    return {
        **SYSTEMS[system], "python_version": minor, "python_full_version": f"{minor}.5",
        "platform_python_implementation": "CPython", "implementation_name": "cpython",
    }  # fmt: skip


def applies(marker: Marker | None, where: dict[str, str]) -> bool:
    return marker is None or marker.evaluate(where)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("minor", MINORS)
def test_every_dependency_has_one_fitting_version(system: str, minor: str) -> None:
    where = environment(system, minor)
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
    rest = ENTRY.sub("", LOCK)
    assert [line for line in rest.splitlines() if not re.match(r" +# ", line)] == []
    assert all([s.operator for s in pin.specifier] == ["=="] for pin in pins())
    hashes = re.findall(r"--hash=(\S+)", LOCK)
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in hashes)
    assert not re.search(r"://|file:| @ |^-|\s/", LOCK, re.MULTILINE)  # no entry names a place
    # pip 24 fails at a marker for the kernel where its release is no version, as on most of Linux.
    assert not re.search(r"platform_(release|version)", LOCK)
