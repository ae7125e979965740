"""Make the checkout's own environment, .venv, from requirements.lock; run things in it."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
# Absent in an environment somebody made by hand, UNFINISHED in one we were stopped in.
STAMP = VENV / "smr-audio-setup.txt"
UNFINISHED = "unfinished"
SETUP_FAILED = 4  # "something is not installed", as the command line itself says it
INTERRUPTED = 130
GRACE_S = 2.0
MOST_WORKERS = 4
PYTHONS = re.findall(r"Python :: 3\.(\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
WANTED = f"Python 3.{PYTHONS[0]} to 3.{PYTHONS[-1]}"

# Run by the environment's own Python: its version, then which of the arguments it cannot import.
PROBE = (
    "import importlib.util as u, sys, pip; print('%d.%d' % sys.version_info[:2], "
    "*(name for name in sys.argv[1:] if u.find_spec(name) is None))"
)
NEEDED = (
    "smr_audio", "anyascii", "click", "icalendar", "jinja2", "num2words", "numpy", "PIL", "platformdirs", "pydub",
    "pyttsx3", "ruamel", "tzlocal", "yaml", "pytest",
)  # fmt: skip

WITHOUT_WHEEL = "docopt"  # pure Python; built with the locked setuptools
# What the system may have itself, or numpy does as well.
REPLACEABLE = ("espeakng-loader", "imageio-ffmpeg", "soxr")
# Builds come from the lock too: pip must fetch nothing that has no hash.
PIP_ENVIRONMENT = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0", "PIP_USE_PEP517": "1"}
PIP_FAILED = "pip could not install what smr-audio needs."
NO_BUILD = r"No matching distribution found for ([\w.-]+)\S*"
NO_NETWORK = (
    r"NewConnectionError|Failed to establish|name resolution|getaddrinfo|ProxyError|SSLError"
    r"|ConnectTimeout|Read timed out|Network is unreachable|Connection (refused|reset|aborted)"
    r"|IncompleteRead|[Cc]onnection broken|Max retries exceeded|HTTP error|HTTP/1.1\" (?!404)[45]"
)
HINTS = (
    (
        r"No space left on device|Errno 28\b|WinError 112\b|not enough space",
        "The disk is full. Free about 1 GB, then run this again.",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "A download is not the file it should be. Run `python -m pip cache purge`, then this\n"
        "again; if it stays, a mirror or proxy between you and the package registry changes files.",
    ),
    (
        NO_NETWORK,
        "The package registry cannot be reached. The first run needs the network (later ones do\n"
        "not): connect, then run this again. Behind a proxy set HTTPS_PROXY, and PIP_CERT to its\n"
        "certificate file.",
    ),
    (
        r"No matching distribution found|Could not find a version",
        f"Use {WANTED} on Linux, macOS or Windows; on Windows for ARM, 3.12 or newer.",
    ),
)


class SetupError(Exception):
    """The environment cannot be made; the text says why and what to do."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def guard(action: Callable[[], int]) -> int:
    """Return the action's exit status; known failures become a message."""
    try:
        return action()
    except SetupError as problem:
        say(str(problem))
        return SETUP_FAILED
    except OSError as problem:
        say(explain(str(problem), f"Cannot set up {VENV}."))
        return SETUP_FAILED
    except KeyboardInterrupt:
        say("Stopped.")
        return INTERRUPTED


def ensure() -> Path:
    """Return the environment's Python; make or mend the environment first if need be."""
    if sys.version_info[1] > int(PYTHONS[-1]):
        raise SetupError(f"smr-audio needs {WANTED}, and this is 3.{sys.version_info[1]} ({sys.executable}).")
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    expected = fingerprint()
    stamp = STAMP.read_text("utf-8").strip() if STAMP.is_file() else None
    reason = why_not_usable(python, stamp)
    if reason is None and stamp == expected:
        return python
    if reason is not None:
        if VENV.exists():
            say(f"Making .venv again: {reason}.")
        create()
    else:
        say("Updating .venv.")
    STAMP.write_text(UNFINISHED, "utf-8")
    install(python)
    STAMP.write_text(expected, "utf-8")
    return python


