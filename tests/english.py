"""Shipped content in English alone, for tests that change a line of it, and content files."""

import re
from pathlib import Path

from smr_audio.library.search import shipped_content

_WIDTH = 100


def technique_text(name: str) -> str:
    """A shipped technique's file as it would be without its other languages."""
    text = (shipped_content() / "techniques" / f"{name}.yaml").read_text("utf-8")
    text = re.sub(r', zh: "[^"]*"', "", text)
    text = re.sub(r'\n +zh: "[^"]*"', "", text)
    return re.sub(r'( *)(- |\w+:\n +)en: ("[^"]*")((?:\n +(?:then_s|safety): \S+)*)(?=\n)', _on_one_line, text)


def _on_one_line(match: re.Match[str]) -> str:
    indent, start, words, more = match.groups()
    rest = "".join(f", {key.strip()}" for key in more.split("\n") if key.strip())
    line = f"{indent}{start.split(chr(10))[0].rstrip()} {{en: {words}{rest}}}"
    return line if len(line) <= _WIDTH else match[0]


def with_keys(text: str, words: str, keys: str) -> str:
    """The file of a technique with more keys at the line of these words."""
    line = re.compile(rf'\{{en: "{re.escape(words)}"[^\n]*?(?=\}}(?:$|\n|,))')
    changed, count = line.subn(lambda found: f"{found[0]}, {keys}", text)
    assert count == 1, words
    return changed


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file of a content folder, such as `techniques/mine.yaml`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
