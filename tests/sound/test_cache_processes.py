"""Processes that use, trim, clear and wreck one cache at once: a miss or the right bytes."""

import json
import os
import subprocess
import sys

import pytest

from smr_audio.storage.cache import Cache
from tests.sound.test_cache import KEY

HAMMER = """
import hashlib, json, os, random, shutil, sys, time
from pathlib import Path
from smr_audio.errors import BuildError
from smr_audio.storage.cache import Cache

root, seed, wrecks = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "wreck"
lasts_s = float(sys.argv[4])
chance = random.Random(seed)
heard = []
cache = Cache(root, on_trouble=heard.append)
cache.max_bytes = 150_000
counts = {"hit": 0, "miss": 0, "put": 0, "unkept": 0, "trim": 0, "clear": 0, "undeleted": 0}
end = time.monotonic() + lasts_s

def data(number):
    return hashlib.shake_256(str(number).encode()).digest(number * 20)

def wreck():
    files = [path for path in root.rglob("*") if path.is_file()]
    if chance.random() < 0.05:
        shutil.rmtree(root, ignore_errors=True)
    elif files:
        path = chance.choice(files)
        path.write_bytes(path.read_bytes()[: chance.randrange(3000)] + chance.randbytes(20))

# On a busy machine a second is few rounds, and what is rare would never come up.
rounds = 0
while time.monotonic() < end or rounds < 1000:
    rounds += 1
    number, dice = chance.randrange(200), chance.random()
    key = {"number": number}
    try:
        if dice < 0.55:
            got = cache.get(key)
            assert got is None or got == data(number), number
            counts["miss" if got is None else "hit"] += 1
        elif dice < 0.96:
            counts["put" if cache.put(key, data(number)) else "unkept"] += 1
        elif dice < 0.98:
            cache.keep_in_bounds()
        elif dice < 0.99:
            trimmed = cache.trim(chance.randrange(200_000))
            counts["trim"] += trimmed.removed
            assert trimmed.removed >= 0 <= trimmed.bytes
        elif dice < 0.995:
            counts["clear"] += cache.clear()
        elif cache.info().entries and wrecks:
            try:
                wreck()
            except OSError:
                pass
    except BuildError:
        counts["undeleted"] += 1
print(json.dumps({**counts, "heard": heard}))
"""


@pytest.mark.parametrize("lasts_s", [1, pytest.param(5, marks=pytest.mark.slow)])
@pytest.mark.parametrize("wreck", ["no", "wreck"])
def test_processes_that_put_get_trim_and_clear_at_once_never_read_a_wrong_byte(
    tmp_path, wreck, lasts_s
):
    root = tmp_path / "cache"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", HAMMER, str(root), str(seed), wreck, str(lasts_s)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for seed in range(4)
    ]  # fmt: skip
    done = [(*process.communicate(timeout=60), process.returncode) for process in processes]
    assert [(error, status) for _, error, status in done] == [("", 0)] * 4
    counts = [json.loads(output) for output, _, _ in done]
    for what in ("hit", "miss", "put", "trim", "clear"):
        assert sum(count[what] for count in counts) > 0, what
    if wreck == "no" and os.name == "posix":
        for count in counts:
            assert (count["unkept"], count["undeleted"], count["heard"]) == (0, 0, [])
        assert all(path.suffix == ".smr" for path in root.rglob("*") if path.is_file())
    cache = Cache(root)
    cache.put(KEY, b"sound")
    assert cache.get(KEY) == b"sound"
