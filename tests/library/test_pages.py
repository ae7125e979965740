"""The words of page and hand-outs: the same keys in all languages, all used, none elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from smr_audio.check import check_paths
from smr_audio.library.library import Library, shipped_content
from smr_audio.library.models import SECTIONS, Page
from smr_audio.studio.frame import PAGE_FOLDER

ENGLISH = Library().page("en")
SCRIPTS = {path.name: path.read_text("utf-8") for path in PAGE_FOLDER.glob("*.js")}
# Names of the browser's own that look like words.
BROWSERS = re.compile(r"Arrow\w+|Home|End|serviceWorker|\w+Error|Range|[A-Z][a-z]+-[A-Z][a-z]+")


def every_text(page: Page) -> Iterator[str]:
    """Each form and item of all sections."""
    for text in (one for section in page.sections.values() for one in section.values()):
        yield from text.other if isinstance(text.other, tuple) else (text.other, text.one or "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_text_for_people_stands_in_a_script(name: str) -> None:
    script = re.sub(r"/\*[\s\S]*?\*/|(?m:(?:^|\s)//.*$)", "", SCRIPTS[name])
    for before, text in re.findall(r"(\w*:? ?)(\"[^\"\n]*\"|`[^`]*`)", script):
        bare = re.sub(r"\$\{[^}]*\}", "0", text[1:-1])
        words = re.search(r"[A-Z][a-z]|[a-z] +[a-z]|0 [a-z]", bare)
        assert not words or before == "class: " or BROWSERS.fullmatch(bare), text


def test_every_word_is_used_and_every_one_used_is_there() -> None:
    files = PAGE_FOLDER.parent.rglob("*.py")
    code = "\n".join([*SCRIPTS.values(), *(path.read_text("utf-8") for path in files)])
    for key in (key for section in SECTIONS for key in ENGLISH.sections[section]):
        # The end of a key may be a value: of an option, a grade or a finding.
        stems = "|".join([key, *(key[: at.start()] for at in re.finditer("_", key))])
        assert re.search(rf'["`.]({stems})(["`]|_\$?{{)', code), key
    for section, key in re.findall(rf'"({"|".join(SECTIONS)})\.(?!css")(\w+)"', code):
        assert key in ENGLISH.sections[section], key
    for key in re.findall(r'\bt\("(\w+)"', "".join(SCRIPTS.values())):
        assert key in ENGLISH.sections["page"], key


@pytest.mark.parametrize(("before", "after", "message"), [
    ("  loading: Loading\n", "", "page lacks 'loading'; add it"),
    ("  loading:", "  loadin: x\n  loading:", "'loadin' is not a key of page; did you mean"),
    ('"{n} min"', '"{m} min"', "min must have {n}"),
    ("loading: Loading", 'loading: "Loading {"', "loading must have no placeholder"),
    ("    - dizziness\n", "", "stop must have 7 texts"),
    ("loading: Loading", "loading: {one: x}", "a text lacks 'other'; add it"),
])  # fmt: skip
def test_a_language_that_differs_from_english_is_told(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    french(tmp_path)
    (tmp_path / "pages").mkdir()
    text = (shipped_content() / "pages/en.yaml").read_text("utf-8")
    assert text.count(before) == 1
    text = text.replace(before, after).replace("language: en", "language: fr")
    (tmp_path / "pages/fr.yaml").write_text(text, "utf-8")
    (problem,) = check_paths([tmp_path]).problems
    assert message in str(problem)


def french(folder: Path) -> None:
    """Phrases in another language, whose words do not matter."""
    (folder / "phrases").mkdir()
    text = (shipped_content() / "phrases/zh.yaml").read_text("utf-8")
    (folder / "phrases/fr.yaml").write_text(re.sub(r"\bzh\b", "fr", text), "utf-8")


def test_a_language_without_words_of_the_page_is_told(tmp_path: Path) -> None:
    french(tmp_path)
    problems = check_paths([], folders=[tmp_path], language="fr").problems
    assert "there is no pages/fr.yaml; add it" in [one.message for one in problems]
    assert Library([tmp_path]).page("fr").language == "en"
