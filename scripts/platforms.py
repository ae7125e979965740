"""Print which locked packages have no wheel where, from scripts/wheels.json.

Usage: .venv/bin/python scripts/platforms.py

`lock.py` asks the package index for what that file does not have yet: once for each package.
"""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
STORED = ROOT / "scripts" / "wheels.json"
PYTHONS = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
ENTRY = re.compile(r"^(?P<pin>[^\s#][^\\\n]*?) \\\n(?P<hashes>(?: {4}--hash=.*\n)+)", re.MULTILINE)
PLATFORMS = (
    "Linux x86_64", "Linux aarch64", "Alpine x86_64", "Alpine aarch64",
    "macOS x86_64", "macOS arm64", "Windows AMD64", "Windows ARM64",
)  # fmt: skip
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "Alpine": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}

Lacking = dict[str, dict[str, list[str]]]
"""Of each entry of the lock, by platform, the Pythons for which it has no wheel."""


def main() -> int:
    for pin, places in lacking(LOCK.read_text("utf-8")).items():
        for platform, pythons in places.items():
            print(f"{platform:15} {pin.partition(';')[0]:28} {' '.join(pythons)}")
    return 0


def lacking(lock: str) -> Lacking:
    """Return what has no wheel. What the stored file does not have is asked for, and stored."""
    stored: Lacking = json.loads(STORED.read_text("utf-8")) if STORED.exists() else {}
    found = {}
    for entry in ENTRY.finditer(lock):
        key = f"{entry['pin']}; {PYTHONS[0]} to {PYTHONS[-1]}"
        if key not in stored:
            stored[key] = lacking_of(Requirement(entry["pin"]), entry["hashes"])
        found[key] = stored[key]
    text = ",\n".join(f"{json.dumps(key)}: {json.dumps(found[key])}" for key in sorted(found))
    STORED.write_text(f"{{\n{text}\n}}\n", "utf-8", newline="\n")
    return {pin: places for pin, places in found.items() if places}


def lacking_of(pin: Requirement, hashes: str) -> dict[str, list[str]]:
    print(f"asking for the files of {pin.name}", file=sys.stderr)
    request = urllib.request.Request(
        f"{index()}/{pin.name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    tags: set[Tag] = set()
    for file in files:
        if file["filename"].endswith(".whl") and file["hashes"]["sha256"] in hashes:
            tags |= parse_wheel_filename(file["filename"])[3]
    return {
        platform: [python for _, python in cells]
        for platform, cells in groupby(cells_without(pin, tags), key=lambda cell: cell[0])
    }


def cells_without(pin: Requirement, tags: set[Tag]) -> Iterator[tuple[str, str]]:
    for platform in PLATFORMS:
        for python in PYTHONS:
            wanted = pin.marker is None or pin.marker.evaluate(environment(platform, python))
            if wanted and tags.isdisjoint(tags_of(platform, python)):
                yield platform, python


def environment(platform: str, python: str) -> dict[str, str]:
    """Return what markers see there."""
    system, machine = platform.split()
    return {
        **SYSTEMS[system], "platform_machine": machine,
        "python_version": python, "python_full_version": f"{python}.5",
        "platform_python_implementation": "CPython", "implementation_name": "cpython",
    }  # fmt: skip


def tags_of(platform: str, python: str) -> set[Tag]:
    """Return what wheels may be called there: on glibc 2.28, musl 1.2 or macOS 14 at the oldest."""
    system, machine = platform.split()
    if system == "macOS":
        names = list(mac_platforms((14, 0), machine))
    elif system == "Windows":
        names = [f"win_{machine.lower()}"]
    elif system == "Alpine":
        names = [f"musllinux_1_{minor}_{machine}" for minor in range(3)]
    else:
        minors = [f"_2_{minor}" for minor in range(5, 29)]
        names = [f"manylinux{it}_{machine}" for it in (*minors, "1", "2010", "2014")]
    version = tuple(map(int, python.split(".")))
    interpreter = "cp" + python.replace(".", "")
    return {*cpython_tags(version, platforms=names), *compatible_tags(version, interpreter, names)}


def index() -> str:
    """Return the address of the package index that pip uses."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if own := re.search(r"\.index-url='([^']*)'", listed):
        return own[1].rstrip("/")
    from pip._internal.models.index import PyPI

    return str(PyPI.simple_url)


if __name__ == "__main__":
    sys.exit(main())
