"""Publish sessions as a static site: files and relative links, for any host that has HTTPS.

The same content and options give the same files. A second run makes only what would be another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from smr_audio.build_key import Keys
from smr_audio.bundle import read_page
from smr_audio.errors import ContentError, SmrAudioError, UsageError
from smr_audio.installed import require, this_version
from smr_audio.library.library import is_path
from smr_audio.library.models import Page
from smr_audio.library.routine import Routine
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.preferences import Preferences
from smr_audio.progress import Progress, silent_progress
from smr_audio.publish.feed import DEFAULT_DAY, SITE_COVER, captions, chapters_json, feed_xml, released
from smr_audio.publish.handout import STYLE, handout
from smr_audio.publish.linking import PACKS, make_packs, no_score, score_json, why_not
from smr_audio.publish.listing import FEED, PAGE, SESSIONS, BaseUrl, Facts, facts_of, paths_of, sessions_json
from smr_audio.publish.staging import FileStamp, SiteEntry, SiteFile, Staging, staged
from smr_audio.records import dataclass, replace
from smr_audio.studio.postures import PAGE_FOLDER, framed, page_json, svg_files
from smr_audio.studio.studio import Studio
from smr_audio.studio.variants import Variants
from smr_audio.views.png import rgb_png, tiles_png
from smr_audio.views.text import cleaned

REPORT_FORMAT: Final = "smr-audio/site-report-1"
_LATER: Final = ("score", "cover")  # what a phone keeps of a session once it is opened
COVER_PX: Final = 1400
"""Podcast directories take covers of 1400 to 3000 px, best of 3000; many episodes would weigh."""

TILES: Final = "covers.png"
MANIFEST: Final = "manifest.webmanifest"
_SHORT: Final = 12  # letters that fit below an icon
WORKER: Final = "sw.js"
_SUFFIXES: Final = (".html", ".css", ".js", ".mjs", ".svg", ".png")


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How a site presents itself. Without an address it has no feed and no QR codes.

    An empty title is that of its language.
    `day` is when new and changed sessions come out in the feed, None to keep the dates there are.
    """

    title: str = ""
    author: str = ""
    base_url: BaseUrl | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What a run did in a folder: every file, by path, and the sessions in order."""

    folder: Path
    files: tuple[SiteFile, ...]
    sessions: tuple[Facts, ...]
    feed: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            "format": REPORT_FORMAT,
            "dir": str(self.folder),
            "sessions": [facts.id for facts in self.sessions],
            "feed": self.feed,
            "files": [{"path": file.path, "bytes": file.bytes, "status": file.status} for file in self.files],
        }


def publish(
    folder: Path,
    targets: Sequence[str],
    options: Preferences,
    *,
    studio: Studio,
    content: Sequence[Path] = (),
    site: SiteOptions | None = None,
    progress: Progress = silent_progress,
) -> SiteReport:
    """Make `folder` the site of these routines, or of all there are; visitors never see half of it.

    `content` are the studio's folders. Routines come in order of their ids. Files of an earlier
    run that are no longer needed are removed, all others stay. Raises UsageError, ContentError,
    MissingError or BuildError, before anything that was there is changed.
    """
    site = site or SiteOptions()
    if site.base_url is not None:
        require("phone", "a site with an address")
    wanted = _wanted(studio, targets, options, progress)
    # The page, and what a phone needs to keep it as an app.
    library = studio.library
    language = library.language(options.language or DEFAULT_LANGUAGE)
    words = library.page(language)
    site = replace(site, title=site.title or words("site.title"))
    shell = {**page_files(words), MANIFEST: manifest(site.title, words)}
    # What is not needed offline: the style of hand-outs, and the cover for podcast apps.
    here = Path(__file__)
    extras = {f"handouts/{STYLE}": here.with_name(STYLE).read_bytes()}
    if site.base_url:
        extras[SITE_COVER] = here.with_name(SITE_COVER).read_bytes()
    last = (SESSIONS, FEED, WORKER, PAGE) if site.base_url else (SESSIONS, WORKER, PAGE)
    own = [path for name in wanted for path in paths_of(name).values()]
    folders = [str(one.absolute()) for one in content]
    keys = Keys(folders, version=this_version(), cache=studio.cache)
    maker = SessionMaker(studio, keys, options, site.base_url, progress)
    with staged(folder, [*shell, TILES, *extras, *last, *own]) as staging:
        entries: dict[str, SiteEntry] = {}
        for name, (target, routine) in wanted.items():
            entry = maker.make(target, routine, staging)
            entries[name] = _dated(entry, entries, staging, site.day)
        for name, data in extras.items():
            staging.add(name, data)
        _stage_scores(maker, [routine for _, routine in wanted.values()], entries, staging)
        facts = [one.facts for one in entries.values()]
        sound = sum(one.bytes for name, one in staging.files.items() if name.startswith(PACKS))
        staging.add(SESSIONS, sessions_json(site.title, facts, library, sound, options))
        _stage_site(staging, shell, entries, site, words)
        made = staging.commit(entries, last=last)
    studio.cache.keep_in_bounds()
    feed = site.base_url.to(FEED) if site.base_url else None
    return SiteReport(folder, made, tuple(facts), feed)


def site_text(option: str, words: str | None) -> str:
    """A title without control characters. Raises UsageError if nothing is left."""
    if words is not None and not cleaned(words):
        raise UsageError(f"{option} has nothing in it that can be shown")
    return cleaned(words or "")


def _wanted(
    studio: Studio, targets: Sequence[str], options: Preferences, progress: Progress
) -> dict[str, tuple[str, Routine]]:
    """What to publish, by id and in the order of ids: the target that names it, and the routine."""
    found: dict[str, tuple[str, Routine]] = {}
    for target in dict.fromkeys(targets or studio.library.routine_ids()):
        routine = studio.session_of(target, options, progress=progress)
        if routine.id in found:
            raise UsageError(
                f"'{found[routine.id][0]}' and '{target}' are both called {routine.id}; give one another id"
            )
        found[routine.id] = target, routine
    if not found:
        raise UsageError("there is no routine to publish")
    return dict(sorted(found.items()))


def _stage_scores(
    maker: SessionMaker, routines: Sequence[Routine], entries: Mapping[str, SiteEntry], staging: Staging
) -> None:
    """Stage what pages link sessions from, unless no session is another than before."""
    scores = {one.id: paths_of(one.id)["score"] for one in routines}
    before = [name for name in staging.before.files if name.startswith((*scores.values(), PACKS))]
    alike = entries.keys() == staging.before.sessions.keys() and all(
        staging.before.sessions[name].key == entry.key for name, entry in entries.items()
    )
    if alike and {*scores.values()} <= {*before} and staging.holds(before):
        staging.keep(before)
        return
    studio, options = maker.studio, maker.options
    made: dict[str, Variants] = {}
    for routine in routines:
        reason = why_not(studio.compiled(routine, options))
        if reason is None:
            made[routine.id] = studio.variants(routine, options, progress=maker.progress)
        else:
            staging.add(scores[routine.id], no_score(reason))
    packs = make_packs(made.values(), studio)
    for name, variants in made.items():
        staging.add(scores[name], score_json(variants, packs, studio.library))
    for path, data in packs.files.items():
        staging.add(path, data)


def _dated(entry: SiteEntry, dated: Mapping[str, SiteEntry], staging: Staging, day: date | None) -> SiteEntry:
    """A session with the date on which it came out.

    It keeps the one it has while its sound is the same: apps sort by it, and a new one would put
    an old session on top as if it were new.
    """
    given = entry.published and not entry.published.startswith(DEFAULT_DAY.isoformat())
    sound = paths_of(entry.facts.id)["audio"]
    changed = staging.before.files.get(sound) != staging.files[sound]
    if entry.published and (day is None or (given and not changed)):
        return entry
    others = (*staging.before.sessions.values(), *dated.values())
    return replace(entry, published=released(day, (one.published for one in others)))


def _stage_site(
    staging: Staging, shell: Mapping[str, bytes], entries: Mapping[str, SiteEntry], site: SiteOptions, words: Page
) -> None:
    """Stage the files of the whole site, the worker last, since it lists the others."""
    sessions = [one.facts for one in entries.values()]
    for name, content in shell.items():
        staging.add(name, content)
    if site.base_url is not None:
        dated, author = list(entries.values()), site.author or site.title
        staging.add(FEED, feed_xml(dated, title=site.title, author=author, base_url=site.base_url, words=words))
    paths = list(map(paths_of, entries))
    staging.add(TILES, tiles_png(staging.read(one["cover"]) for one in paths))
    # The worker keeps sound when it is played, and never hand-outs or what podcast apps fetch.
    later = [one[kind] for one in paths for kind in _LATER]
    offline = [*shell, SESSIONS, TILES, *(one["plan"] for one in paths), *later]
    offline += [path for one in sessions for path in one.pictures]
    template = (PAGE_FOLDER / WORKER).read_text("utf-8")
    stamps = {name: staging.files[name] for name in offline}
    staging.add(WORKER, worker(template, stamps, later))


@cache
def _digest_of_code() -> str:
    """Of this package: in a clone, code and templates change long before the version does."""
    digest = hashlib.sha256()
    root = Path(str(files("smr_audio")))
    for path in sorted(one for end in ("py", "html", "xml") for one in root.rglob(f"*.{end}")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class SessionMaker:
    """Makes the files of sessions, unless they are there and made from the same."""

    studio: Studio
    keys: Keys
    options: Preferences
    base_url: BaseUrl | None
    progress: Progress

    def make(self, target: str, routine: Routine, staging: Staging) -> SiteEntry:
        """Stage the files of a session, the `routine` that `target` names. `published` is kept.

        Raises what building it does; a message says which session it is about.
        """
        name, paths = routine.id, paths_of(routine.id)
        # The address is in the QR codes.
        job = self.keys.key(Path(target).absolute() if is_path(target) else target, self.options)
        made_from = [_digest_of_code(), repr(self.base_url), repr(self.studio.profile), job]
        key = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()
        before = staging.before.sessions.get(name)
        files = [path for kind, path in paths.items() if kind != "score"]
        files += before.facts.pictures if before else ()
        if before and before.key == key and staging.holds(files):
            staging.keep(files)
            return before
        try:
            facts = self._write(routine, staging)
        except ContentError:
            raise  # it has its own place
        except SmrAudioError as error:
            raise type(error)(f"{name}: {error}") from error
        return SiteEntry(key, facts, before.published if before else "")

    def _write(self, routine: Routine, staging: Staging) -> Facts:
        session = self.studio.link(routine, self.options, progress=self.progress)
        plan, linked = session.plan, self.studio.file_of(session)
        language = plan.script.language
        facts = facts_of(
            plan, routine.about.texts.get(language, ""), linked.bytes, phrases=self.studio.library.phrases(language)
        )
        paths = paths_of(routine.id)
        staging.add(paths["audio"], list(linked.pieces()))
        staging.add(paths["sound"], list(self.studio.file_of(session, cover=False).pieces()))
        value = page_json(plan, self.studio.library)
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        staging.add(paths["plan"], text.encode() + b"\n")
        staging.add(paths["cover"], rgb_png(self.studio.cover(plan, size_px=COVER_PX)))
        staging.add(paths["handout"], handout(plan, facts, self.studio.library, self.base_url))
        staging.add(paths["transcript"], captions(plan))
        staging.add(paths["chapters"], chapters_json(plan))
        techniques = [block.technique for block in plan.compiled.work.blocks]
        pictures = dict(svg_files(techniques, self.studio.library, language))
        for path, svg in pictures.items():
            staging.add(path, svg)
        return replace(facts, pictures=tuple(pictures))


# The page: its files, icons, manifest and service worker.


def manifest(title: str, words: Page) -> bytes:
    """The manifest; all its addresses are relative, so it serves in any folder of a host."""
    value = json.loads((PAGE_FOLDER / MANIFEST).read_bytes())
    value |= {
        "name": title,
        "short_name": title if len(title) <= _SHORT else words("site.short"),
        "lang": words.language,
    }
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def worker(template: str, files: Mapping[str, FileStamp], later: Collection[str] = ()) -> bytes:
    """The worker for these files, filled in where `/*VERSION*/` and `[/*FILES*/]` stand.

    It keeps all but those of `later` from the start. The version is a digest of the files' content
    and of the worker's own, so that a browser sees another worker whenever, and only when, there is
    something new.
    """
    names = sorted(files)
    content = json.dumps([template, [[name, files[name].sha256] for name in names]])
    version = hashlib.sha256(content.encode()).hexdigest()[:16]
    # "./" is how a visitor asks for the page.
    first = [name for name in names if name not in later]
    listed = json.dumps(["./", *first], indent=1, ensure_ascii=False)
    return template.replace("/*VERSION*/", version).replace("[/*FILES*/]", listed).encode()


def page_files(words: Page, site: Path = PAGE_FOLDER) -> dict[str, bytes]:
    """The page's files by name, in order, without its worker."""
    found = read_page(site, _SUFFIXES)
    del found[WORKER]
    found[PAGE] = framed(found[PAGE].decode(), words, source="static")
    return dict(sorted(found.items()))
