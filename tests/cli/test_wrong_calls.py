"""A wrong call has its exit status, says in one message what to do, and writes nothing."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import ROUTINE, Run

FLOOR = "hamstring-roller-floor"
WRONG = [
    ("plan hamstringz", 2, "did you mean 'hamstrings'?"),
    ("plan hamstring-barbel", 2, "did you mean 'hamstring-barbell'?"),
    ("plan none.yaml", 2, "none.yaml: there is no such file"),
    ("plan ../../etc/passwd", 2, "there is no such file"),
    (f"plan {'x' * 300}", 2, "there is no routine or technique"),
    ("plan", 2, "name a routine, or the muscles with --for"),
    ("biuld x", 2, "did you mean 'build'?"),
    ("check nowhere", 2, "nowhere: there is no such file or folder"),
    ("list nothing", 2, "there is no routine or technique 'nothing'"),
    ("voices download joe", 2, "comes with the extra 'natural-male'"),
    ("verify", 2, "Missing argument"),
    ("verify none.mp3 --json", 2, "there is no file 'none.mp3'; look at the path"),
    ("build hamstrings -o ''", 2, "name a file that ends in .mp3"),
    ("build hamstrings -o x.wav", 2, "name a file that ends in .mp3"),
    ("build hamstrings -o x.mp3 --album x", 2, "ask for one of them"),
    ("build hamstrings --zip", 2, "--zip is for an album"),
    ("build hamstrings --album . --zip", 2, "name a folder"),
    ("build hamstrings --album .. --zip", 2, "name a folder"),
    ("build hamstrings --album a/.. --zip", 2, "name a folder"),
    ("build hamstrings --save --no-profile", 2, "--no-profile"),
    ("plan hamstrings --text ''", 2, "name a file that ends in .md or .txt"),
    ("plan hamstrings --picture p.jpg", 2, "name a file that ends in .svg or .png"),
    ("plan hamstrings --voice silent --picture folder.svg", 1, "it is a folder; name a file"),
    ("plan hamstrings --voice silent --text text.wav/t.md", 1, "cannot write"),
    ("plan hamstrings --hold hamstring-barbel=40", 2, "did you mean"),
    ("plan hamstrings --skip calves", 2, "no technique of this session"),
    ("plan hamstrings --sides left --extra right", 2, "extra side"),
    ("plan hamstrings --talk folow", 2, "not folow; did you mean 'follow'?"),
    ("plan hamstrings --talk hamstring-ball-press=lern", 2, "not lern; did you mean 'learn'?"),
    ("plan hamstrings --talk breif", 2, "did you mean 'brief'?"),
    ("plan hamstrings --talk atuo", 2, "did you mean 'auto'?"),
    ("plan hamstrings --talk 7", 2, "must be one of learn, follow, minimal, auto, not 7"),
    (f"plan hamstrings --talk {FLOOR}=", 2, "must be one of learn, follow, minimal, auto"),
    (f"plan hamstrings --talk {FLOOR}", 2, "must be one of learn, follow, minimal, auto"),
    ("plan hamstrings --talk =learn", 2, "'' is no technique; write ID=follow"),
    ("plan hamstrings --talk a=b=learn", 2, "'a=b' is no technique; write ID=follow"),
    (f"plan hamstrings --talk {FLOOR}:left=learn", 2, "is no technique; write ID=follow"),
    ("plan hamstrings --talk ''", 2, "'--talk': is empty; write a value, or leave it out"),
    ("plan hamstrings --talk hamstring-roler-floor=learn", 2, f"did you mean '{FLOOR}'?"),
    ("plan hamstrings --talk calf-roller-seated=learn", 2, "is no technique of this session"),
    ("plan hamstrings --talk 'learn=My Calf'", 2, "must be one of learn, follow, minimal, auto"),
    ("plan pre-lift --safety ful", 2, "must be one of full, short, not ful; did you mean 'full'?"),
    ("plan hamstrings --voice nobody-at-all", 2, "nobody-at-all"),
    ("plan hamstrings --voice ''", 2, "voice"),
    ("plan hamstrings --voice no.onnx", 2, "there is no voice 'no.onnx'"),
    ("plan hamstrings --language xx", 4, "xx"),
    ("plan hamstrings --content nowhere", 2, "no such content folder"),
    ("plan hamstrings --fit 86401m", 2, "must be 1 to 86400 seconds"),
    ("plan hamstrings --minutes 1e3", 2, "must be a number of minutes"),
    ("plan hamstrings --fit 6m --minutes 6", 2, "fit and minutes both say the same"),
    ("plan hamstrings --passes 8 --hold 30", 2, "hold and passes both say"),
    ("plan --for calves --skip calf-rollers", 2, "'calf-rollers' is no technique"),
    ("plan '\x1b[31mx'", 2, "there is no routine"),
    ("build hamstrings -o text.wav/x.mp3", 1, "Error: cannot write"),
    ("build hamstrings --album text.wav/x", 1, "Error: cannot write"),
    ("build hamstrings --watch --json", 2, "--watch"),
    ("plan --for calfs", 2, "there is no muscle 'calfs'; did you mean 'calf'?"),
    ("plan --for neck", 2, "no muscle 'neck'; no good shown outweighs the risk of pressing there"),
    ("plan hamstrings --for calves", 2, "one of the two"),
    ("plan --for adductors", 2, "because its level is 2, over 1"),
    ("plan --for lats --tools bench", 2, "nothing for the lats fits: not lat-ball-wall"),
    ("plan --for a,b,c,d,e,f,g,h,i,j,k,l,m", 2, "name 1 to 12 muscles, not 13"),
    ("plan --for ''", 2, "is empty"),
    ("build hamstrings --cues loud", 2, "classic"),
    ("build hamstrings --calls halfways", 2, "did you mean 'halfway'?"),
    ("build hamstrings --calls none,halfway", 2, "stand alone"),
    ("build hamstrings --cue-sound bell.wav", 2, "write start=bell.wav"),
    ("build hamstrings --cue-sound strat=bell.wav", 2, "did you mean 'start'?"),
    ("build hamstrings --cue-sound start=", 2, "needs the path"),
    ("build hamstrings --cue-sound start=gone.wav", 2, "the sound of the cue 'start'"),
    ("build hamstrings --cue-sound tick=text.wav", 2, "it is no WAV, FLAC, MP3 or OGG sound"),
    ("course hamstrings-6-weeks --start 2027-02-29", 2, "no day '2027-02-29'; write year"),
    ("course hamstrings-6-weeks --time 25:00", 2, "there is no time '25:00'"),
    ("course hamstrings-6-weeks --zone Europe/Berln", 2, "did you mean 'Europe/Berlin'?"),
    ("course hamstrings-6-weeks --zone ../../etc/passwd", 2, "there is no time zone"),
    ("course hamstrings-6-weeks --remind 9d", 2, "--remind '9d' is not 0 s to 7 days"),
    ("course hamstrings-6-weeks -o ''", 2, "'--output': name a folder; . is the one you are in"),
    ("new technique ../x", 2, "is no name; write an id"),
    ("new technique CON", 2, "is no name; write an id"),
    ("cache trim", 2, "Missing option '--max-size'"),
    ("cache trim --max-size=\x1b[31m5", 2, "is no size"),
    ("batch none.csv -o out", 2, "none.csv: there is no such file"),
    ("batch mine.yaml -o out", 2, "ends in .csv or .jsonl"),
    ("batch jobs.csv", 2, "--output"),
    ("batch jobs.csv -o ''", 2, "name a folder"),
    ("batch jobs.csv -o out --jobs 0", 2, "--jobs"),
    ("batch jobs.csv -o out --content none", 2, "no such content folder"),
    ("batch jobs.csv -o out --scheduler nowhere", 2, "write tcp://host:8786"),
    ("batch jobs.csv -o out --scheduler tcp://h:1 --jobs 2", 2, "--jobs"),
    ("batch jobs.csv -o mine.yaml", 1, "choose another folder"),
    ("batch wrong.csv -o out", 3, "wrong.csv:1:9: there is no column 'hodl'; did you mean"),
    ("publish site mine.yaml --base-url http://example.org/", 2, "begins with https://"),
    ("publish site mine.yaml --base-url https://example.org/?x", 2, "without ? or #"),
    ("publish site mine.yaml --date soon", 2, "is no date"),
    ("publish site mine.yaml --title ' '", 2, "--title has nothing in it"),
    ("publish site hamstring", 2, "there is no routine or technique 'hamstring'"),
    ("publish site bad.yaml", 3, "bad.yaml:1:1"),
    ("publish '' mine.yaml", 2, "name a folder"),
    ("publish text.wav mine.yaml --voice silent", 1, "cannot write"),
    ("profile set", 2, "nothing to set"),
    ("profile set --only hamstring-ball-press", 2, "--only is about one session"),
    ("profile set --tools sofa", 2, "there is no tool 'sofa'"),
    ("profile set --tools ''", 2, "is empty"),
    ("profile set --level 2 --limit first_session", 2, "exclude each other"),
    ("profile set --fit 25m", 2, "a length is of one routine; write ROUTINE=25m"),
    ("profile set --fit full-bdy=25m", 2, "'full-bdy'; did you mean 'full-body'?"),
    ("profile set --skip nope", 2, "there is no technique 'nope'"),
    ("profile set --swap a=b", 2, "there is no technique 'a'"),
    ("profile set --swap a", 2, "write OLD=NEW"),
    ("profile set --cue-sound start=nope.wav", 2, "nope.wav"),
    ("profile set --voice nobody-at-all", 2, "nobody-at-all"),
    ("profile unset level", 2, "there is no profile at"),
    ("profile unset kind", 2, "'kind' is not one of"),
    ("profile clear", 2, "there is no profile at"),
    ("profile forget", 2, "No such command 'forget'"),
    ("profile --json set", 2, "--json is for showing"),
    ("schema tune", 2, "'tune' is not one of"),
    ("preview hamstrings --step 9", 2, "--step"),
    ("picture -o a.svg", 2, "name a technique, or say --all"),
    ("picture glute-ball-wall --all -o a.svg", 2, "name a technique, or say --all"),
    ("picture --all -o a.png", 2, "name a file that ends in .svg"),
    ("picture calf-stick -o a.svg", 2, "there is no routine or technique"),
    ("picture hamstrings -o a.svg", 2, "hamstrings is a routine; name one technique"),
    ("picture glute-ball-wall -o a.jpg", 2, "name a file that ends in .svg or .png"),
    ("picture glute-ball-wall -o a.svg --size 200", 2, "--size is for a .png"),
    ("picture glute-ball-wall -o a.png --size 9", 2, "32<=x<=4096"),
    ("picture glute-ball-wall -o a.svg --language xx", 4, "xx"),
    ("picture glute-ball-wall", 2, "Missing option"),
]

FILES = {
    "text.wav": "no sound", "mine.yaml": ROUTINE, "bad.yaml": "kind: routine\nid: bad\n",
    "jobs.csv": "routine,voice\nmine.yaml,silent\n", "wrong.csv": "routine,hodl\nmine.yaml,30\n",
}  # fmt: skip


def files_in(folder: Path, line: str) -> list[Path]:
    """Those there are, sounds in the cache among them: most calls are refused unspoken."""
    spoken = "cache" if line.startswith("plan hamstrings --voice silent") else None
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if path.relative_to(folder).parts[0] != spoken)


@pytest.mark.parametrize(("line", "status", "words"), WRONG, ids=lambda part: str(part)[:60])
def test_a_wrong_call_says_what_to_do_and_writes_nothing(
    run: Run, tmp_path: Path, line: str, status: int, words: str
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "folder.svg").mkdir()
    before = files_in(tmp_path, line)
    done = run(*shlex.split(line))
    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr and "\x1b" not in done.stderr
    assert files_in(tmp_path, line) == before
