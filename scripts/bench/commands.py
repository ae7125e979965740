"""The commands with both voices, for the session of the source article, and its rivals."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from bench import inputs, rivals
from bench.cases import BUILD, OUTPUT, SYSTEM, Case, Run, built, command
from bench.process import Place, run, tap

CONTENT: Final = Path(__file__).resolve().parents[2] / "content"
ROUTINE: Final = "hamstrings"
VOICES: Final = {"hibari:heart": "Heart", SYSTEM: "system's"}
WORD: Final = ("techniques/hamstring-ball-press.yaml", "a steady bench", "a firm bench")


def cases(stage: Path) -> Iterator[Case]:
    yield Case("help", "`--help`", "", command("--help"))
    yield Case("check", "`check`, all content", "", command("check"))
    for voice, name in VOICES.items():
        yield from _of_voice(stage, voice, name)
    pieces = inputs.pieces(Place(stage / "pieces", SYSTEM), ROUTINE)
    for what, rival in rivals.ways(pieces).items():
        yield Case("rivals", what, VOICES[SYSTEM], rival)


def _of_voice(stage: Path, voice: str, name: str) -> Iterator[Case]:
    file, word, new = WORD
    before, after = (CONTENT / file).read_text("utf-8").split(word)
    inputs.write(stage / "changed" / file, before + new + after)
    table = inputs.write_table(stage / "jobs.csv", ROUTINE, rows=20, distinct=20)
    warm = built(stage, voice, ROUTINE)

    def cold(*words: str) -> Run:
        return command(*words, voice=voice)

    def cached(*words: str) -> Run:
        return command(*words, voice=voice, warm=warm)

    @cache
    def published() -> Place:
        place = Place(stage / f"{name}-site", voice)
        run(place, *site)
        return place

    build, plan, site = (*BUILD, ROUTINE), ("plan", ROUTINE), ("publish", "site", ROUTINE)
    for what, measured in {
        "`build`, nothing cached": cold(*build),
        "`build`, all cached": cached(*build),
        "`build`, one hold changed": cached(*build, "--hold", "hamstring-barbell=40"),
        "`build`, one word changed": cached(*build, "--content", str(stage / "changed")),
        "`build`, `--loudness` changed": cached(*build, "--loudness", "loud"),
        "`plan`, nothing cached": cold(*plan),
        "`plan`, all cached": cached(*plan),
        "`serve`, nothing cached": lambda folder: tap(Place(folder, voice), ROUTINE),
        "`serve`, all cached": lambda _: tap(warm(), ROUTINE),
        "`verify`": lambda _: run(warm(), "verify", OUTPUT),
        "`batch` of 20, one cached": cached("batch", str(table), "-o", "files"),
        "`publish` of one, it is cached": cached(*site),
        "`publish` again": lambda _: run(published(), *site),
    }.items():
        yield Case(what.split("`")[1], what, name, measured)
