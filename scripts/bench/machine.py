"""The machine and the versions that figures belong to."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import imageio_ffmpeg

PACKAGES: Final = (
    "smr-audio", "pyttsx3", "espeakng-loader", "pydub", "numpy", "soxr", "imageio-ffmpeg",
    "mutagen", "click",
)  # fmt: skip
PROGRAMS: Final = ("espeak-ng", "sox", "lame")


def machine() -> dict[str, Any]:
    """What figures depend on besides the program; what cannot be found is null."""
    return {
        "cpu": _line("/proc/cpuinfo", "model name") or platform.processor() or None,
        "cores": os.cpu_count(),
        "memory": _line("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "ffmpeg": imageio_ffmpeg.get_ffmpeg_version(),
        "programs": {name: _program(name) for name in PROGRAMS},
    }


def load_average() -> list[float] | None:
    """The load of the last 1, 5 and 15 minutes, where the system tells."""
    if not hasattr(os, "getloadavg"):
        return None
    return [round(load, 2) for load in os.getloadavg()]


def _line(path: str, key: str) -> str | None:
    with contextlib.suppress(OSError):
        for line in Path(path).read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(key):
                return line.partition(":")[2].strip()
    return None


def _version(name: str) -> str | None:
    with contextlib.suppress(PackageNotFoundError):
        return version(name)
    return None


def _program(name: str) -> str | None:
    path = shutil.which(name)
    if path is None:
        return None
    done = subprocess.run(
        [path, "--version"], capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return found[0] if found else None