def fingerprint() -> str:
    """Return a name for all that the environment is made from, and for its place."""
    made_from = LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    here = f"{sys.version_info[:3]} {sys.implementation.name} {ROOT}"
    return hashlib.sha256(made_from + here.encode()).hexdigest()


def why_not_usable(python: Path, stamp: str | None) -> str | None:
    """Return why the environment must be made again, or None if it can be kept."""
    if not python.exists():
        return "it has no Python that runs"
    if stamp == UNFINISHED:
        return "it was left unfinished"
    try:
        result = run_quietly([str(python), "-I", "-c", PROBE, *NEEDED])
        runs = result.returncode == 0
    except OSError:
        runs = False
    if not runs:
        return "its Python or its pip does not run"
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found, *missing = result.stdout.split()
    if found != wanted:
        return f"it has Python {found}, and this is {wanted}"
    if missing and stamp is not None:
        return f"it has lost {', '.join(missing)}"
    return None


def create() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "This Python has no ensurepip, so it cannot make an environment.\n"
            "On Debian or Ubuntu: sudo apt install python3-venv, then run this again."
        )
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    STAMP.write_text(UNFINISHED, "utf-8")
    # Started from inside the old environment, sys.executable has just been deleted.
    base = getattr(sys, "_base_executable", None) or sys.executable
    result = run_quietly([base, "-I", "-m", "venv", str(VENV)])
    if result.returncode:
        raise SetupError(explain(result.stdout, f"Python cannot make {VENV}."))


def install(python: Path) -> None:
    """Install the lock, then this project as a path to the checkout."""
    say("Installing the packages of requirements.lock into .venv: a minute or two, once ...")
    lock = LOCK.read_text("utf-8")
    # First what builds the one package without a wheel; then pip need not fetch it unhashed.
    install_entries(python, lock_entry(lock, "setuptools"))
    install_entries(python, lock)
    if problem := pip(python, "--no-build-isolation", "--no-index", "-e", str(ROOT)):
        raise SetupError(explain(problem, PIP_FAILED))


def install_entries(python: Path, lock: str) -> None:
    """Install these entries of the lock, less what has no wheel here and can be done without."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / LOCK.name
        file.write_text(lock, "utf-8")
        problem = pip(
            python, "--require-hashes", "--no-build-isolation", "--only-binary=:all:",
            f"--no-binary={WITHOUT_WHEEL}", "-r", str(file),
        )  # fmt: skip
    if not problem:
        return None
    lacking = re.search(NO_BUILD, problem)
    if lacking and not re.search(NO_NETWORK, problem):
        # Of a registry that is there but fails, pip tells only if it is to tell all.
        told = pip(python, "-vv", "--dry-run", "--ignore-installed", "--only-binary=:all:", lacking[1])
        failing = re.search(r'.* HTTP/1.1" (?!404)[45].*', told)
        problem = failing.group() if failing else problem
        if not failing and (rest := without(lock, lacking[1])):
            say(f"{lacking[1]} is left out: it has no build for this Python on this system.")
            return install_entries(python, rest)
    raise SetupError(explain(problem, PIP_FAILED))


def without(lock: str, name: str) -> str | None:
    """Return the lock without a package and what needs it; None if a session needs them."""
    lost = lock_entry(lock, name)
    rest: str | None = re.sub(entries_of(name), "", lock)
    for other, group in re.findall(r"^    #(?: via)? +([\w.-]+)(?: \((.*)\))?$", lost, re.MULTILINE):
        if group == "pyproject.toml" and name not in REPLACEABLE:
            return None
        if rest and not group and re.search(entries_of(other), rest):
            rest = without(rest, other)
    return rest


def entries_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(name)}==.*\n(?:[ \t]+.*\n)*", re.MULTILINE)


def lock_entry(lock: str, name: str) -> str:
    found = "".join(entries_of(name).findall(lock))
    if not found:
        raise SetupError(f"{LOCK.name} has no {name}: get the file whole from version control.")
    return found


def pip(python: Path, *arguments: str) -> str:
    """Install with pip; return what it printed if it failed, else nothing."""
    command = [str(python), "-I", "-m", "pip", "install", "--no-deps", *arguments]
    result = run_quietly(command, PIP_ENVIRONMENT)
    return result.stdout.strip() or PIP_FAILED if result.returncode else ""


def explain(output: str, summary: str) -> str:
    """Return what failed: the program's own words, only the last ones where the cause is known; then what to do."""
    pattern, hint = next((each for each in HINTS if re.search(each[0], output)), ("", ""))
    lacking = re.search(NO_BUILD, output)
    if hint == HINTS[-1][1] and lacking:  # pip's own words are longer and name no Python
        version = ".".join(map(str, sys.version_info[:2]))
        return f"{lacking[1]} has no build for Python {version} on this system.\n{hint}"
    lines = output.strip().splitlines()
    while hint and any(re.search(pattern, line) for line in lines[1:]):
        lines.pop(0)
    return "\n".join(part for part in (*lines, summary, hint) if part)


