"""What the agent says in our words: what it can do, what it can't, and what is missing."""

from __future__ import annotations

import re
from typing import Final

SOURCE: Final = "memisis"

CAPABILITIES: Final = (
    "Say what synthetic data you need, in plain words: which synthesizers (CTGAN, TVAE, "
    "GaussianCopula), epochs, training and synthetic rows, what to predict, which attributes to "
    'protect, what comes first, and goals such as "AUROC within 0.03 of real". You get a plan to '
    "check; nothing runs before you confirm it. Then ask about the table, change the plan, run or "
    "stop it, ask how the runs compare, and export data, report and plan."
)
BEYOND: Final = (
    "I have no answer to that, or it is nothing this program does. It plans, runs, measures, "
    'compares and exports synthetic tables, here on this machine; ask "what can you do" for more.'
)
GREETING: Final = "Ready. Say what synthetic data you need, or ask about the table."
THANKS: Final = "You are welcome."
NO_ANSWER: Final = (
    "I have no answer to that. Terms of synthetic data, privacy, utility and fairness can be asked "
    "for by name; a larger model in the models folder can converse more freely "
    "(memisis models list)."
)
NO_TABLE: Final = "No table is open, so there is nothing to plan for. Open one: memisis DATA."
NO_PLAN: Final = "There is no plan yet. Say what synthetic data you need."
NOTHING_RUNS: Final = "Nothing is running."
NO_RUNS: Final = "No run has been measured yet, so there is nothing to compare."
EMPTY: Final = "Say what synthetic data you need, or ask about the table."

_OWN: Final = (
    (
        re.compile(
            r"\b(?:what (?:can|could|do) (?:you|i|this)|what is (?:this|memisis)|help|capabilities"
            r"|how (?:do|does) (?:i|this|it|you) work|how to (?:start|use)|(?:who|what) are you)\b",
            re.IGNORECASE,
        ),
        CAPABILITIES,
    ),
    (
        re.compile(
            r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|hallo|moin|servus"
            r"|greetings)"
            r"\b[\w\s,]{0,20}\W*$",
            re.IGNORECASE,
        ),
        GREETING,
    ),
    (
        re.compile(
            r"^\W*(?:thanks?|thank you|thx|ta|cheers|merci|danke|great|nice|perfect|cool|well done)"
            r"\b[\w\s,]{0,30}\W*$",
            re.IGNORECASE,
        ),
        THANKS,
    ),
)
_GENERAL_QUESTION: Final = re.compile(
    r"^\W*(?:so |and |but |please )?(?:what(?:'s| is| are| does)|why|how (?:is|are|does|do) \w"
    r"|who (?:was|is)|explain|define|what do you mean|tell me (?:about|what))\b",
    re.IGNORECASE,
)
_ABOUT_HERE: Final = re.compile(
    r"\b(?:my|our|this|these|here|data|table|runs?|patients?|you|safe|delete|send|e-?mail|file)\b",
    re.IGNORECASE,
)


def own_answer(words: str) -> str | None:
    """Return our answer to small talk or to a question about the program, None if there is none."""
    return next((text for pattern, text in _OWN if pattern.search(words)), None)


def is_general_question(words: str) -> bool:
    """Return whether this asks for general knowledge, and for nothing about this table or program.

    Only such questions go to the embedded model: of this program and these data it knows nothing,
    and says so with confidence.
    """
    return bool(_GENERAL_QUESTION.search(words)) and not _ABOUT_HERE.search(words)
