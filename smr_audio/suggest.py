"""Texts for messages: suggestions for a wrong name, counts, shortened and printable values."""

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A clause to end an error message with: the nearest known name, or all of a few."""
    names = sorted(set(known))
    near = nearest(name, names)
    if near is None and len(name) >= 3:  # a part of one name: `barbell`
        near = next((one for one in names if name.lower() in one), None)
    if near:
        return f"did you mean '{near}'?"
    if not names:
        return "there are none here"
    if len(names) <= 12:
        return "known: " + ", ".join(names)
    return f"known: {', '.join(names[:12])} and {len(names) - 12} more"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one, if any is."""
    import difflib  # only for messages

    near = difflib.get_close_matches(name.lower(), sorted(set(known)), n=1, cutoff=0.6)
    return near[0] if near else None


def not_one_of(words: Iterable[str], given: object, also: Iterable[str] = ()) -> str:
    """What is wrong with a word that is none of a few; `also` are other names it may be near to."""
    near = nearest(given, [*words, *also]) if isinstance(given, str) else None
    return f"must be one of {', '.join(words)}, not {given}" + (f"; did you mean '{near}'?" if near else "")


def counted(number: int, thing: str) -> str:
    """`1 entry`, `2 entries`, `0 files`."""
    many = f"{thing[:-1]}ies" if thing.endswith("ry") else f"{thing}s"
    return f"{number} {thing if number == 1 else many}"


def shortened(text: str, most: int = 300) -> str:
    """A message that a value of any length may stand in, or such a value."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def printable(text: str) -> str:
    """Text from outside without control characters, which could steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
