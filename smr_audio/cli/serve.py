"""`smr-audio serve`: sessions for a phone on the same network."""

import ipaddress
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from smr_audio.cli.options import content_option, json_option, option, profile_option
from smr_audio.cli.output import open_studio, say, say_profile_warnings
from smr_audio.installed import require
from smr_audio.options.preferences import Preferences
from smr_audio.profile.model import Profile, profile_path
from smr_audio.serve import network

KEPT_IN: Final = "serve-secret"
"""The file with the secret of the address, beside the profile."""


@click.command("serve")
@option("--host ADDR", "The address to listen at; default: this machine's address on the network.")
@option(
    "--port",
    "The port; 0 for any that is free.",
    type=click.IntRange(0, 65535),
    default=network.PORT,
    show_default=True,
)
@option("--language CODE", "Of page and sessions; default: your profile's.")
@option("--new-link", "Make a new address; the old one ends.")
@content_option
@profile_option
@json_option
def command(
    host: str | None,
    port: int,
    language: str | None,
    content: tuple[Path, ...],
    *,
    new_link: bool,
    no_profile: bool,
    as_json: bool,
) -> None:
    """Serve a page on the local network to choose, change and hear sessions on a phone.

    Prints a secret address and its QR code, the same each time. Ctrl-C ends it.
    """
    require("phone", "serve")
    from smr_audio.serve.maker import Maker, Planner, ServerContext  # need the extra
    from smr_audio.serve.server import guarded_app, kept_token, log_to, serve
    from smr_audio.serve.sessions import Sessions

    studio = open_studio(content, no_profile=no_profile)
    say_profile_warnings(studio)
    profile = studio.profile or Profile(Preferences())
    if language is not None:
        profile = replace(profile, stored=replace(profile.stored, language=language))
    context = ServerContext(studio.library, content, studio.cache, profile)
    with network.listen(network.local_address() if host is None else host, port) as listening:
        sessions = Sessions(Planner(context), Maker(context))
        token = kept_token(profile_path().with_name(KEPT_IN), new=new_link)
        try:
            bound, bound_port = listening.getsockname()[:2]
            announce(bound, bound_port, token, as_json=as_json)
            serve(guarded_app(sessions, token=token, log=log_to(say)), listening)
        finally:
            sessions.stop()


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
