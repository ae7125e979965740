"""A folder for the files of a module, and a studio of which the sounds are made once."""

from pathlib import Path

import pytest

from smr_audio import Cache, Studio


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def cache(common_cache: Path) -> Cache:
    return Cache(common_cache)


@pytest.fixture(scope="module")
def studio(cache: Cache) -> Studio:
    return Studio(cache=cache)
