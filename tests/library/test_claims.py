"""What content may claim: only what the evidence allows, and nothing that it rules out."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from smr_audio.library.library import Library
from smr_audio.library.load import lines_of
from smr_audio.library.models import Claim, LocalText
from tests.tables import tables

ROOT = Path(__file__).parents[2]
POLICY = Library().claims()
LANGUAGES = ("en", "zh")

# What each ruled out claim may be dressed up as, in the order of the policy.
PLANTED = tables(__file__)["planted"]


def finds(claim: Claim, text: str, language: str) -> bool:
    """Whether a text of a language makes a claim: by its language's pattern, or the English."""
    assert claim.pattern is not None
    patterns = {claim.pattern.texts[name] for name in (language, "en")}
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def content_texts() -> Iterator[LocalText]:
    library = Library()
    for routine in map(library.load, library.routine_ids()):
        yield from (routine.title, routine.about)
    for technique in map(library.technique, library.technique_ids()):
        yield from (technique.name, technique.about)
        if technique.for_whom is not None:
            yield technique.for_whom
        yield from (line.text for line in lines_of(technique))
    limits = library.limits()
    yield from map(limits.text, limits.ids)


def phrase_texts() -> Iterator[tuple[str, str]]:
    library = Library()
    for language in library.languages():
        phrases = library.phrases(language)
        lines = (line.text for group in phrases.lines.values() for line in group)
        yield from in_languages([*lines, *phrases.titles.values()])
        words = (phrases.words, phrases.tools, phrases.muscles)
        yield from ((text, language) for table in words for text in table.values())


def in_languages(texts: Iterable[LocalText]) -> Iterator[tuple[str, str]]:
    yield from ((words, language) for text in texts for language, words in text.texts.items())


def page_texts() -> Iterator[tuple[str, str]]:
    """Paragraphs of the README and the docs, without code; not the evidence, nor the policy."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        if page.name == "evidence.md":  # it tells what is ruled out
            continue
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"## Claims\n.*?(?=\n## |\Z)", "", text, flags=re.DOTALL)
        yield from ((" ".join(part.split()), "en") for part in text.split("\n\n"))


def command_texts() -> Iterator[tuple[str, str]]:
    """What `--help` says of every command and option."""
    from smr_audio.cli.main import COMMANDS, group

    context = group.make_context("smr-audio", ["list"], resilient_parsing=True)
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        yield from ((COMMANDS[name], "en"), (command.help or "", "en"))
        yield from ((getattr(option, "help", None) or "", "en") for option in command.params)


SOURCES = {
    "content": lambda: in_languages(content_texts()),
    "phrases": phrase_texts,
    "pages": page_texts,
    "commands": command_texts,
}


@pytest.mark.parametrize("source", SOURCES)
def test_no_text_makes_a_claim_that_is_ruled_out(source: str) -> None:
    texts = list(SOURCES[source]())
    assert len(texts) > 30
    assert [
        (claim.claim.get("en"), text)
        for claim in POLICY.avoid
        for text, language in texts
        if finds(claim, text, language)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_pattern_finds_its_claim_and_what_it_may_be_dressed_up_as(language: str) -> None:
    for claim, planted in zip(POLICY.avoid, PLANTED[language], strict=True):
        assert claim.pattern is not None
        own = claim.pattern.get(language)  # not the English one, which would hide a lack
        for text in (claim.claim.get(language), *planted):
            assert re.search(own, text, re.IGNORECASE), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_pattern_rules_out_what_is_allowed(language: str) -> None:
    for allowed in POLICY.allowed:
        text = allowed.claim.get(language)
        assert [c.claim.get("en") for c in POLICY.avoid if finds(c, text, language)] == []


def test_a_claim_in_another_language_is_found_by_the_english_pattern_too() -> None:
    (fascia,) = (c for c in POLICY.avoid if "fascia" in c.claim.get("en"))
    assert finds(fascia, "这就是 myofascial release。", "zh")
    assert not finds(fascia, "放松，拿开筋膜球。", "zh")


def test_the_page_of_the_evidence_says_what_was_found_in_each_reference() -> None:
    page = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8").split("## 8. References")[0]
    assert set(re.findall(r"`([a-z_]+\d{4}\w*|\w+_pages?|sotiriadis)`", page)) == set(Library().evidence().references)


def test_a_reference_is_cited_by_its_authors_and_where_it_is() -> None:
    references = Library().evidence().references
    assert references["wilke2018"].cite == (
        "Wilke J, Vogt L, Banzer W (2018). Immediate effects of self-myofascial release on latent "
        "trigger point sensitivity: a randomized, placebo-controlled trial. "
        "Biol Sport 35(4):349-354. doi:10.5114/biolsport.2018.78055"
    )
    assert references["sullivan2013"].cite.startswith("Sullivan KM et al. (2013). Roller-")
    assert references["sullivan2013"].cite.endswith(" 8(3):228-236. PMC3679629")
    assert references["mroc_page"].cite.endswith("/blog/83228 (not looked up again)")


# What a session says of why, by the claims that cover it.
REASON = {
    "This may help you move more freely for a while.": "May help you move more freely",
    "Weeks of it do more than one session.": "Weeks of it do more for flexibility",
}


@pytest.mark.parametrize("said", REASON)
def test_the_reason_that_is_said_is_allowed(said: str) -> None:
    (claim,) = (c for c in POLICY.allowed if c.claim.get("en").startswith(REASON[said]))
    assert claim.refs
    assert [c.claim.get("en") for c in POLICY.avoid if finds(c, said, "en")] == []


def test_the_page_of_the_evidence_has_each_technique_by_its_grade() -> None:
    page = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    told = {}
    for grade, row in re.findall(r"^\|([ABC])\|(.*)\|$", page, re.MULTILINE):
        for name, finding in re.findall(r"`([\w-]+)`( \([\w ]+\))?", row):
            told[name] = grade, finding.strip(" ()") or None
    words = {"mixed": "mixed", "no_change": "no change found", None: None}
    library = Library()
    techniques = map(library.technique, library.technique_ids())
    assert told == {t.id: (t.grade, words[t.finding]) for t in techniques}


def test_what_no_trial_supports_is_said_to_be_so() -> None:
    """Grade C promises nothing; a null finding is told in plain words. All say why."""
    library = Library()
    for name in (*library.routine_ids(), *library.technique_ids()):
        assert len(library.load(name).about.get("en")) > 80
    for technique in map(library.technique, library.technique_ids()):
        about = technique.about.get("en")
        if technique.finding == "no_change":
            assert "no change" in about
            assert "May help you move" not in about
        if technique.grade == "C" and not technique.refs:
            assert "No trial" in about


def test_spoken_lines_are_short_enough_to_follow() -> None:
    library = Library()
    for name in library.technique_ids():
        technique = library.technique(name)
        for line in lines_of(technique):
            assert len(line.text.get("en").split()) <= 20
        for line in technique.coaching.values():
            assert len(line.text.get("en").split()) <= 12, line.text.get("en")
