"""The page's modules as one script, so that a phone asks once and not twenty times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_IMPORT: Final = re.compile(r'^import \{ ([^{}]+) \} from "\./([\w.-]+)";$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)
_OTHER: Final = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundled(modules: Mapping[str, str], entry: str) -> dict[str, str]:
    """The scripts that are left when `entry` has in it all modules that it imports, by name.

    Each is in a function of its own. Raises ValueError for an import or export of another form
    than the page's, and for a circle.
    """
    done: dict[str, str] = {}

    def add(name: str, above: tuple[str, ...]) -> str:
        """Have a module in `done` after those it needs; give the name of what it exports."""
        variable = "$" + re.sub(r"\W", "_", name)
        if name in above:
            raise ValueError(f"{name} imports itself")
        if name not in done:
            text = _IMPORT.sub(
                lambda found: (
                    f"const {{ {found[1].replace(' as ', ': ')} }} = "
                    f"{add(found[2], (*above, name))};"
                ),
                modules[name],
            )
            exported = ", ".join(found[2] for found in _EXPORT.finditer(text))
            text = _EXPORT.sub(r"\1 \2", text)
            if odd := _OTHER.search(text):
                raise ValueError(f"{name} has a form that is not known here: {odd[0]}")
            whole = f"const {variable} = (() => {{\n{text}\nreturn {{ {exported} }};\n}})();\n"
            done[name] = whole if above else text
        return variable

    add(entry, ())
    others = {name: text for name, text in modules.items() if name not in done}
    return {**others, entry: "".join(done.values())}
