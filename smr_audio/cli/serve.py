"""`smr-audio serve`: sessions for a phone on the same network."""

from __future__ import annotations

import ipaddress
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click

from smr_audio.cli.options import content_option, json_option, profile_option
from smr_audio.cli.output import open_studio, say, say_profile_warnings
from smr_audio.errors import MissingError
from smr_audio.install_hints import to_add
from smr_audio.profile.model import profile_path
from smr_audio.serve import network
from smr_audio.version import this_version

KEPT_IN: Final = "serve-secret"
"""The file with the secret of the address, beside the profile."""
_NEEDED: Final = ("starlette", "uvicorn", "segno")


@click.command("serve")
@click.option(
    "--host",
    metavar="ADDR",
    help="The address to listen at; default: this machine's address on the network.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=network.PORT,
    show_default=True,
    help="The port; 0 for any that is free.",
)
@click.option("--new-link", is_flag=True, help="Make a new address; the old one ends.")
@content_option
@profile_option
@json_option
def command(
    host: str | None,
    port: int,
    content: tuple[Path, ...],
    *,
    new_link: bool,
    no_profile: bool,
    as_json: bool,
) -> None:
    """Serve a page on the local network to choose, change and hear sessions on a phone.

    Prints a secret address and its QR code, the same each time. Ctrl-C ends it.
    """
    require_extra()
    from smr_audio.serve.maker import Maker, Planner, ServerContext  # need the extra
    from smr_audio.serve.server import guarded_app, kept_token, log_to, serve
    from smr_audio.serve.sessions import Sessions

    studio = open_studio(content, no_profile=no_profile)
    say_profile_warnings(studio)
    context = ServerContext(studio.library, content, studio.cache, studio.profile, this_version())
    with network.listen(network.local_address() if host is None else host, port) as listening:
        sessions = Sessions(Planner(context), Maker(context))
        token = kept_token(profile_path().with_name(KEPT_IN), new=new_link)
        try:
            bound, bound_port = listening.getsockname()[:2]
            announce(bound, bound_port, token, as_json=as_json)
            serve(guarded_app(sessions, token=token, log=log_to(say)), listening)
        finally:
            sessions.stop()


def require_extra() -> None:
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        raise MissingError(
            f"serve needs {' and '.join(missing)} of the extra 'phone'; "
            f"install it with: {to_add('phone')}"
        )


def announce(bound: str, port: int, token: str, *, as_json: bool) -> None:
    """Print the address; a QR code only on a terminal."""
    address = ipaddress.ip_address(bound)
    host = network.local_address() if address.is_unspecified else bound
    url = network.url_of(host, port, token)
    if as_json:
        click.echo(json.dumps({"url": url}))
    else:
        click.echo(url)
        if sys.stdout is not None and sys.stdout.isatty():
            click.echo(network.qr_code(url))
    sys.stdout.flush()
    if ipaddress.ip_address(host).is_loopback:
        say("Only this machine can reach it: there is no network, or --host says so.")
    else:
        say("Open it on a phone in the same Wi-Fi. Whoever has the address can use it.")
        say(f"If the phone finds nothing, let port {port} (TCP) through this machine's firewall.")
    say("Ctrl-C ends it.")
