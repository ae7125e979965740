"""How long from saving a changed hold to the new MP3, by `build --watch`.

Usage: python scripts/watching.py [--voice NAME] [--saves N]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_S = 60.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voice", default="auto")
    parser.add_argument("--saves", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        times = measured(Path(folder), asked.voice, asked.saves)
    print(f"{len(times)} saves: median {statistics.median(times):.2f} s, most {max(times):.2f} s")
    return 0


def measured(folder: Path, voice: str, saves: int) -> list[float]:
    """Seconds from each save to the file being put in place."""
    command = [sys.executable, "-m", "smr_audio"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, "new", "routine", "mine"], cwd=folder, env=environment, check=True,
                   capture_output=True)  # fmt: skip
    path, output = folder / "routines" / "mine.yaml", folder / "a.mp3"
    text = path.read_text("utf-8")
    build = [*command, "build", "routines/mine.yaml", "--voice", voice, "-o", "a.mp3", "--watch"]
    with subprocess.Popen(build, cwd=folder, env=environment, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:  # fmt: skip
        try:
            changed(output, None)
            time.sleep(1)  # the watch begins
            times = []
            for save in range(saves):
                before, started = output.stat().st_mtime_ns, time.monotonic()
                path.write_text(text.replace("hold: 30,", f"hold: {31 + save},"), "utf-8")
                changed(output, before)
                times.append(time.monotonic() - started)
                time.sleep(0.5)
            return times
        finally:
            process.terminate()


def changed(path: Path, before: int | None) -> None:
    """Wait until a file is there, and another one than before."""
    started = time.monotonic()
    while not path.exists() or path.stat().st_mtime_ns == before:
        if time.monotonic() - started > LIMIT_S:
            raise TimeoutError(f"{path} did not change")
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main())
