"""Plan and make sessions: what the two threads of the server do, each with its own studio."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from smr_audio import units
from smr_audio.build_key import Keys
from smr_audio.errors import BuildError
from smr_audio.installed import this_version
from smr_audio.library.library import Library
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.mp3.id3 import Tags
from smr_audio.mp3.linker import LinkedFile
from smr_audio.options.preferences import Preferences
from smr_audio.profile.model import Profile
from smr_audio.progress import Progress
from smr_audio.records import asdict, dataclass
from smr_audio.serve.catalog import MOST_SESSION_S, SessionRequest, library_json, read_catalog, read_request
from smr_audio.session.compose import Composition
from smr_audio.storage.cache import Cache
from smr_audio.studio.plan import Plan
from smr_audio.studio.postures import INDEX, PAGE_FOLDER, framed, page_json, svg_files
from smr_audio.studio.session import Session
from smr_audio.studio.studio import Studio


@dataclass(frozen=True, slots=True)
class PlayableSession:
    """A session that can be streamed, without a file on disk. `plan` is its JSON.

    `sound` is for the page to play. It has no cover and no manifest, and while the session is
    made only its beginning is there. `etag` is for HTTP: the id decides sound, file and cover.
    """

    etag: str
    session: Session
    sound: LinkedFile
    plan: bytes
    bytes: int


@dataclass(frozen=True, slots=True)
class MadeSession(PlayableSession):
    """A session of which all is made; `file` is for downloads."""

    tags: Tags
    file: LinkedFile


@dataclass(frozen=True, slots=True)
class ServerContext:
    """The library, the cache and the profile that sessions are made with.

    The planner reads all of the library at the start and nothing changes it later, so the two
    threads may share it. `content` are its folders.
    """

    library: Library
    content: tuple[Path, ...]
    cache: Cache
    profile: Profile | None

    def studio(self) -> Studio:
        return Studio(content=self.library, cache=self.cache, profile=self.profile)


class Planner:
    """Plans sessions, for one thread. At first it reads all content, and raises what is wrong."""

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._studio = context.studio()
        self._keys = Keys(tuple(map(str, context.content)), version=this_version(), cache=context.cache)
        wanted = context.profile.preferences.language if context.profile else None
        language = context.library.language(wanted or DEFAULT_LANGUAGE)
        self.catalog = read_catalog(context.library, language)
        self.library = json_bytes(library_json(self.catalog, context.library, context.profile))
        html = (PAGE_FOLDER / INDEX).read_text("utf-8")
        self.own_files = {
            INDEX: framed(html, context.library.page(language), source="live"),
            **dict(svg_files(self.catalog.techniques.values(), context.library, language)),
        }

    def plan(self, body: bytes) -> tuple[str, SessionRequest, bytes]:
        """For the body of a request to `api/plan`: the session's id, the request and the answer.

        Nothing is spoken. Raises UsageError and the like.
        """
        request = read_request(body, self.catalog)
        found = self._studio.estimate(request.target, request.preferences)
        check_length(found.plan)
        name = self._digest(request)
        answer = {
            "session": name,
            "ready": not found.missing,
            "missing": found.missing,
            "plan": page_json(found.plan, self._context.library),
            # Without what is only about options, or about what to write on the command line.
            "warnings": [
                {"code": one.code, "text": self.plainly(one.text.partition("; --")[0])}
                for one in found.plan.warnings
                if not one.text.startswith("--")
            ],
        }
        return name, request, json_bytes(answer)

    def plainly(self, text: str) -> str:
        """A message with the titles of techniques for their ids, and without dashes of options."""

        for name in re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", text):
            if technique := self.catalog.techniques.get(name):
                text = text.replace(name, technique.name.shown(DEFAULT_LANGUAGE))
        return text.replace("--", "")

    def _digest(self, request: SessionRequest) -> str:
        """A hash of everything that decides the sound, content and encoder included."""
        profile = self._context.profile
        stored = profile.preferences_of(request.target.id) if profile else Preferences()
        parts = [
            self._keys.key(request.target.id, request.preferences.over(stored)),
            request.target.muscles if isinstance(request.target, Composition) else None,
            asdict(request.preferences),
            asdict(stored),
        ]
        text = json.dumps(parts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class Maker:
    """Speaks and encodes what is not cached, and links sessions. For one thread."""

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._studio: Studio | None = None

    def make(
        self, name: str, request: SessionRequest, progress: Progress, on_playable: Callable[[PlayableSession], None]
    ) -> MadeSession:
        """The session for a request, all of it. Raises BuildError and the like.

        `on_playable` gets it once it can be played while the rest of it is made.
        """
        studio = self._studio = self._studio or self._context.studio()
        routine, options = request.target, request.preferences
        if isinstance(routine, Composition):
            routine = studio.compose(routine, options, progress=progress)

        def playable(session: Session) -> PlayableSession:
            check_length(session.plan)
            plan = json_bytes(page_json(session.plan, studio.library))
            frames = sum(frames for frames, _ in set(session.product.shapes))
            sound = studio.file_of(session, cover=False, manifest=False)
            size = frames * session.stream.frame_bytes + len(plan)
            return PlayableSession(f'"{name}"', session, sound, plan, size)

        session = studio.link(routine, options, progress=progress, on_laid=lambda laid: on_playable(playable(laid)))
        studio.cache.keep_in_bounds()
        session.plan.clips.let_go()  # the sound is in the frames
        made = playable(session)
        tags, file = studio.tags_of(session.plan), studio.file_of(session)
        return MadeSession(made.etag, session, made.sound, made.plan, made.bytes, tags, file)


def json_bytes(value: Any) -> bytes:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def check_length(plan: Plan) -> None:
    """Raise BuildError for a session that is longer than a phone is served."""
    seconds = plan.duration_ms // 1000
    if seconds > MOST_SESSION_S:
        raise BuildError(
            f"this would take {units.clock(seconds)}, and {units.clock(MOST_SESSION_S)} is the "
            "most here; ask for fewer sets or shorter holds"
        )
