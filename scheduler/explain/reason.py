"""A reason: which rule stands against a shift (or speaks for it), why, and what about."""

from dataclasses import dataclass
from typing import Literal

# forbidden: may not be worked. offer: may be worked if the worker accepts. priced: may be
# worked, at a price. info: nothing stands against it.
Severity = Literal["forbidden", "offer", "priced", "info"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a worker may not, should not or does work a shift.

    ``rule`` is a rule of the validator or a decision of the optimiser, ``cause`` what made it
    speak; together they are a stable code (``scheduler/explain/codes.py``). ``subject`` is what
    it is about: a skill, the other shifts, a template, the worker. ``detail`` is for people.
    """

    rule: str
    cause: str
    subject: str
    severity: Severity
    detail: str

    @property
    def code(self) -> str:
        """The stable name of rule and cause."""
        return f"{self.rule}.{self.cause}"

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


def reason_json(reason: Reason) -> dict[str, str]:
    """A reason as a file or a page shows it."""
    return {
        "code": reason.code,
        "rule": reason.rule,
        "cause": reason.cause,
        "subject": reason.subject,
        "severity": reason.severity,
        "detail": reason.detail,
    }
