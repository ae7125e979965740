"""Compile self-massage routines into exact, spoken, phone-ready MP3s.

    from smr_audio import Preferences, build, parse_hold

    report = build("hamstrings", "hamstrings.mp3", Preferences(holds=(parse_hold("45"),)))
    print(report.plan.duration_ms, report.files[0].sha256)

Names are imported when they are first used (PEP 562), so that importing the package, and
with it the command line's help, costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smr_audio.api import build as build
    from smr_audio.api import draw as draw
    from smr_audio.api import load as load
    from smr_audio.api import load_profile as load_profile
    from smr_audio.api import plan as plan
    from smr_audio.api import say as say
    from smr_audio.api import transcript as transcript
    from smr_audio.api import verify as verify
    from smr_audio.batch.jobs import Job as Job
    from smr_audio.batch.report import BatchReport as BatchReport
    from smr_audio.batch.report import JobResult as JobResult
    from smr_audio.batch.run import build_many as build_many
    from smr_audio.errors import BuildError as BuildError
    from smr_audio.errors import ContentError as ContentError
    from smr_audio.errors import MissingError as MissingError
    from smr_audio.errors import SmrAudioError as SmrAudioError
    from smr_audio.errors import UsageError as UsageError
    from smr_audio.library.models import Routine as Routine
    from smr_audio.options.holds import parse_hold as parse_hold
    from smr_audio.options.holds import parse_passes as parse_passes
    from smr_audio.options.preferences import Preferences as Preferences
    from smr_audio.options.talk import TalkChoice as TalkChoice
    from smr_audio.options.talk import parse_talk as parse_talk
    from smr_audio.options.values import Swap as Swap
    from smr_audio.profile.model import Profile as Profile
    from smr_audio.session.compose import Composition as Composition
    from smr_audio.session.history import Advice as Advice
    from smr_audio.session.history import History as History
    from smr_audio.session.history import PastSession as PastSession
    from smr_audio.session.history import levels as levels
    from smr_audio.session.history import load_history as load_history
    from smr_audio.session.history import parse_history as parse_history
    from smr_audio.session.provenance import Reason as Reason
    from smr_audio.storage.cache import Cache as Cache
    from smr_audio.studio.output.mp3_file import BuildReport as BuildReport
    from smr_audio.studio.plan import Plan as Plan
    from smr_audio.studio.saying import Said as Said
    from smr_audio.studio.saying import SaidSentence as SaidSentence
    from smr_audio.studio.studio import Studio as Studio
    from smr_audio.verification.report import Check as Check
    from smr_audio.verification.report import Verification as Verification

_NAMES = {
    "api": "build draw load load_profile plan say transcript verify",
    "errors": "BuildError ContentError MissingError SmrAudioError UsageError",
    "library.models": "Routine",
    "options.preferences": "Preferences",
    "options.talk": "TalkChoice parse_talk",
    "options.values": "Swap",
    "profile.model": "Profile",
    "options.holds": "parse_hold parse_passes",
    "session.compose": "Composition",
    "session.history": "Advice History PastSession levels load_history parse_history",
    "session.provenance": "Reason",
    "storage.cache": "Cache",
    "studio.output.mp3_file": "BuildReport",
    "studio.plan": "Plan",
    "studio.saying": "Said SaidSentence",
    "studio.studio": "Studio",
    "batch.jobs": "Job",
    "batch.report": "JobResult BatchReport",
    "batch.run": "build_many",
    "verification.report": "Check Verification",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'smr_audio' has no attribute {name!r}")
    return getattr(import_module(f"smr_audio.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
