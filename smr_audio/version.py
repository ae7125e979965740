"""The version of smr-audio that runs here."""

from functools import lru_cache


@lru_cache
def this_version() -> str:
    """The installed version; `unknown` in a checkout that is not installed."""
    from importlib.metadata import PackageNotFoundError, version  # 20 ms

    try:
        return version("smr-audio")
    except PackageNotFoundError:
        return "unknown"
