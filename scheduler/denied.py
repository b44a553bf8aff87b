"""What no plan may be made by: how somebody behaved, his health, his beliefs, his union.

Who gets which hours is decided by skills, offered times, contracts and declared policies. A
feature on this list is refused by its name at the border: as a column about workers, in what a
policy selects by, and in a policy's name.
"""

import re

# Whole words; "no show" also stands for no_show and no-show.
DENIED = frozenset(
    {
        "rating", "ratings", "score", "scores", "scoring", "ranking", "reliability", "reliable",
        "unreliable", "refusal", "refusals", "refused", "declined", "declines",
        "acceptance rate", "cancellations", "no show", "no shows", "noshow", "noshows",
        "show rate", "lateness", "punctuality", "attendance", "absence", "absences",
        "absenteeism", "productivity", "performance", "adherence",
        "sick", "sickness", "sick days", "illness", "health", "medical", "disability", "disabled",
        "pregnancy", "pregnant", "union", "works council", "strike",
        "religion", "religious", "belief", "ethnicity", "ethnic", "race", "gender", "sex",
        "orientation", "political",
    }
)  # fmt: skip


def denied_feature(text: str) -> str | None:
    """The first feature on the list that a name or a text mentions as whole words; else None."""
    words = " ".join(re.findall(r"[^\W_]+", text.casefold()))
    mentioned = [one for one in DENIED if f" {one} " in f" {words} "]
    return min(mentioned, key=lambda one: (words.find(one), -len(one)), default=None)


def denial(feature: str) -> str:
    """Why it is refused, in a planner's words."""
    return f"{feature!r} may not decide who works: no behaviour, health, belief or union"
