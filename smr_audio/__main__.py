"""Run the command line: `python -m smr_audio`, and `smr-audio`."""

import sys


def main() -> None:
    """Run it, and end as it says; Ctrl-C is answered from the first import on."""
    try:
        from smr_audio.storage.signals import stopped_at_once

        with stopped_at_once():
            from smr_audio.cli.main import main as run  # takes a tenth of a second
        run()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
