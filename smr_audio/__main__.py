"""Run the command line: `python -m smr_audio`, and `smr-audio`."""

import sys


def main() -> None:
    """Run it, and end as it says; Ctrl-C is answered from the first import on."""
    try:
        from smr_audio.storage.signals import stopped_at_once

        with stopped_at_once():
            from smr_audio.cli.main import main as run  # takes a tenth of a second
        run()
    except (Exception, KeyboardInterrupt) as error:
        cause: BaseException | None = error
        while cause and not isinstance(cause, KeyboardInterrupt):  # an import may turn it into any other error
            cause = cause.__context__
        if cause is None:
            raise
        sys.stderr.write("Stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
