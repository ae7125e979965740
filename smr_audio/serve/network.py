"""The address that a phone on the same network reaches, a port on it, and both as a QR code."""

from __future__ import annotations

import errno
import io
import socket
import sys
from collections.abc import Iterator
from typing import Final

from smr_audio.errors import BuildError, UsageError

PORT: Final = 8754
LOOPBACK: Final = "127.0.0.1"
EVERY: Final = ("0.0.0.0", "::")  # noqa: S104  (to know them when they are asked for)
_SOMEWHERE: Final = ("192.0.2.1", 9)  # of RFC 5737: nobody's, so it leads to the way out
_TRIES: Final = 50
_SEND_BYTES: Final = 128 << 10


def local_address() -> str:
    """This machine's address on the network that leads out, or the loopback's without any.

    Connecting a UDP socket sends nothing: the system only picks a way, and so an address.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return LOOPBACK


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    return host.startswith("127.") or host in ("::1", "localhost")


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address.

    Raises BuildError for a port in use, naming the next that is free; UsageError for an address
    that this machine has not.
    """
    if not host:  # to the system that is every address; who names one wants fewer
        raise UsageError("--host needs an address of this machine; write 192.168.1.5")
    try:
        return _bound(host, port)
    except (socket.gaierror, UnicodeError):  # the latter for what cannot be a name at all
        raise UsageError(f"--host {host}: there is no such address; write 192.168.1.5") from None
    except OverflowError:
        raise UsageError("--port must be 0 to 65535") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE or getattr(error, "winerror", 0) == 10048:
            free = next(_free_ports(host, port), None)
            advice = f"try --port {free}" if free else "name another one with --port"
            raise BuildError(f"port {port} is in use; {advice}") from None
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(f"--host {host}: this machine has no such address") from None
        reason = (error.strerror or str(error)).lower()
        raise BuildError(f"cannot listen at {host}, port {port}: {reason}") from None


def url_of(host: str, port: int, token: str) -> str:
    """The address to open."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/{token}/"


def qr_code(url: str) -> str:
    """A QR code of blocks for a terminal."""
    import segno  # nobody else needs it

    out = io.StringIO()
    segno.make(url, micro=False).terminal(out=out, compact=True)
    return out.getvalue()


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if sys.platform == "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # a server that ended just now is in nobody's way
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # The connections' too: else a client that reads nothing fills megabytes of the system's.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
        listening.bind(address)
        listening.listen()
    except BaseException:
        listening.close()
        raise
    return listening


def _free_ports(host: str, port: int) -> Iterator[int]:
    for other in range(port + 1, min(port + _TRIES, 65536)):
        try:
            _bound(host, other).close()
        except OSError:
            continue
        yield other
