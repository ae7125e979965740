"""The service worker of a published site: which files it keeps, and the version that they make."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from smr_audio.phone.stamps import Stamp

_VERSION: Final = "/*VERSION*/"
_FILES: Final = "[/*FILES*/]"


def worker(template: str, files: Mapping[str, Stamp]) -> bytes:
    """The worker for these files, filled in where `/*VERSION*/` and `[/*FILES*/]` stand.

    The version is a digest of the files' content and of the worker's own, so that a browser
    sees another worker whenever, and only when, there is something new.
    """
    names = sorted(files)
    content = json.dumps([template, [[name, files[name].sha256] for name in names]])
    version = hashlib.sha256(content.encode()).hexdigest()[:16]
    # "./" is how a visitor asks for the page.
    listed = json.dumps(["./", *names], indent=1, ensure_ascii=False)
    return template.replace(_VERSION, version).replace(_FILES, listed).encode()
