"""Shipped content files, changed by hands that know YAML and mean harm."""

import random
import re
from functools import cache
from typing import Final

from smr_audio.library.search import shipped_content

PROFILE: Final = b"""\
kind: profile
tools: [foam_roller, fascia_ball, bench]
limits: [hips]
level: 2
weaker_side: left
talk: {all: follow, hamstring-ball-knee: learn}
safety: short
hold: {all: 40, hamstring-roller-bench: 45}
fit: 10m
swap: {hamstring-ball-press: hamstring-ball-knee}
"""
SETTINGS: Final = b"""\
settings: {sets: 2, rest: 30, hold: {all: +10}, sides: both, extra: left, pace: relaxed,
  rate: 1.1, calls: [begin, halfway], countdown: voice, metronome: true, cues: soft,
  loudness: loud, keep_awake: high, skip: [], talk: learn, cue_sounds: {start: a.wav}}
"""
VALUES: Final = tuple(
    text.encode() for text in (
        "0", "-1", "1e999", "-.inf", ".nan", "9" * 400, "9" * 5000, "0x" + "f" * 300, "1e-320",
        "0.1", "true", "~", "''", '""', "[]", "{}", "[[]]", "{a: {b: {c: {d: e}}}}", "{en: ''}",
        "{en: x, zh: y, de: z}", "*x", "&x y", "!!python/object:os.system x", "!t x", "|\n  x",
        ">-\n  x", "- -", "? a", "'\\x00'", '"\\x00\\x1b[31m"', '"\\u202e\\u2066x"', '"\\ud800"',
        '"\\U0001F600"', "腘绳肌", "e\u0301" * 40, "x" * 5000, "a b " * 700, "../../etc/passwd",
        "C:\\con", "con", "nul.yaml", "/dev/zero", "~root/x", "{side}", "{other}", "{0}", "{",
        "}", "{{side}}", "{side.__class__}", "%s%n", "[pause 2s]", "[pause 1e9s]", "[pause]",
        "[pause -1s]", "*a*", "**", "*", "1/0", "1-2-3", "0:60", "24h", "1h99m", "0s", "+10", "-3x",
        "3x", "both", "left", "en", "x-klingon", "hamstrings", "hamstring-ball-press",
        "hamstring-roller-floor", "full", "2026-02-30", "5 kg", "10%", "№ 5", "½", "³", "١٢",
        "\uff11", "12345678901234567890", "1.000.000", "1,5", "3-5 s", "e.g.", "\u017f", "İ", "ß",
        "\u0000",
    )
)  # fmt: skip
_KEYS: Final = (b"en", b"zh", b"then_s", b"technique", b"hold", b"all", b"sets")
_TOKEN: Final = re.compile(rb"[A-Za-z_]+|[0-9.]+|\"[^\"\n]*\"|\s+|.", re.DOTALL)
_VALUE: Final = re.compile(rb"(?<=: )[^\n{}\[\],]+|(?<=\[)[^\]\n]*(?=\])|(?<=- )[^\n]+")
PACK: Final = b"""\
kind: pack
id: acme
title: {en: "Acme's calves", zh: "Acme"}
about: {en: "For runners."}
version: 1.2
author: A. Coach
license: CC0-1.0
languages: [en, zh]
"""


@cache
def seeds() -> tuple[bytes, ...]:
    """Every shipped content file, and what no shipped file shows."""
    paths = sorted(shipped_content().rglob("*.yaml"))
    shipped = [path.read_bytes() for path in paths]
    routine = next(text for text in shipped if b"id: hamstrings-basic" in text)
    return (*shipped, PROFILE, PACK, routine + SETTINGS)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A file with one to six things changed in it."""
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        data = rng.choice(_HOW)(data, rng)
    return data[:1_100_000]


def _value(data: bytes, rng: random.Random) -> bytes:
    if not (found := list(_VALUE.finditer(data))):
        return data + rng.choice(VALUES)
    where = rng.choice(found)
    return data[: where.start()] + rng.choice(VALUES) + data[where.end() :]


def _line(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    what = rng.randrange(5)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(to, lines[at])
    elif what == 2:
        lines[at], lines[to] = lines[to], lines[at]
    elif what == 3:
        lines[at] = rng.choice((b" ", b"  ", b"\t", b"- ", b"    ")) + lines[at]
    else:
        lines[at] = lines[at].lstrip()
    return b"\n".join(lines)


def _foreign(data: bytes, rng: random.Random) -> bytes:
    lines, other = data.split(b"\n"), rng.choice(seeds()).split(b"\n")
    at, size = rng.randrange(len(other)), rng.choice((1, 1, 2, 5))
    to = rng.randrange(len(lines) + 1)
    return b"\n".join(lines[:to] + other[at : at + size] + lines[to:])


def _token(data: bytes, rng: random.Random) -> bytes:
    tokens = _TOKEN.findall(data)
    if not tokens:
        return data
    at = rng.randrange(len(tokens))
    tokens[at] = rng.choice((b"", tokens[at] * 2, rng.choice(tokens), rng.choice(VALUES)))
    return b"".join(tokens)


def _raw(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.choice((1, 1, 2, 4))) + data[at + rng.randrange(3) :]


def _grown(data: bytes, rng: random.Random) -> bytes:
    """The same again and again, nested or beside it."""
    many = rng.choice((2, 30, 300, 3000))
    part = rng.choice((b"[", b"{a: ", b"- ", b"a: 1\n", b"  ", b"\n", b"#", b"'", b"*a* ", b"{side} "))
    at = rng.randrange(len(data) + 1)
    return data[:at] + part * many + data[at:]


def _encoded(data: bytes, rng: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    coded = rng.choice(("utf-16", "utf-16-be", "utf-32", "latin-1", "utf-8-sig", "utf-7", "cp037"))
    return text.encode(coded, "replace")


def _keyed(data: bytes, rng: random.Random) -> bytes:
    """A whole value made up under one of the keys of the file."""
    lines = data.split(b"\n")
    tops = [at for at, line in enumerate(lines) if line[:1].isalpha() and b":" in line]
    if not tops:
        return data
    at = rng.choice(tops)
    end = next((top for top in tops if top > at), len(lines))
    key = lines[at].split(b":")[0]
    return b"\n".join([*lines[:at], key + b": " + _node(rng, depth=3), *lines[end:]])


def _node(rng: random.Random, *, depth: int) -> bytes:
    kind = rng.randrange(3) if depth else 0
    parts = [_node(rng, depth=depth - 1) for _ in range(rng.randrange(4))] if kind else []
    if kind == 1:
        return b"[" + b", ".join(parts) + b"]"
    if kind == 2:
        return b"{" + b", ".join(rng.choice(_KEYS) + b": " + part for part in parts) + b"}"
    return rng.choice(VALUES)


_HOW: Final = (_keyed, _value, _value, _value, _value, _line, _line, _foreign, _token, _token, _raw,
               _grown, _encoded)  # fmt: skip
