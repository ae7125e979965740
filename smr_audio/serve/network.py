"""The address that a phone on the same network reaches, a port on it, and both as a QR code."""

import errno
import io
import socket
from typing import Final

from smr_audio.errors import BuildError, UsageError, reason_of

PORT: Final = 8754
LOOPBACK: Final = "127.0.0.1"
_SOMEWHERE: Final = ("192.0.2.1", 9)  # reserved by RFC 5737, so routed like any other address
_SEND_BYTES: Final = 128 << 10


def local_address() -> str:
    """This machine's address on the network with the default route, or the loopback address.

    Connecting a UDP socket sends nothing; the system only selects a route, and so an address.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return LOOPBACK


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address.

    Raises BuildError for a port in use, UsageError for an address that is not this machine's.
    """
    if not host:  # the system would take it for every address
        raise UsageError("--host needs an address of this machine; write 192.168.1.5")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
        listening = socket.create_server(address, family=family, dualstack_ipv6=both)
    except (socket.gaierror, UnicodeError):  # the latter for labels that are empty or too long
        raise UsageError(f"--host {host}: there is no such address; write 192.168.1.5") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE or getattr(error, "winerror", 0) == 10048:
            raise BuildError(f"port {port} is in use; add --port 0 for a free one") from None
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(f"--host {host}: this machine has no such address") from None
        raise BuildError(f"cannot listen at {host}, port {port}: {reason_of(error)}") from None
    # Inherited by connections. Otherwise a client that reads slowly fills megabytes.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
    return listening


def url_of(host: str, port: int, token: str) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/{token}/"


def qr_code(url: str) -> str:
    import segno  # only a terminal needs it

    out = io.StringIO()
    segno.make(url, micro=False).terminal(out=out, compact=True)
    return out.getvalue()
