"""Packs in ZIP files: whole or refused, and nothing outside their folder is ever touched."""

import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from smr_audio.errors import BuildError, ContentError, UsageError
from smr_audio.library.library import Library
from smr_audio.library.packs import unzip
from tests.doubles import raising

PACK = 'kind: pack\nid: acme\ntitle: "Acme"\n'


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, str | bytes], **how: int) -> Path:
    with zipfile.ZipFile(path, "w", **how) as file:  # type: ignore[call-overload]
        for name, data in entries:
            file.writestr(name, data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(ContentError) as caught:
        Library([path])
    text = str(caught.value)
    assert text.startswith(f"{path}: ") and len(text.splitlines()) == 1 and text.isprintable()
    return text


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "acme.zip"


@pytest.mark.parametrize("top", ["", "acme-1.0/"])
def test_a_pack_is_unpacked_once_with_or_without_a_folder_around(place: Path, own_cache: Path, top: str) -> None:
    zipped(
        place,
        (f"{top}pack.yaml", PACK),
        (f"{top}routines/", ""),
        ("__MACOSX/x", "x"),
        (f"{top}.DS_Store", "x"),
        compression=zipfile.ZIP_DEFLATED,
    )
    (pack,) = Library([place]).packs()
    assert (pack.id, pack.place) == ("acme", str(place))
    assert pack.root.is_relative_to(own_cache)
    assert [path.name for path in pack.root.iterdir()] == ["pack.yaml"]
    before = (pack.root / "pack.yaml").stat()
    assert (Library([place]).packs()[0].root / "pack.yaml").stat() == before


@pytest.mark.parametrize("name", [
    "../evil.yaml", "a/../../evil.yaml", "a//b.yaml", "./b.yaml", "/etc/evil.yaml", "C:/e.yaml",
    "c:evil.yaml", "..\\evil.yaml", "\\\\host\\share", "a\x1b[2J.yaml", "a\u202eb.yaml",
    "techniques/a:b.yaml", "techniques/con.yaml", "techniques/a. ", "a" * 300,
])  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(place: Path, name: str) -> None:
    zipped(place, ("pack.yaml", PACK), (name, "x"))
    assert "its name leads out of the pack, or not every system takes it" in refused(place)
    assert sorted(path.name for path in place.parent.rglob("*.yaml")) == []


def test_what_is_no_file_is_refused(place: Path) -> None:
    for kind in (stat.S_IFLNK, stat.S_IFIFO):
        link = zipfile.ZipInfo("techniques/link.yaml")
        link.external_attr = (kind | 0o777) << 16
        zipped(place, ("pack.yaml", PACK), (link, "/etc/passwd"))
        assert "it is a link or a device" in refused(place)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a.yaml", "a.yaml"), ("a.yaml", "A.YAML"), ("a", "a/b")])
def test_two_of_a_name_are_refused(place: Path, names: tuple[str, str]) -> None:
    zipped(place, ("pack.yaml", PACK), *((name, "x") for name in names))
    assert "two of its entries have one name" in refused(place)


def test_an_encrypted_or_oddly_compressed_entry_is_refused(place: Path) -> None:
    zipped(place, ("pack.yaml", PACK))
    data = bytearray(place.read_bytes())
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 8, 1)
    struct.pack_into("<H", data, 6, 1)
    place.write_bytes(data)
    assert "encrypted" in refused(place)
    zipped(place, ("pack.yaml", PACK), compression=zipfile.ZIP_BZIP2)
    assert "compressed in an unusual way" in refused(place)


def test_too_many_entries_or_bytes_are_refused(place: Path, own_cache: Path) -> None:
    many = ((f"{n}", "") for n in range(2001))
    zipped(place, ("pack.yaml", PACK), *many)
    assert "at most 2000 entries and 100000000 bytes" in refused(place)
    bomb = bytes(60_000_000)
    zipped(place, ("pack.yaml", PACK), ("x", bomb), ("y", bomb), compression=zipfile.ZIP_DEFLATED)
    assert "at most 2000 entries and 100000000 bytes" in refused(place)
    assert not [path for path in own_cache.rglob("*") if path.is_file()]


def test_an_entry_that_is_larger_than_it_says_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(place, ("pack.yaml", PACK), ("x", bytes(3_000_000)), compression=zipfile.ZIP_DEFLATED)
    data = bytearray(place.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, 10)
    place.write_bytes(data)
    assert "it cannot be unpacked" in refused(place)
    monkeypatch.setattr(unzip, "MOST_BYTES", 100)
    assert "it has more than 100 bytes" in refused(place)


@pytest.mark.parametrize("names", [
    ("techniques/a.yaml",), ("a/b/pack.yaml",), ("a/pack.yaml", "b/pack.yaml"),
    ("a/pack.yaml", "x.yaml"),
])  # fmt: skip
def test_a_pack_lies_at_the_top_or_in_the_one_folder(place: Path, names: tuple[str, ...]) -> None:
    zipped(place, *((name, PACK) for name in names))
    assert "a pack has pack.yaml at its top, or in one folder" in refused(place)


def test_a_fault_of_the_content_is_placed_in_the_archive(place: Path) -> None:
    zipped(place, ("pack.yaml", "kind: pack\nid: Acme!\n"))
    with pytest.raises(ContentError) as caught:
        Library([place])
    assert f"{place}/pack.yaml:2:5: id must be" in str(caught.value)


def test_a_cache_that_cannot_be_written_is_told_of(place: Path, own_cache: Path) -> None:
    own_cache.write_text("a file in its place")
    zipped(place, ("pack.yaml", PACK))
    with pytest.raises(BuildError, match="SMR_AUDIO_CACHE to a folder you can write"):
        Library([place])


def test_damage_is_told_of_in_one_message(place: Path, tmp_path: Path) -> None:
    for data in (b"", b"PK", b"kind: pack\n", os.urandom(2000)):
        place.write_bytes(data)
        assert "it cannot be unpacked" in refused(place)
    entry = ("routines/a.yaml", "kind: routine\n" * 20)
    zipped(place, ("pack.yaml", PACK), entry, compression=zipfile.ZIP_DEFLATED)
    whole = place.read_bytes()
    for at in range(0, len(whole), 3):
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            Library([place])
        except (ContentError, BuildError):
            continue
    with pytest.raises(UsageError, match="no such content folder"):
        Library([tmp_path / "none.zip"])


def test_a_long_list_of_entries_is_refused_before_it_is_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(place, ("pack.yaml", PACK), *((f"{'x' * 150}{n}.txt", "") for n in range(12_000)))

    monkeypatch.setattr(unzip.zipfile, "ZipFile", raising(AssertionError("the list was read")))
    assert "its list of entries is too long" in refused(place)


def test_what_a_killed_run_left_beside_the_packs_goes(place: Path, own_cache: Path) -> None:
    zipped(place, ("pack.yaml", PACK))
    left = own_cache / "packs" / ".smr-audio-00000000.tmp"
    left.mkdir(parents=True)
    Library([place])
    assert not left.exists()
