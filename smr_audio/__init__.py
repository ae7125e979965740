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
    from smr_audio.api import list_courses as list_courses
    from smr_audio.api import list_limits as list_limits
    from smr_audio.api import list_muscles as list_muscles
    from smr_audio.api import list_routines as list_routines
    from smr_audio.api import list_techniques as list_techniques
    from smr_audio.api import list_tools as list_tools
    from smr_audio.api import list_voices as list_voices
    from smr_audio.api import load as load
    from smr_audio.api import load_profile as load_profile
    from smr_audio.api import plan as plan
    from smr_audio.api import transcript as transcript
    from smr_audio.api import verify as verify
    from smr_audio.batch.jobs import BadRow as BadRow
    from smr_audio.batch.jobs import Job as Job
    from smr_audio.batch.report import BatchReport as BatchReport
    from smr_audio.batch.report import JobResult as JobResult
    from smr_audio.batch.run import build_many as build_many
    from smr_audio.errors import BuildError as BuildError
    from smr_audio.errors import ContentError as ContentError
    from smr_audio.errors import Location as Location
    from smr_audio.errors import MissingError as MissingError
    from smr_audio.errors import Problem as Problem
    from smr_audio.errors import SmrAudioError as SmrAudioError
    from smr_audio.errors import UsageError as UsageError
    from smr_audio.library.models import LocalText as LocalText
    from smr_audio.library.models import Routine as Routine
    from smr_audio.library.models import Step as Step
    from smr_audio.mp3.linker import LinkedFile as LinkedFile
    from smr_audio.options.holds import HoldChange as HoldChange
    from smr_audio.options.holds import parse_hold as parse_hold
    from smr_audio.options.holds import parse_passes as parse_passes
    from smr_audio.options.preferences import Preferences as Preferences
    from smr_audio.options.talk import TalkChoice as TalkChoice
    from smr_audio.options.talk import parse_talk as parse_talk
    from smr_audio.options.values import CueSound as CueSound
    from smr_audio.options.values import Swap as Swap
    from smr_audio.options.values import parse_cue_sound as parse_cue_sound
    from smr_audio.options.values import parse_swap as parse_swap
    from smr_audio.profile.model import Length as Length
    from smr_audio.profile.model import Profile as Profile
    from smr_audio.progress import Progress as Progress
    from smr_audio.session.compose import Composition as Composition
    from smr_audio.session.history import Advice as Advice
    from smr_audio.session.history import History as History
    from smr_audio.session.history import PastSession as PastSession
    from smr_audio.session.history import levels as levels
    from smr_audio.session.history import load_history as load_history
    from smr_audio.session.history import parse_history as parse_history
    from smr_audio.session.layers import Origin as Origin
    from smr_audio.session.provenance import Reason as Reason
    from smr_audio.session.script import Notice as Notice
    from smr_audio.storage.cache import Cache as Cache
    from smr_audio.studio.fitting import LengthError as LengthError
    from smr_audio.studio.fitting import TooShortError as TooShortError
    from smr_audio.studio.listing import Listed as Listed
    from smr_audio.studio.output.mp3_file import BuildReport as BuildReport
    from smr_audio.studio.output.mp3_file import OutputFile as OutputFile
    from smr_audio.studio.plan import Plan as Plan
    from smr_audio.studio.session import Session as Session
    from smr_audio.studio.studio import Studio as Studio
    from smr_audio.timeline.timeline import Chapter as Chapter
    from smr_audio.timeline.timeline import CueEvent as CueEvent
    from smr_audio.timeline.timeline import GateEvent as GateEvent
    from smr_audio.timeline.timeline import HoldEvent as HoldEvent
    from smr_audio.timeline.timeline import SpeechEvent as SpeechEvent
    from smr_audio.timeline.timeline import Timeline as Timeline
    from smr_audio.verification.report import Check as Check
    from smr_audio.verification.report import Finding as Finding
    from smr_audio.verification.report import Verification as Verification
    from smr_audio.voices.engine import Voice as Voice

_NAMES = {
    "api": "build draw load load_profile plan transcript verify "
    "list_courses list_limits list_muscles list_routines list_techniques list_tools list_voices",
    "batch.jobs": "BadRow Job",
    "batch.report": "BatchReport JobResult",
    "batch.run": "build_many",
    "errors": "BuildError ContentError Location MissingError Problem SmrAudioError UsageError",
    "library.models": "LocalText Routine Step",
    "mp3.linker": "LinkedFile",
    "options.holds": "HoldChange parse_hold parse_passes",
    "options.preferences": "Preferences",
    "options.talk": "TalkChoice parse_talk",
    "options.values": "CueSound Swap parse_cue_sound parse_swap",
    "profile.model": "Length Profile",
    "progress": "Progress",
    "session.compose": "Composition",
    "session.history": "Advice History PastSession levels load_history parse_history",
    "session.layers": "Origin",
    "session.provenance": "Reason",
    "session.script": "Notice",
    "storage.cache": "Cache",
    "studio.fitting": "LengthError TooShortError",
    "studio.listing": "Listed",
    "studio.output.mp3_file": "BuildReport OutputFile",
    "studio.plan": "Plan",
    "studio.session": "Session",
    "studio.studio": "Studio",
    "timeline.timeline": "Chapter CueEvent GateEvent HoldEvent SpeechEvent Timeline",
    "verification.report": "Check Finding Verification",
    "voices.engine": "Voice",
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
