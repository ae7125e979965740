"""Plan and make sessions for the phone: what the server's threads do, each with a studio."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from smr_audio import units
from smr_audio.build_key import Keys
from smr_audio.errors import BuildError
from smr_audio.library.library import Library
from smr_audio.mp3.id3 import Tags
from smr_audio.mp3.linker import LinkedFile
from smr_audio.options.preferences import Preferences
from smr_audio.profile.model import Profile
from smr_audio.progress import Progress
from smr_audio.serve.catalog import Catalog, known_of, library_json
from smr_audio.serve.limits import MOST_SESSION_S
from smr_audio.serve.requests import SessionRequest, read_wish
from smr_audio.session.compose import Composition
from smr_audio.session.script import Notice
from smr_audio.storage.cache import Cache
from smr_audio.studio.plan import Plan
from smr_audio.studio.session import Session
from smr_audio.studio.studio import Studio


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """The answer to `api/plan`, and the wish that its session is made of."""

    id: str
    wish: SessionRequest
    body: bytes


@dataclass(frozen=True, slots=True)
class MadeSession:
    """A session that can be streamed: nothing of it is a file. `plan` is its JSON.

    `file` is to keep, `sound` the same without the cover, for the page to play.
    """

    id: str
    session: Session
    tags: Tags
    file: LinkedFile
    sound: LinkedFile
    plan: bytes
    bytes: int

    @property
    def etag(self) -> str:
        """Its name for HTTP: of an id there is one sound, one file to keep and one cover."""
        return f'"{self.id}"'


@dataclass(frozen=True, slots=True)
class ServerContext:
    """Where sessions come from: a library, the cache, and whom they are for.

    The planner reads all of the library before anybody else looks; from then on it stays as it
    is, so two threads may share it. `content` are its folders.
    """

    library: Library
    content: tuple[Path, ...]
    cache: Cache
    profile: Profile | None
    version: str

    def studio(self) -> Studio:
        """A studio of its own for a thread."""
        return Studio(content=self.library, cache=self.cache, profile=self.profile)


class Planner:
    """Says what sessions will be like. For one thread."""

    def __init__(self, house: ServerContext) -> None:
        """Read all content, so that it stays as it is now. Raises what is wrong with it."""
        self._house = house
        self._studio = house.studio()
        self._keys = Keys(tuple(map(str, house.content)), version=house.version)
        self.known: Catalog = known_of(self._studio.library)
        told = library_json(self.known, self._studio.library, house.profile)
        self.library: bytes = json_bytes(told)

    def plan(self, body: bytes) -> PlannedSession:
        """The plan that a body asks for; nothing is spoken. Raises UsageError and the like."""
        wish = read_wish(body, self.known)
        found = self._studio.estimate(wish.target, wish.preferences)
        check_length(found.plan)
        name = self._digest(wish)
        answer = {
            "session": name,
            "ready": not found.missing,
            "missing": found.missing,
            "plan": found.plan.as_json(),
            "warnings": _warnings(found.plan.warnings),
        }
        return PlannedSession(name, wish, json_bytes(answer))

    def _digest(self, wish: SessionRequest) -> str:
        """A name for all that decides how the session sounds, down to content and encoder."""
        profile = self._house.profile
        kept = profile.preferences_of(wish.id) if profile else Preferences()
        parts = [
            self._keys.key(wish.id, wish.preferences.over(kept)),
            wish.target.muscles if isinstance(wish.target, Composition) else None,
            asdict(wish.preferences),
            asdict(kept),
        ]
        text = json.dumps(parts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class Maker:
    """Speaks and encodes what sessions lack, and links them. For one thread."""

    def __init__(self, house: ServerContext) -> None:
        """Nothing is read yet."""
        self._house = house
        self._studio: Studio | None = None

    def make(self, name: str, wish: SessionRequest, progress: Progress) -> MadeSession:
        """The session of a wish, ready to be streamed. Raises BuildError and the like."""
        studio = self._studio = self._studio or self._house.studio()
        routine, options = wish.target, wish.preferences
        if isinstance(routine, Composition):
            routine = studio.compose(routine, options, progress=progress)
        session = studio.link(routine, options, progress=progress)
        check_length(session.plan)
        studio.cache.keep_in_bounds()
        session.plan.clips.let_go()  # the sound is in the frames
        plan = json_bytes(session.plan.as_json())
        frames = sum(len(each.frames) for each in session.product.segments.values())
        tags = studio.tags_of(session.plan)
        file, sound = studio.file_of(session), studio.file_of(session, cover=False)
        return MadeSession(name, session, tags, file, sound, plan, frames + len(plan))


def json_bytes(value: Any) -> bytes:
    """JSON as short as can be."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "backslashreplace"
    )


def check_length(plan: Plan) -> None:
    """Raise BuildError for a session that is longer than a phone is served."""
    seconds = plan.duration_ms // 1000
    if seconds > MOST_SESSION_S:
        raise BuildError(
            f"this would take {units.clock(seconds)}, and {units.clock(MOST_SESSION_S)} is the "
            "most here; ask for fewer sets or shorter holds"
        )


def _warnings(warnings: Iterable[Notice]) -> Sequence[dict[str, str]]:
    return [{"code": warning.code, "text": warning.text} for warning in warnings]
