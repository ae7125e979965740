"""The files of one session in a site: sound, cover, plan, hand-out, transcript, chapters."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from smr_audio.build_key import Keys
from smr_audio.errors import ContentError, SmrAudioError
from smr_audio.library.library import is_path
from smr_audio.library.models import Routine
from smr_audio.options.preferences import Preferences
from smr_audio.progress import Progress
from smr_audio.publish.base_url import BaseUrl
from smr_audio.publish.handout.document import handout
from smr_audio.publish.listing import Facts, facts_of, paths_of
from smr_audio.publish.page import COVER_PX, rgb_png
from smr_audio.publish.staging import SiteEntry, Staging
from smr_audio.studio.postures import page_json, svg_files
from smr_audio.studio.studio import Studio
from smr_audio.views.podcast import captions, chapters_json


@cache
def _digest_of_code() -> str:
    """Of this package: in a clone, code changes long before the version does."""
    digest = hashlib.sha256()
    root = Path(str(files("smr_audio")))
    for path in sorted(root.rglob("*.py")):
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
        before, key = staging.before.sessions.get(name), self._key(target)
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

    def _key(self, target: str) -> str:
        """A digest of all that the files are made from; the address is in the QR codes."""
        routine = Path(target).absolute() if is_path(target) else target
        job = self.keys.key(routine, self.options)
        made_from = [_digest_of_code(), repr(self.base_url), repr(self.studio.profile), job]
        return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()

    def _write(self, routine: Routine, staging: Staging) -> Facts:
        session = self.studio.link(routine, self.options, progress=self.progress)
        plan, linked = session.plan, self.studio.file_of(session)
        language = plan.script.language
        facts = facts_of(
            plan,
            routine.about.texts.get(language, ""),
            linked.bytes,
            phrases=self.studio.library.phrases(language),
        )
        paths = paths_of(routine.id)
        staging.add(paths["audio"], list(linked.pieces()))
        staging.add(paths["sound"], list(self.studio.file_of(session, cover=False).pieces()))
        value = page_json(plan, self.studio.library)
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        staging.add(paths["plan"], text.encode() + b"\n")
        staging.add(paths["cover"], rgb_png(self.studio.cover(plan, size_px=COVER_PX)))
        content = handout(plan, facts, self.studio.library, self.base_url)
        staging.add(paths["handout"], content)
        staging.add(paths["transcript"], captions(plan))
        staging.add(paths["chapters"], chapters_json(plan))
        techniques = [block.technique for block in plan.compiled.work.blocks]
        pictures = dict(svg_files(techniques, self.studio.library, language))
        for path, svg in pictures.items():
            staging.add(path, svg)
        return replace(facts, pictures=tuple(pictures))
