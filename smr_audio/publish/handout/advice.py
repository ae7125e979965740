"""What a hand-out says of safety beyond what is spoken, in English.

From docs/evidence.md, section 3: an expert consensus, case reports, practice and judgement; no
physiotherapist has reviewed it. A sheet of paper cannot examine anyone, so what is a caution for
a clinician is a "do not" here.
"""

from __future__ import annotations

from typing import Final

NOT_REVIEWED: Final = "No physiotherapist has reviewed this hand-out or the session."

CLINICIAN_WINS: Final = "What a clinician tells you wins over it."

DO_NOT_START: Final = (
    "an open wound or a skin infection there",
    "a fracture, known or suspected",
    "swelling, inflammation or a fresh bruise there",
    "a blood clot in a vein, known or suspected",
    "a bone infection, or bone forming in a muscle after a heavy blow",
    "a pulled or torn muscle: none for at least 72 hours, then only when walking is free of pain "
    "and a clinician agrees",
    "a recent operation or an implant there",
    "a fever, or feeling ill",
)

STOP_AT_ONCE: Final = (
    "sharp or stabbing pain",
    "electric or shooting pain",
    "numbness or tingling",
    "more than 7 out of 10",
    "dizziness",
    "pain in a joint",
    "new weakness",
)

EMERGENCY: Final = (
    "chest pain or sudden breathlessness",
    "one leg swollen, warm or red",
    "numbness between the legs",
    "a new problem with bladder or bowel",
    "weakness or numbness in both legs",
)

STAY_OFF: Final = (
    "Never press on the hollow or the outer side of the knee, the kneecap, the sitting bone, hip "
    "bones, tailbone, groin, spine, lower back, lower ribs, neck, throat, belly, armpit, inner "
    "elbow or shin bone."
)

AFTERWARDS: Final = (
    "Mild tenderness for a day or two can happen. A bruise, or soreness beyond 48 hours, means "
    "less pressure next time, or none."
)

BARBELL: Final = (
    "A rack or Smith machine only, on a level floor, with nobody lifting there.",
    "The bar sits fully in hooks of the same height. Safety pins just under the bar.",
    "Begin at mid-thigh height, never higher than the standing foot stays flat.",
    "An empty bar, or equal plates with collars. Press only between the uprights: outside them "
    "the bar can tip.",
    "Test with both hands first. Press down and towards the uprights, never out of the hooks.",
    "A hand on an upright, eyes open. No bouncing, no added weight on the body.",
    "A towel, a pad or long trousers over the knurling.",
    "To leave: stand tall first, then lift the leg. Never twist off the bar.",
)

GRADES: Final = {
    "A": "meta-analysis or several trials on this muscle",
    "B": "one or a few trials, often of another position or tool",
    "C": "practice; no trial of it found",
}

FINDINGS: Final = {"mixed": "the trials disagree", "no_change": "the trials found no change"}
