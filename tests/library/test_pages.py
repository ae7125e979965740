"""The words of page and hand-outs: the same keys in all languages, all used, none elsewhere."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from smr_audio.check import check_paths
from smr_audio.library.library import Library
from smr_audio.library.models import SECTIONS, Page
from smr_audio.library.search import shipped_content
from smr_audio.studio.postures import PAGE_FOLDER

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
    script = re.sub(r"/\*[\s\S]*?\*/|(?m:(?:^|\s)//.*$)|(?<=button\()\"[^\"]*\"", "", SCRIPTS[name])
    for before, text in re.findall(r"(\w*:? ?)(\"[^\"\n]*\"|`[^`]*`)", script):
        bare = re.sub(r"\$\{[^}]*\}", "0", text[1:-1])
        words = re.search(r"[A-Z][a-z]|[a-z] +[a-z]|0 [a-z]", bare)
        assert not words or before == "class: " or BROWSERS.fullmatch(bare), text


def test_every_word_is_used_and_every_one_used_is_there() -> None:
    files = (one for end in ("py", "html", "xml") for one in PAGE_FOLDER.parent.rglob(f"*.{end}"))
    code = "\n".join([*SCRIPTS.values(), *(path.read_text("utf-8") for path in files)])
    for key in chain(*(ENGLISH.sections[section] for section in SECTIONS)):
        # Its end may be a value: of an option, a grade or a finding.
        stems = "|".join([key, *(key[: at.start()] for at in re.finditer("_", key))])
        assert re.search(rf'["`.]({stems})(["`]|_\$?{{)', code), key
    used = re.findall(rf'"({"|".join(SECTIONS)})\.(?!css|html)(\w+)"', code)
    used += [("page", key) for key in re.findall(r'\bt\("(\w+)"', code)]
    assert [(section, key) for section, key in used if key not in ENGLISH.sections[section]] == []


@pytest.mark.parametrize(("before", "after", "message"), [
    ("", "", "no pages/fr.yaml; add it"),
    ("  loading: Loading\n", "", "page lacks 'loading'; add it"),
    ("  loading:", "  loadin: x\n  loading:", "'loadin' is not a key of page; did you mean"),
    ('"{n} min"', '"{m} min"', "min must have {n}"),
    ("    - dizziness\n", "", "stop must have 7 texts"),
    ("loading: Loading", "loading: {one: x}", "a text lacks 'other'; add it"),
])  # fmt: skip
def test_a_language_that_differs_from_english_is_told(tmp_path: Path, before: str, after: str, message: str) -> None:
    phrases = (shipped_content() / "phrases/zh.yaml").read_text("utf-8")
    text = (shipped_content() / "pages/en.yaml").read_text("utf-8")
    text = text.replace(before, after, 1).replace("language: en", "language: fr")
    for name, content in (("phrases", re.sub(r"\bzh\b", "fr", phrases)), ("pages", text)):
        (tmp_path / name).mkdir()
        if before or name == "phrases":
            (tmp_path / name / "fr.yaml").write_text(content, "utf-8")
    problems = check_paths([], folders=[tmp_path], language="fr").problems
    assert [one for one in problems if message in one.message]
