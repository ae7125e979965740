"""Change the code in small ways with mutmut, in a copy, and count the changes no test notices.

Usage: python scripts/torture mutate [--minutes 30] [--examples 6] [--folder FOLDER] [GROUP ...]

A group is some files and the tests that must notice what is changed in them; without any, all.
With --folder the copies stay, one a group, and the next run goes on in them; `mutmut show NAME`,
run there, shows a change.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
COPIED: Final = ("smr_audio", "tests", "content", "scripts", "pyproject.toml", "README.md")
GROUPS: Final = {
    "reader": (("smr_audio/library/yaml_reader.py",), ("tests/library/test_reader.py",)),
    "linker": (("smr_audio/mp3/linker.py",), ("tests/mp3/test_linker.py",
                                              "tests/mp3/test_linker_pieces.py")),
    "hold": (("smr_audio/timeline/hold.py", "smr_audio/timeline/hold.py",
              "smr_audio/timeline/hold.py", "smr_audio/timeline/hold.py",
              "smr_audio/timeline/lengths.py"), ("tests/timeline",)),
    "schedule": (("smr_audio/timeline/schedule.py",), ("tests/timeline",)),
    "fit": (("smr_audio/timeline/fit.py", "smr_audio/timeline/fit.py"),
            ("tests/studio/test_fitting.py", "tests/timeline/test_fit.py")),
}  # fmt: skip
"""Files, and the tests that must notice. Nearly every test reads YAML, so mutmut, which runs all
that pass through a change, would try each change of the reader with all of them."""
_RESULT: Final = re.compile(r"^ +(\S+): (.+)$", re.MULTILINE)


def copy_project(folder: Path, group: str, examples: int) -> None:
    """Copy what the tests need. Each change is tried by some, so Hypothesis tries fewer cases."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, dirs_exist_ok=True,
                            ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
        else:
            shutil.copy2(source, folder / name)
    conftest = folder / "tests" / "conftest.py"
    text = conftest.read_text("utf-8")
    conftest.write_text(re.sub(r"max_examples=\d+", f"max_examples={examples}", text), "utf-8")
    files, tests = GROUPS[group]
    there = [name for name in tests if (ROOT / name).exists()]
    config = folder / "pyproject.toml"
    text = config.read_text("utf-8")
    for key, values in (
        ("only_mutate", list(files)), ("pytest_add_cli_args_test_selection", there),
    ):  # fmt: skip
        text = re.sub(rf"^{key} = \[[^\]]*\]", f"{key} = {json.dumps(values)}", text, flags=re.M)
    config.write_text(text, "utf-8")


def mutmut(folder: Path, *arguments: str, minutes: float | None = None) -> str:
    """Run mutmut in the copy; ended after some minutes, it keeps what it knows."""
    environment = {**os.environ, "PYTHONPATH": "", "COLUMNS": "200", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "mutmut", *arguments], cwd=folder, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            return process.communicate(timeout=None if minutes is None else minutes * 60)[0]
        except subprocess.TimeoutExpired:
            for number in (signal.SIGINT, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return process.communicate(timeout=20)[0]
            raise


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="torture mutate", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--examples", type=int, default=6)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(sorted(unknown))}; there are "
                     f"{', '.join(GROUPS)}")  # fmt: skip
    if importlib.util.find_spec("mutmut") is None:
        print("mutmut is not installed; install the group 'torture'", file=sys.stderr)
        return 4
    status, groups = 0, arguments.groups or list(GROUPS)
    until = time.monotonic() + arguments.minutes * 60
    with contextlib.ExitStack() as stack:
        root = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for number, group in enumerate(groups):
            folder = root / group
            folder.mkdir(parents=True, exist_ok=True)
            copy_project(folder, group, arguments.examples)
            left = max(until - time.monotonic(), 60) / 60 / (len(groups) - number)
            said = mutmut(folder, "run", "--max-children", str(arguments.workers), minutes=left)
            status = max(status, report(mutmut(folder, "results", "--all", "true"), said))
    return status


def report(listed: str, said: str) -> int:
    """Print the share of changes that were noticed, by file, and each that was not."""
    results = _RESULT.findall(listed)
    if not results:
        print(said[-4000:], file=sys.stderr)
        return 1
    by_file: dict[str, Counter[str]] = {}
    for name, verdict in results:
        file = name.rsplit(".", 1)[0].removeprefix("smr_audio.")
        by_file.setdefault(file, Counter())[verdict] += 1
    for file, counts in sorted(by_file.items()):
        print(f"{file:<24}{_share(counts)}", flush=True)
    for name, verdict in results:
        if verdict in ("survived", "no tests", "suspicious"):
            print(f"{verdict}: {name}")
    return 0


def _share(counts: Counter[str]) -> str:
    noticed = counts["killed"] + counts["timeout"] + counts["segfault"]
    missed = counts["survived"] + counts["no tests"] + counts["suspicious"]
    tried = noticed + missed
    share = f"{noticed / tried:.1%}" if tried else "none tried"
    left = sum(counts.values()) - tried
    return f"{noticed} of {tried} noticed ({share})" + (f", {left} not tried" if left else "")
