"""Rewrite requirements.lock: every package this project needs, with hashes, for every platform.

Run it with the Python of .venv after changing dependencies in pyproject.toml. Versions already in
the lock stay; `--upgrade`, or `--upgrade-package NAME`, moves them. It needs `uv`: on PATH, or in
the environment of the Python that runs it. What has wheels where is written to wheels.json.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from _venv import WITHOUT_WHEEL
from platforms import LOCK, PYTHONS, ROOT, lacking

# A kernel's release is often no version ("6.8.0-45-generic"), and then pip 24 fails at the marker,
# on Linux too. Without it an old macOS installs parts of pyobjc that it cannot use; none is harmed.
KERNEL_RELEASE = re.compile(r"platform_release [<>]=? '[^']*' and ")
COMPILE = (
    *("pip", "compile", "pyproject.toml", "--group", "dev"),
    *("--universal", "--python-version", PYTHONS[0], "--generate-hashes"),
    *("--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-config", "--quiet"),
)


def main() -> int:
    uv = find_uv()
    if uv is None:
        print("lock: uv is not installed: run `pip install uv`, then this again", file=sys.stderr)
        return 4
    # What this machine adds to the registry must not reach the lock.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / LOCK.name
        if LOCK.exists():
            shutil.copyfile(LOCK, draft)  # uv keeps the versions it finds there
        command = [*uv, *COMPILE, "--output-file", str(draft), *sys.argv[1:]]
        if status := subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            return status
        text = KERNEL_RELEASE.sub("", draft.read_text("utf-8"))
        draft.write_text(text, "utf-8", newline="\n")
        if problems := unwanted_lines(text) + missing_wheels(text):
            print("lock: not written:", *problems, sep="\n  ", file=sys.stderr)
            return 1
        LOCK.write_bytes(draft.read_bytes())
    print(f"lock: wrote {LOCK.name}", file=sys.stderr)
    return 0


def find_uv() -> list[str] | None:
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    found = shutil.which("uv")
    return [found] if found else None


def unwanted_lines(lock: str) -> list[str]:
    """Return the lines that name a place or a kernel: they would work on some machines only."""
    unwanted = re.compile(r"://|file:|\s@\s|^-|\s/|platform_(release|version)")
    return [line for line in lock.splitlines() if unwanted.search(line)]


def missing_wheels(lock: str) -> list[str]:
    """Return what cannot be installed without a compiler on the platforms that have all else."""
    return [
        f"{platform} has no wheel of {pin} for {' '.join(pythons)}"
        for pin, places in lacking(lock).items()
        for platform, pythons in places.items()
        if platform not in ("Windows ARM64", "Alpine x86_64", "Alpine aarch64") and not pin.startswith(WITHOUT_WHEEL)
    ]


if __name__ == "__main__":
    sys.exit(main())
