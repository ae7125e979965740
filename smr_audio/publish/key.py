"""The key of a published session: a digest of all that its files are made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from smr_audio.build_key import Keys
from smr_audio.library.library import is_path
from smr_audio.options.preferences import Preferences
from smr_audio.profile.model import Profile
from smr_audio.publish.base_url import BaseUrl
from smr_audio.version import this_version


class SiteKeys:
    """Makes the keys of one run; what content there is, is read once."""

    def __init__(
        self,
        content: Iterable[Path],
        options: Preferences,
        *,
        base_url: BaseUrl | None,
        profile: Profile | None,
    ) -> None:
        """The site's address stands in QR codes; a profile is whom the studio works for."""
        folders = tuple(str(folder.absolute()) for folder in content)
        self._keys = Keys(folders, version=this_version())
        self._options = options
        self._own = [repr(base_url), repr(profile)]

    def key(self, target: str) -> str:
        """The key of a routine's id or file."""
        routine = Path(target).absolute() if is_path(target) else target
        made_from = [_digest_of_code(), *self._own, self._keys.key(routine, self._options)]
        return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()


@cache
def _digest_of_code() -> str:
    """Of this package: a checkout draws and words otherwise long before its version changes."""
    digest = hashlib.sha256()
    root = Path(str(files("smr_audio")))
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
