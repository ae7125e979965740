"""The public address of a site, and the addresses of what is in it."""

import ipaddress
import re
import uuid
from typing import Final
from urllib.parse import urlsplit

from smr_audio.errors import UsageError
from smr_audio.records import dataclass
from smr_audio.suggest import shortened

# github.com/Podcastindex-org/podcast-namespace, docs/1.0.md, "Guid": the namespace, and that
# the address is taken without its scheme and without slashes at its end.
_PODCASTS: Final = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9:/._~%\[\]@!$&'()*+,;=-]+")
_MOST_LETTERS: Final = 500  # a QR code on paper holds it, and a phone still reads that code
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")  # RFC 1035
_HERE: Final = ("local", "localhost", "internal", "lan", "home.arpa")
FEED: Final = "feed.xml"
PAGE: Final = "index.html"


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """An https address that ends in a slash."""

    text: str

    def to(self, path: str) -> str:
        return self.text + path

    def session(self, name: str) -> str:
        return self.text + session_view(name)

    @property
    def is_public(self) -> bool:
        """Whether servers elsewhere can reach it, as far as its host's name tells."""
        host = (urlsplit(self.text).hostname or "").rstrip(".")
        if (address := _ip_address(host)) is not None:
            return address.is_global
        return "." in host and not host.endswith(tuple(f".{name}" for name in _HERE))

    @property
    def feed_guid(self) -> str:
        """The feed's identity in the podcast namespace."""
        address = self.to(FEED).partition("://")[2]
        return str(uuid.uuid5(_PODCASTS, address.rstrip("/")))

    def episode_guid(self, name: str) -> str:
        """An episode's identity: of its place, so that it stays when its content changes."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.text + name))


def session_view(name: str) -> str:
    """What follows the page's address for a session: one of the page's own routes (app.js)."""
    return f"#/r/{name}"


def parse_base_url(text: str) -> BaseUrl:
    """The address of a site. Raises UsageError, with what it must be like."""
    try:
        parts = urlsplit(text)
        host, whole = parts.hostname or "", parts.scheme == "https" and parts.port != 0
    except ValueError:
        parts, host, whole = urlsplit(""), "", False
    named = _ip_address(host) or all(map(_LABEL.fullmatch, host.removesuffix(".").split(".")))
    for fits, why in (
        (len(text) <= _MOST_LETTERS, f"it has {len(text)} letters, and a QR code can hold {_MOST_LETTERS}"),
        (whole and host, "it must be a whole address that begins with https://"),
        ("?" not in text and "#" not in text, "it must end with a folder, without ? or #"),
        ("@" not in parts.netloc, "everybody would see its user name"),
        (_ADDRESS.fullmatch(text), "write it in ASCII, with %20 for a space and xn-- for other letters"),
        (named, "its host name is not valid"),
    ):
        if not fits:
            raise UsageError(f"'{shortened(text)}' cannot be the site's address: {why}; as https://example.org/gym/")
    return BaseUrl(text if text.endswith("/") else f"{text}/")


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
