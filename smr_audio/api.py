"""The library's verbs; `import smr_audio` gives them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from smr_audio.errors import ContentError
from smr_audio.library.library import Library
from smr_audio.library.routine import Routine
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.preferences import Preferences
from smr_audio.profile import model as profiles
from smr_audio.profile.model import Profile
from smr_audio.progress import Progress, silent_progress
from smr_audio.session.compose import Composition
from smr_audio.storage.cache import Cache
from smr_audio.studio import listing
from smr_audio.studio.listing import Listed, ListedKind
from smr_audio.studio.output.mp3_file import BuildReport
from smr_audio.studio.plan import Plan
from smr_audio.studio.saying import Said
from smr_audio.studio.studio import Studio
from smr_audio.verification.report import Verification
from smr_audio.voices.engine import Voice
from smr_audio.voices.registry import AUTO


def load(target: str | Path | Mapping[str, Any], *, content: Iterable[str | Path] = ()) -> Routine:
    """The routine of an id, a YAML file's path, or a dict; a technique stands as a routine of one.

    The dict has the keys of such a file: `{"title": "Calves", "steps": [{"technique":
    "calf-roller-seated", "hold": 45}]}`. `content` are folders of one's own, searched first. Raises
    UsageError for what is not there, ContentError for what does not check.
    """
    return Library(content).load(target)


def load_profile(path: str | Path | None = None, *, content: Iterable[str | Path] = ()) -> Profile | None:
    """The profile of a file, or the user's own; None if there is none.

    The other functions use no profile unless one is given. Raises ContentError for a damaged one.
    """
    return profiles.load_profile(Library(content), None if path is None else Path(path))


def list_all(kind: ListedKind, *, content: Iterable[str | Path] = ()) -> tuple[Listed, ...]:
    """Every "routine", "technique", "course", "muscle", "tool" or "limit" that there is.

    `content` are folders of one's own. Raises ContentError for what does not check.
    """
    found, problems = listing.listed(Library(content), kind)
    if problems:
        raise ContentError(problems)
    return tuple(found)


def list_voices(language: str | None = None) -> tuple[Voice, ...]:
    """The voices of this machine, or those that speak a language; `Voice.id` names one."""
    from smr_audio.voices.registry import all_voices  # looks at every engine

    return tuple(voice for voice in all_voices() if language is None or voice.speaks(language))


def plan(
    target: str | Path | Mapping[str, Any] | Composition | Routine,
    preferences: Preferences | None = None,
    *,
    profile: Profile | None = None,
    content: Iterable[str | Path] = (),
    cache: Cache | None = None,
    progress: Progress = silent_progress,
) -> Plan:
    """What a session says and when, and why. Speaks what is not cached yet.

    `target` is what `load` takes or gives, or a Composition of muscles; `preferences` win over the
    `profile`, that over the routine. Raises UsageError, ContentError, MissingError or BuildError,
    each with what to do.
    """
    studio = Studio(content=content, cache=cache, profile=profile)
    routine = studio.session_of(target, preferences, progress=progress)
    return studio.plan(routine, preferences, progress=progress)


def draw(plan: Plan, path: str | Path) -> None:
    """Draw a plan as a strip of time into an .svg or .png file, 360 px wide.

    An old file stays until the new one is whole. Raises UsageError for another suffix,
    BuildError if the file cannot be written.
    """
    from smr_audio.views.files import save_picture  # no build needs it

    save_picture(plan, Path(path))


def transcript(plan: Plan) -> str:
    """A plan as Markdown to read: every line, cue, hold and pause with its time."""
    from smr_audio.views import transcript as text  # no build needs it

    return text.transcript(plan)


def build(
    target: str | Path | Mapping[str, Any] | Composition | Routine,
    output: str | Path,
    preferences: Preferences | None = None,
    *,
    profile: Profile | None = None,
    content: Iterable[str | Path] = (),
    cache: Cache | None = None,
    progress: Progress = silent_progress,
) -> BuildReport:
    """Build a session's MP3 at `output`; an old file stays until the new one is whole.

    The rest is as with `plan`.
    """
    studio = Studio(content=content, cache=cache, profile=profile)
    routine = studio.session_of(target, preferences, progress=progress)
    return studio.build(routine, Path(output), preferences, progress=progress)


def say(
    text: str,
    *,
    language: str = DEFAULT_LANGUAGE,
    voice: str = AUTO,
    output: str | Path | None = None,
    content: Iterable[str | Path] = (),
    cache: Cache | None = None,
    progress: Progress = silent_progress,
) -> Said:
    """What a voice is given for a text, sentence by sentence, and its MP3 at `output`, if any.

    `voice` is as for `build`, and the language needs no phrases. Raises ContentError for a text
    that this voice cannot say, the rest as `plan`.
    """
    path = None if output is None else Path(output)
    studio = Studio(content=content, cache=cache)
    return studio.say(text, language=language, voice=voice, output=path, progress=progress)


def verify(path: str | Path, *, progress: Progress = silent_progress) -> Verification:
    """Compare an MP3 with the plan that it carries: every check, and what was found.

    Raises UsageError for a path that is no file, BuildError for a file that is not ours or cannot
    be decoded, MissingError without ffmpeg.
    """
    from smr_audio.verification.verify import verify_file  # imports numpy

    return verify_file(Path(path), progress=progress)
