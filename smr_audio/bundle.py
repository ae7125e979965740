"""The page's modules as one script, so that a phone asks once and not twenty times."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

_IMPORT: Final = re.compile(r'^import \{ ([^{}]+) \} from "\./([\w.-]+)";$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_COMMENT: Final = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_ANY: Final = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def read_page(folder: Path, kinds: Collection[str]) -> dict[str, bytes]:
    """The page's files of these suffixes by name; `app.js` has in it what it imports.

    Comments that stand by themselves, which types are in, are left out of scripts.
    """
    found = {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix in kinds and not path.name.startswith(".") and path.is_file()
    }
    scripts = {name: _COMMENT.sub("", found.pop(name).decode()) for name in [*found] if name.endswith(".js")}
    return found | {name: text.encode() for name, text in bundled(scripts, "app.js").items()}


def bundled(modules: Mapping[str, str], entry: str) -> dict[str, str]:
    """The scripts that are left when `entry` has in it all modules that it imports, by name.

    Each is in a function of its own. Raises ValueError for an import or export of another form
    than the page's.
    """
    done: dict[str, str] = {}

    def imported(found: re.Match[str]) -> str:
        variable = "$" + re.sub(r"\W", "_", found[2])
        if found[2] not in done:
            text, names = unbound(found[2])
            exports = f"return {{ {', '.join(names)} }};"
            done[found[2]] = f"const {variable} = (() => {{\n{text}\n{exports}\n}})();\n"
        return f"const {{ {found[1].replace(' as ', ': ')} }} = {variable};"

    def unbound(name: str) -> tuple[str, list[str]]:
        """A module's text without imports and exports, and what it exports."""
        text = _IMPORT.sub(imported, modules[name])
        names = _EXPORT.findall(text)
        if len(names) != len(_ANY.findall(text)):
            raise ValueError(f"{name} has an import or export of a form that is not known here")
        return _EXPORT.sub("", text), names

    text, _ = unbound(entry)
    others = {name: text for name, text in modules.items() if name not in done}
    return {**others, entry: "".join([*done.values(), text])}
