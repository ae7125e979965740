"""scripts/torture: its table is right, its cases are the same for a seed, and a sample is well."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest
from torture import mutate
from torture.__main__ import SUBCOMMANDS, main
from torture.mutations import mutated, seeds

ROOT = Path(__file__).resolve().parents[2]


def test_every_ordeal_has_a_main_and_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert main(["nothing"]) == 2
    assert "there is no ordeal 'nothing'" in capsys.readouterr().err
    for name, text in SUBCOMMANDS.items():
        assert f"{name:<10}{text}" in listed
        source = (ROOT / "scripts" / "torture" / f"{name}.py").read_text("utf-8")
        begins = r"\ndef (main\(argv: list\[str\]\) -> int|run\(run: Run\) -> None):"
        assert re.search(begins, source)


def test_a_seed_gives_the_same_cases() -> None:
    one, two = ([mutated(seeds()[0], random.Random(n)) for n in range(20)] for _ in range(2))
    assert one == two
    assert len(set(one)) > 15


@pytest.mark.skipif(sys.platform == "win32", reason="has no alarm to end a case that hangs")
def test_a_sample_of_bad_content_is_refused_in_words_or_planned(tmp_path: Path) -> None:
    from torture.case import Bench

    bench = Bench(tmp_path, traced=False)
    for number in range(25):
        rng = random.Random(number)
        fault = bench.run(mutated(rng.choice(seeds()), rng))
        assert fault is None or fault.signature in ("slow", "memory"), fault
    assert bench.tally.refused > 3


@pytest.mark.skipif(sys.platform == "win32", reason="has no alarm to end a case that hangs")
def test_a_bad_case_is_cut_down_to_what_makes_it_bad() -> None:
    from torture.case import minimised

    data = b"kind: routine\n" * 50 + b"title: abc{def\n" + b"steps: []\n" * 50
    assert minimised(data, lambda part: b"c{d" in part) == b"c{d"


def test_what_no_test_noticed_is_told_by_file(capsys: pytest.CaptureFixture[str]) -> None:
    listed = "    smr_audio.a.b.x_f__mutmut_1: killed\n    smr_audio.a.b.x_f__mutmut_2: survived\n"
    assert mutate.report(listed, "") == 0
    assert capsys.readouterr().out.splitlines() == [
        "a.b                     1 of 2 noticed (50.0%)",
        "survived: smr_audio.a.b.x_f__mutmut_2",
    ]
