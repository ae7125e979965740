"""The forms in which people type the length of a hold."""

from __future__ import annotations

import pytest

from smr_audio.errors import UsageError
from smr_audio.options.table import BY_FLAG

HOLD = BY_FLAG["hold"]

TAKEN = {
    "45": "45|45s|45 s|45sec|45 SEC|45 secs|45 second|45 seconds|0:45|00:45|00:00:45|45.0| 45 |"
    '45"|45秒|0.75m|0.75 min|all=45|ALL=45|all = 45 sec',
    "60": "1m|1 m|1min|1 min|1 minute|1:00|1'|60s",
    "90": "1m30s|1m30|1m 30s|1 min 30 sec|1 minute 30 seconds|1:30|1:30 min|0:90|1.5m|1.5 min|90S",
    "+10": "+10|+10s|+ 10|+10 sec|+0:10",
    "-5": "-5|-5s|-5 seconds|\N{MINUS SIGN}5",
    "x1.5": "x1.5|X 1.5|1.5x|1.5 x|\N{MULTIPLICATION SIGN}1.5|*1.5|150%|150 %|+50%",
    "x0.75": "75%|-25%",
    "8 passes": "8 passes|8passes|8 pass|8 reps",
    "left=45": "left=45|Left=45|left = 0:45|left=45 s",
    "a=20, b=30": "a=20,b=30|a=20;b=30|a=20 b=30|a=20s, b=0:30|A=20, B=30 sec",
    "45, right=60": "45,right=60|45 sec right=1 min",
}

REFUSED = {
    "about 45": "did you mean 45?", "45 Sek": "did you mean 45?", "30-45": "did you mean 30?",
    "left: 45": "did you mean left=45?", "90 seconds each": "did you mean 90?",
    "x1,5": "write a decimal with a point", "20 30": "did you mean 20?",
    "left=20,left=30": "names left twice", "20,30": "several values for all",
    "1.5": "for minutes write 1.5m", "1": "for minutes write 1m", "4": "hold must be 5 to 3600",
    "22.5": "hold must be whole seconds", "-100%": "times more than 0",
    "half": "write 45, 1m30s, 1:30, +10, -5, x1.5, 150% or 8 passes",
}  # fmt: skip


@pytest.mark.parametrize(("means", "forms"), TAKEN.items())
def test_a_hold_is_taken_as_people_type_it(means: str, forms: str) -> None:
    for text in forms.split("|"):
        assert HOLD.kind.shown(HOLD.read([text])) == means, text


@pytest.mark.parametrize(("text", "says"), REFUSED.items())
def test_what_is_no_hold_is_told_the_nearest_form(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        HOLD.read([text])
    assert says in str(caught.value)
