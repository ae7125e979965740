"""Get a natural voice from where Piper's are published, whole or not at all."""

from __future__ import annotations

import shutil
import socket
import tempfile
import urllib.error
from pathlib import Path
from typing import Final

from smr_audio.errors import BuildError, MissingError, UsageError
from smr_audio.voices import models
from smr_audio.voices.models import Model

_QUIET_S: Final = 30.0  # without a byte, and nobody waits longer
_LEAST_BYTES: Final = 1 << 20  # the smallest model has some 5 MB; an error page has less


def download(name: str) -> Model:
    """Download a voice such as `en_US-lessac-medium` into the voices' folder.

    One that is there already is left alone. Raises UsageError for a name that no voice has,
    MissingError without the extra, BuildError if it cannot be had: then nothing is left of it.
    """
    try:
        from piper.download_voices import VOICE_PATTERN, download_voice  # noqa: PLC0415
    except ImportError:
        raise MissingError(f"downloading voices needs {models.EXTRA}") from None
    if not VOICE_PATTERN.match(name) or any(sign in name for sign in "/\\%?#"):
        raise UsageError(f"'{name}' is no name of a voice; write one such as en_US-lessac-medium")
    folder = models.voices_folder()
    there = next((model for model in models.downloaded() if model.path.stem == name), None)
    if there is not None:
        return there
    before = socket.getdefaulttimeout()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as place:
            socket.setdefaulttimeout(_QUIET_S)
            download_voice(name, Path(place))
            fresh = models.by_path(Path(place, name + models.SUFFIX))
            if fresh.path.stat().st_size < _LEAST_BYTES:
                raise BuildError(f"what came as the voice '{name}' is too small to be one")
            # The model last: with it the voice is there.
            for file in (fresh.config, fresh.path):
                shutil.move(file, folder / file.name)
    except urllib.error.HTTPError as error:
        if error.code == 404:  # not found
            raise UsageError(
                f"there is no voice '{name}'; `python -m piper.download_voices` lists those "
                "there are"
            ) from None
        raise BuildError(f"cannot download the voice '{name}': {error}; try again later") from None
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise BuildError(
            f"cannot download the voice '{name}': {reason}; this needs the internet once, or copy "
            f"its .onnx and .onnx.json into {folder}"
        ) from None
    except OSError as error:
        raise BuildError(f"cannot keep the voice '{name}' in {folder}: {error}") from None
    finally:
        socket.setdefaulttimeout(before)
    return models.by_path(folder / fresh.path.name)
