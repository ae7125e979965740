"""Finding espeak and reading its voices without starting it."""

import ctypes
import sys
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from smr_audio.voices import espeak
from smr_audio.voices.engine import Voice
from smr_audio.voices.system import SystemEngine
from smr_audio.voices.workers import system_worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="espeak is the Linux voice")


def test_names_are_the_drivers_own_and_tags_are_best_first():
    voices = {voice.name: voice for voice in espeak.voices(espeak.find().data)}
    assert voices["gmw/en-us"].id == "pyttsx3:gmw/en-us"
    assert voices["gmw/en-us"].title == "English (America)"
    assert voices["gmw/en-us"].languages == ("en-us", "en")
    assert voices["roa/pt-br"].languages == ("pt-br", "pt")
    names = list(voices)
    assert names.index("roa/fr") < names.index("roa/fr-be")  # the best of a language is first
    assert names == [voice.name for voice in espeak.voices.__wrapped__(espeak.find().data)]


def test_a_long_path_is_spoken_from_all_the_same(tmp_path, temporary):
    here = espeak.find()
    deep = tmp_path / ("long" * 30) / ("path" * 30)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(here.data, target_is_directory=True)
    using = espeak.Espeak(here.library, deep / "espeak-ng-data", here.version)
    engine = SystemEngine(using=using)
    voice = Voice("pyttsx3", "gmw/en-us", "English (America)")
    assert len(list(engine.speak(["Go."], voice=voice, rate=1.0))) == 1
    engine.close()
    assert list(temporary.iterdir()) == []
    if len(str(here.data)) <= 120:  # a short one is used as it is
        with ExitStack() as stack:
            assert espeak.short_data(here.data, temporary, stack) == here.data
        assert list(temporary.iterdir()) == []


def test_a_system_espeak_is_found_in_its_folders(tmp_path):
    library = tmp_path / "lib" / "x86_64-linux-gnu"
    data = tmp_path / "share" / "espeak-ng-data"
    library.mkdir(parents=True)
    data.mkdir(parents=True)
    assert espeak.from_folders([tmp_path, library]) is None
    (library / "libespeak-ng.so.1.1.51").write_bytes(b"12345")
    (library / "libespeak-ng.so.1").symlink_to("libespeak-ng.so.1.1.51")
    (data / "phontab").touch()
    found = espeak.from_folders([tmp_path, library])
    assert found == espeak.Espeak(library / "libespeak-ng.so.1", data, "libespeak-ng.so.1.1.51-5")


def test_the_driver_is_told_of_the_end_where_espeak_has_no_threads():
    """An espeak without them says nothing after the sound, and the driver waits for that."""
    told = []

    class Event(ctypes.Structure):
        _fields_ = (("type", ctypes.c_int),)

    fake = SimpleNamespace(
        EVENT=Event,
        EVENT_MSG_TERMINATED=6,
        Synth=lambda text, flags: told.append((text, flags)),
        SynthCallback=lambda sound, samples, events: told.append([samples, *(event.type for event in events)]),
    )
    system_worker.tell_ends(fake)
    fake.Synth(b"Go.", flags=1)
    assert told == [(b"Go.", 1), [0, 6, 0]]
