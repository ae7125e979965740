"""Run the command line: `python -m smr_audio`."""

from smr_audio.cli.main import main

if __name__ == "__main__":
    main()
