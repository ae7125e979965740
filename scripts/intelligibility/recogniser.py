"""A recogniser that knows the lines and nothing else: pocketsphinx with its US English model."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 16_000

Words = tuple[str, ...]

# What the model's dictionary lacks, in its own phones.
PRONUNCIATIONS: Final[Mapping[str, str]] = {"crossways": "K R AO S W EY Z", "thinners": "TH IH N ER Z"}


def words_of(line: str) -> Words:
    plain = line.lower().replace("’", "'").replace("-", " ")
    return tuple(re.findall(r"[a-z']+", plain))


def speakable(lines: Iterable[str]) -> tuple[dict[str, Words], dict[str, Words]]:
    """The words of each line that can be recognised, and of each that a word is missing for.

    A line of the same words as one before it is not a line of its own.
    """
    known = {*_dictionary(), *PRONUNCIATIONS}
    fit: dict[str, Words] = {}
    unfit: dict[str, Words] = {}
    for line in lines:
        words = words_of(line)
        missing = tuple(word for word in words if word not in known)
        if missing or re.search(r"[0-9]", line):
            unfit[line] = missing
        elif words not in fit.values():
            fit[line] = words
    return fit, unfit


class Recogniser:
    """Hears one line at a time, as one of those it was made with, or as none.

    `lattice` keeps the decoder's last pass, which goes through a lattice of words: it may end a
    line early, and so hear what is no line at all.
    """

    def __init__(self, lines: Iterable[Words], *, lattice: bool) -> None:
        # Untyped, and read only where a line is heard: whoever only counts lines needs none.
        import pocketsphinx

        model = Path(pocketsphinx.get_model_path("en-us"))
        # Each line is heard whole and by itself, so nothing is carried to the next (`batch`).
        # Wide beams: in noise as loud as the voice its own give up every line.
        config = pocketsphinx.Config(
            beam=1e-120, wbeam=1e-80, pbeam=1e-120,
            hmm=str(model / "en-us"), dict=str(model / "cmudict-en-us.dict"), lm=None,
            cmn="batch", bestpath=lattice, loglevel="FATAL",
        )  # fmt: skip
        self._decoder: Any = pocketsphinx.Decoder(config)
        for word, phones in PRONUNCIATIONS.items():
            self._decoder.add_word(word, phones, False)
        transitions, end = _grammar(lines)
        self._decoder.add_fsg("lines", self._decoder.create_fsg("lines", 0, end, transitions))
        self._decoder.activate_search("lines")

    def hear(self, sound: NDArray[np.float64]) -> Words:
        """The words of what is heard, none if nothing fits; 16 kHz mono in [-1, 1]."""
        steps = np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2")
        self._decoder.start_stream()  # or what it learnt of the last noise would count here
        self._decoder.start_utt()
        self._decoder.process_raw(steps.tobytes(), full_utt=True)
        self._decoder.end_utt()
        best = self._decoder.hyp()
        return tuple(best.hypstr.split()) if best else ()


def _grammar(lines: Iterable[Words]) -> tuple[list[tuple[Any, ...]], int]:
    """The lines as a tree of words: (from, to, probability, word), and the state all end in.

    The same language as a list of alternatives, with the beginnings they share heard once.
    """
    whole = list(lines)
    states: dict[Words, int] = {(): 0}
    transitions: list[tuple[Any, ...]] = []
    for line in whole:
        for length in range(1, len(line) + 1):
            begun = line[:length]
            if begun not in states:
                states[begun] = len(states)
                transitions.append((states[begun[:-1]], states[begun], 1.0, begun[-1]))
    end = len(states)
    transitions += [(states[line], end, 1.0) for line in whole]
    return transitions, end


def _dictionary() -> set[str]:
    import pocketsphinx

    path = Path(pocketsphinx.get_model_path("en-us")) / "cmudict-en-us.dict"
    with path.open(encoding="utf-8") as lines:
        return {line.split(maxsplit=1)[0] for line in lines if line.strip()}