def run_quietly(command: list[str], extra: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env={**os.environ, **(extra or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        check=False,
    )  # fmt: skip


def run(command: list[str], *, folder: Path | None = None, **environment: str) -> int:
    """Run a command on this terminal; return its exit status, 130 if interrupted."""
    with subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}) as process:
        try:
            status = process.wait()
        except KeyboardInterrupt:  # from a terminal the command got it as well
            try:
                process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                process.terminate()
            return INTERRUPTED
    return status if status >= 0 else 128 - status  # ended by a signal: as a shell says it


def build_session(arguments: list[str]) -> int:
    """Do what try.py says: build a routine with these arguments, and show how to go on."""
    python = ensure()
    command = try_command(arguments)
    say("Running smr-audio " + " ".join(command[2:]))
    status = run([str(python), *command])
    if status == 0:
        say(next_commands(python))
    return status


def try_command(arguments: list[str]) -> list[str]:
    """Return what `try.py [ROUTINE] [OPTIONS]` stands for, without the Python."""
    routine, rest = "hamstrings", list(arguments)
    if rest and not rest[0].startswith("-"):
        routine = rest.pop(0)
    output = from_here(ROOT / "output" / f"{Path(routine).stem}.mp3")
    return ["-m", "smr_audio", "build", routine, "-o", output, *rest]


def next_commands(python: Path) -> str:
    command = from_here(python.with_name("smr-audio"))
    command = f'"{command}"' if " " in command else command
    return f"""
Next, for example (hamstrings-basic is for a beginner at home: all it needs is a roller):
  {command} build hamstrings-basic
  {command} plan hamstrings
  {command} serve"""


def from_here(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def check_everything(arguments: list[str]) -> int:
    """Do what test.py says: all checks, or only pytest with these arguments."""
    python = str(ensure())
    pytest = [python, "-m", "pytest"]
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}  # or each of a hundred Pythons compiles all again
    if arguments:
        return run([*pytest, *arguments], folder=ROOT, **compiled)
    lint_imports = "from importlinter.cli import lint_imports_command as main; main()"
    failed = []
    for name, *command in (
        ("ruff check", "-m", "ruff", "check", "."),
        ("ruff format", "-m", "ruff", "format", "--check", "."),
        ("mypy", "-m", "mypy", "smr_audio", "scripts"),
        ("lint-imports", "-c", lint_imports),
    ):
        say(f"==> {name}")
        status = run([python, *command], folder=ROOT)
        if status == INTERRUPTED:
            return status
        if status:
            failed.append(name)
    # pytest goes last, and nothing is printed after it: its summary is the closing line.
    say("==> pytest" + (f" (failed before it: {', '.join(failed)})" if failed else ""))
    # A file to a worker, since its tests share things; one worker more than cores, since many wait.
    pytest += ["-n", str(min((os.cpu_count() or 1) + 1, MOST_WORKERS)), "--dist", "loadfile"]
    return run(pytest, folder=ROOT, **compiled) or bool(failed)
