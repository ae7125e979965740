"""Build an MP3 for each of many jobs; a stopped run can be continued."""

import json
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO, Final

from smr_audio.batch.jobs import BadRow, BatchReport, Job, JobResult, placed, read_jobs
from smr_audio.batch.processes import WorkerFailure, refuse_to_run_while_starting, spread
from smr_audio.build_key import Keys
from smr_audio.errors import BuildError, ContentError, ShortageError, SmrAudioError, UsageError, reason_of
from smr_audio.installed import this_version
from smr_audio.library.library import Library, is_path
from smr_audio.library.load import read_content
from smr_audio.library.search import content_root
from smr_audio.library.technique import Technique
from smr_audio.options.preferences import Preferences
from smr_audio.progress import Progress, silent_progress
from smr_audio.records import asdict, dataclass, replace
from smr_audio.storage.atomic import atomic_output, share, sweep, try_lock
from smr_audio.storage.cache import Cache
from smr_audio.storage.paths import FileNames, default_cache_root, safe_name
from smr_audio.studio.studio import Studio

REPORT: Final = "report.json"
LEDGER: Final = ".batch.jsonl"
_MTIME_SLACK_MS: Final = 2000  # FAT counts in two seconds


@dataclass(frozen=True, slots=True)
class Task:
    """A row to build at `output`, with its result until it is built.

    `digest` is of the content as it is now, `key` of everything.
    """

    result: JobResult
    routine: str | Path
    preferences: Preferences
    output: Path
    digest: str
    key: str


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A file that was built, and the key of all it was built from."""

    file: str
    key: str
    bytes: int
    mtime_ms: int
    duration_ms: int = 0
    warnings: tuple[str, ...] = ()


class Ledger:
    """What a folder of built files holds and what each was built from, so that no row is built twice.

    A line a file, added when the file is whole: `{"file", "key", "bytes", "mtime_ms", …}`. A kill
    leaves at most a torn last line. Lines that cannot be read are ignored.
    """

    def __init__(self, folder: Path, file: BinaryIO) -> None:
        self._folder = folder
        self._file = file
        self._entries = {entry.file: entry for entry in _entries_of(file)}

    def unchanged(self, file: str, key: str) -> LedgerEntry | None:
        """The entry of a file that is there and was built from just this."""
        entry = self._entries.get(file)
        if entry is None or entry.key != key:
            return None
        try:
            found = (self._folder / file).lstat()
        except OSError:
            return None
        late_ms = abs(found.st_mtime_ns // 1_000_000 - entry.mtime_ms)
        same = stat.S_ISREG(found.st_mode) and found.st_size == entry.bytes
        return entry if same and late_ms <= _MTIME_SLACK_MS else None

    def add(self, file: str, key: str, *, duration_ms: int, warnings: tuple[str, ...]) -> None:
        """Add a file that was built just now. A full disk is no reason to stop."""
        with suppress(OSError):
            found = (self._folder / file).stat()
            mtime_ms = found.st_mtime_ns // 1_000_000
            entry = LedgerEntry(file, key, found.st_size, mtime_ms, duration_ms, warnings)
            line = json.dumps(asdict(entry), separators=(",", ":")).encode() + b"\n"
            self._file.write(line)
            self._file.flush()

    def forget(self) -> None:
        """Empty it, so that all is built again."""
        self._entries.clear()
        self._file.truncate(0)


def build_many(
    jobs: Iterable[Job | BadRow] | str | Path,
    output: str | Path,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    content: Iterable[str | Path] = (),
    cache: Cache | None = None,
    again: bool = False,
    progress: Progress = silent_progress,
    on_result: Callable[[JobResult], None] | None = None,
) -> BatchReport:
    """Build an MP3 for each job into the folder `output`; a job that fails stops no other.

    `jobs` are Jobs, or the path of a .csv or .jsonl file of them. Without an `executor`,
    `workers` processes build (None: one a core; 1: none but this one); with one, `workers` says
    how many it has. What is there and was built from the same stays, unless `again`.
    `on_result` hears of each job when it is done; the report has them in order, and is written
    to `report.json`. Raises UsageError, ContentError or BuildError for what stops it all.
    """
    refuse_to_run_while_starting()
    started = time.monotonic()
    folder, content, cache = Path(output), tuple(content), cache or Cache(default_cache_root())
    Library(content)  # reports a missing folder once, and first
    folders = tuple(str(Path(one).absolute()) for one in content)
    version, cache_place = this_version(), str(cache.root.absolute())
    warnings: list[str] = []
    if isinstance(jobs, str | Path):
        jobs = read_jobs(Path(jobs), on_warning=warnings.append)
    given = list(jobs)
    with open_ledger(folder) as ledger:
        if again:
            ledger.forget()
        names, keys = FileNames(), Keys(folders, version=version, cache=cache)
        rows = [
            _planned(job, _named(row, job, folder, names), keys=keys, ledger=ledger) for row, job in enumerate(given, 1)
        ]
        try:
            # Opened first, so that a folder that cannot be written fails before hours of work.
            with atomic_output(folder / REPORT) as temporary:
                results = {}
                work = partial(build_task, content=folders, cache=cache_place, version=version)
                for result in _results(rows, work, executor, workers, ledger):
                    results[result.row] = result
                    progress("building", len(results), len(rows))
                    if on_result is not None:
                        on_result(result)
                ordered = tuple(results[row] for row in sorted(results))
                took, place = time.monotonic() - started, folder / REPORT
                report = BatchReport(ordered, place, took, tuple(warnings))
                text = json.dumps(report.as_json(), indent=1) + "\n"
                temporary.write_text(text, encoding="utf-8", newline="\n")
        finally:
            sweep(folder)  # a killed worker may have left something
    return report


def _named(number: int, job: Job | BadRow, folder: Path, names: FileNames) -> JobResult:
    """The result of a row that was not built, with a name that no other row has."""
    named = job.routine if isinstance(job, Job) else "row"
    stem = Path(named).stem if is_path(str(named)) else named  # a pack's id has a dot
    default = f"{stem}-{number}"
    wanted = safe_name(job.name or "") or safe_name(default)
    name = names.take(wanted)
    text = f"another row is named '{wanted}' too, so this one's file is {name}.mp3"
    warnings = () if name == wanted else (text,)
    place = job.place if isinstance(job, Job) else job.problems[0].location
    where = str(place) if place else ""
    return JobResult(number, name, folder / f"{name}.mp3", "failed", warnings=warnings, place=where)


def _planned(job: Job | BadRow, row: JobResult, *, keys: Keys, ledger: Ledger) -> Task | JobResult:
    """What is to be built, or the result if nothing is."""
    if isinstance(job, BadRow):
        error = ContentError(job.problems)
        return replace(row, error=str(error), exit_status=error.exit_status)
    routine = Path(job.routine).absolute() if is_path(str(job.routine)) else str(job.routine)
    try:
        preferences = placed(job.preferences, Path.cwd())  # a worker may run in another folder
    except UsageError as fault:
        return row.failed(str(fault), fault.exit_status)
    key = keys.key(routine, preferences)
    if entry := ledger.unchanged(row.path.name, key):
        row = replace(row, status="unchanged", bytes=entry.bytes, duration_ms=entry.duration_ms)
        return replace(row, warnings=(*row.warnings, *entry.warnings))
    return Task(row, routine, preferences, row.path.absolute(), keys.content(routine), key)


def _results(
    rows: Sequence[Task | JobResult],
    work: Callable[[Task], JobResult],
    executor: Executor | None,
    workers: int | None,
    ledger: Ledger,
) -> Iterator[JobResult]:
    """The result of each row as it comes; what is built is in the ledger before."""
    equal: dict[str, list[Task]] = {}
    for row in rows:
        if isinstance(row, Task):
            equal.setdefault(row.key, []).append(row)
        else:
            yield row
    left: list[Task] = []
    with closing(spread(work, [one for one, *_ in equal.values()], executor=executor, workers=workers)) as found:
        for task, made in found:
            result = task.result.failed(made.reason) if isinstance(made, WorkerFailure) else made
            same = equal[task.key][1:]
            if result.error is not None:
                left += same
                yield result
                continue
            warnings = result.warnings[len(task.result.warnings) :]  # the build's own
            for each in (task, *same):
                one = result if each is task else _shared(each, task.output, result, warnings)
                if one.error is None:
                    ledger.add(one.path.name, each.key, duration_ms=one.duration_ms, warnings=warnings)
                yield one
    if left:  # what failed for one row may not for the next
        yield from _results(left, work, executor, workers, ledger)


def _shared(task: Task, source: Path, made: JobResult, warnings: tuple[str, ...]) -> JobResult:
    """The result of a task that has the same key as another one, whose file it shares."""
    try:
        share(source, task.output)
    except BuildError as error:
        return task.result.failed(str(error), error.exit_status)
    warnings = (*task.result.warnings, *warnings)
    return replace(task.result, status="built", bytes=made.bytes, duration_ms=made.duration_ms, warnings=warnings)


def build_task(task: Task, *, content: tuple[str, ...], cache: str, version: str) -> JobResult:
    """What became of a task of a version of smr-audio. Nothing that is wrong with it is raised.

    The paths of content and cache are absolute, since a worker may stand elsewhere.
    """
    if (mine := this_version()) != version:
        return task.result.failed(f"the worker has smr-audio {mine}, and this is {version}; make them equal")
    try:
        studio = _studios.studio(content, cache, _added_by(task.routine), task.digest)
        routine = studio.session_of(task.routine, task.preferences)
        report = studio.build(routine, task.output, task.preferences, one_of_many=True)
    except SmrAudioError as error:
        return task.result.failed(str(error), error.exit_status)
    except Exception as error:  # noqa: BLE001  a bug in one row must not end the others
        fault = f"a fault in smr-audio: {type(error).__name__}: {error}; please report it"
        return task.result.failed(str(ShortageError.of(error, "stopped half-way") or fault))
    trouble = [studio.cache.trouble] if studio.cache.trouble else []
    return replace(
        task.result,
        status="built",
        bytes=report.files[0].bytes,
        duration_ms=report.plan.duration_ms,
        warnings=(*task.result.warnings, *(notice.text for notice in report.plan.warnings), *trouble),
    )


def _added_by(routine: str | Path) -> Path | None:
    """What loading a routine's file adds to a library: its folder, or a technique.

    Rows share a studio only if they add the same, so that a row sees no content of another one.
    """
    if isinstance(routine, str):
        return None
    alone = isinstance(read_content(routine), Technique)
    return routine if alone else content_root(routine.parent)


def _open_studio(content: tuple[str, ...], cache: str, added: Path | None, digest: str) -> Studio:
    """A new one when the content changed, since a studio keeps what it has read."""
    return Studio(content=content, cache=Cache(Path(cache)))


class _ThreadStudios(threading.local):
    """A thread's studios, since each is for one thread; the more a studio made, the faster."""

    def __init__(self) -> None:
        self.studio = lru_cache(maxsize=4)(_open_studio)


_studios: Final = _ThreadStudios()


@contextmanager
def open_ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger of a folder, which is made if need be, for one run at a time.

    Raises BuildError if the folder cannot be written or another run uses it.
    """
    path = folder / LEDGER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("ab+")
    except OSError as error:
        message = f"cannot write {path}: {reason_of(error)}; choose another folder with -o"
        raise BuildError(message) from error
    with file:
        if not try_lock(file):
            raise BuildError(f"another batch writes to {folder}; wait for it to end")
        yield Ledger(folder, file)


def _entries_of(file: BinaryIO) -> Iterator[LedgerEntry]:
    file.seek(0)
    data = file.read()
    if data and not data.endswith(b"\n"):  # the last run was killed while it wrote
        file.write(b"\n")
    for line in data.splitlines():
        with suppress(ValueError, TypeError, LookupError, RecursionError):
            entry = json.loads(line)
            read = LedgerEntry(**{**entry, "warnings": tuple(map(str, entry["warnings"]))})
            numbers = (read.bytes, read.mtime_ms, read.duration_ms)
            if type(read.file) is str and all(type(one) is int for one in numbers):
                yield read
