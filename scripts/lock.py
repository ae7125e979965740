"""Rewrite requirements.lock: every package this project needs, with hashes, for every platform.

Run it after changing dependencies in pyproject.toml. Versions already in the lock stay;
`--upgrade`, or `--upgrade-package NAME`, moves them. It needs `uv`: on PATH, or in the
environment of the Python that runs it.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("linux", "aarch64-unknown-linux-gnu", "macos", "x86_64-apple-darwin", "windows")
# A kernel's release is often no version ("6.8.0-45-generic"), and then pip 24 fails at the marker,
# on Linux too. Without it an old macOS installs parts of pyobjc that it cannot use; none is harmed.
KERNEL_RELEASE = re.compile(r"platform_release [<>]=? '[^']*' and ")
WITHOUT_WHEEL = ("docopt",)  # pure Python; built with the locked setuptools
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
        problems = unwanted_lines(text)
        problems += missing_wheels(uv, draft, environment)
        if problems:
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


def missing_wheels(uv: list[str], lock: Path, environment: dict[str, str]) -> list[str]:
    """Return what cannot be installed without a compiler, by platform and Python."""
    problems = []
    for python, platform in product(PYTHONS, PLATFORMS):
        command = [*uv, "pip", "install", "--dry-run", "--no-config", "--no-deps", "--quiet"]
        command += ["--require-hashes", "--only-binary", ":all:", "--target", str(lock.parent)]
        command += [f"--no-binary={name}" for name in WITHOUT_WHEEL]
        command += ["--python-platform", platform, "--python-version", python, "-r", str(lock)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            problems.append(f"{platform}, Python {python}: {done.stderr.strip()}")
    return problems


if __name__ == "__main__":
    sys.exit(main())
