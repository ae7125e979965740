"""The files of one session in a site: sound, cover, plan, hand-out, transcript, chapters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from smr_audio.errors import ContentError, SmrAudioError
from smr_audio.library.models import Routine
from smr_audio.options.preferences import Preferences
from smr_audio.progress import Progress
from smr_audio.publish.base_url import BaseUrl
from smr_audio.publish.handout.document import handout
from smr_audio.publish.key import SiteKeys
from smr_audio.publish.listing import facts_of, paths_of
from smr_audio.publish.page import COVER_PX
from smr_audio.publish.site_ledger import Facts, SiteEntry
from smr_audio.publish.staging import Staging
from smr_audio.studio.plan import Plan
from smr_audio.studio.studio import Studio
from smr_audio.views.podcast import captions, chapters_json


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session to publish: what it was named by, and what that is."""

    target: str
    routine: Routine


@dataclass(frozen=True, slots=True)
class SessionMaker:
    """Makes the files of sessions, or leaves them when they are there, made from the same."""

    studio: Studio
    options: Preferences
    keys: SiteKeys
    base_url: BaseUrl | None
    progress: Progress

    def make(self, wanted: Wanted, staging: Staging) -> SiteEntry:
        """Stage the files of a session. `published` is what it was.

        Raises what building it does; a message says which session it is about.
        """
        name, paths = wanted.routine.id, paths_of(wanted.routine.id)
        before, key = staging.before.sessions.get(name), self.keys.key(wanted.target)
        if before and before.key == key and staging.holds(paths.values()):
            staging.keep(paths.values())
            return before
        with _about(name):
            facts = self._write(wanted.routine, staging)
        return SiteEntry(key, facts, before.published if before else "")

    def _write(self, routine: Routine, staging: Staging) -> Facts:
        session = self.studio.link(routine, self.options, progress=self.progress)
        plan, linked = session.plan, self.studio.file_of(session)
        language = plan.script.language
        facts = facts_of(
            plan,
            routine.about.shown(language),
            linked.bytes,
            phrases=self.studio.library.phrases(language),
        )
        paths = paths_of(routine.id)
        staging.add(paths["audio"], list(linked.pieces()))
        staging.add(paths["sound"], list(self.studio.file_of(session, cover=False).pieces()))
        for kind, content in self._small_files(plan, facts):
            staging.add(paths[kind], content)
        return facts

    def _small_files(self, plan: Plan, facts: Facts) -> Iterator[tuple[str, bytes]]:
        yield "plan", plan_json(plan)
        yield "cover", self.studio.cover(plan, size_px=COVER_PX)
        yield "handout", handout(plan, facts, self.studio.library, self.base_url)
        yield "transcript", captions(plan)
        yield "chapters", chapters_json(plan)


def plan_json(plan: Plan) -> bytes:
    """A plan as a file: the `plan-1` JSON, small enough for a phone's connection."""
    text = json.dumps(plan.as_json(), separators=(",", ":"), ensure_ascii=False)
    return text.encode() + b"\n"


@contextmanager
def _about(name: str) -> Iterator[None]:
    """Say of an error which session it is about; content says by itself where it is."""
    try:
        yield
    except ContentError:
        raise
    except SmrAudioError as error:
        raise type(error)(f"{name}: {error}") from error
