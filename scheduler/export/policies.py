"""What each declared policy changes: the report's section and ``policies.csv``."""

from dataclasses import dataclass
from pathlib import Path

from scheduler.explain.policy_effects import PolicyEffect, Worked
from scheduler.export.report import Report
from scheduler.export.text import RFC4180, Cell, money, write_csv
from scheduler.export.words import amount, hours, percent
from scheduler.policy import Policy

COLUMNS = (
    "policy", "kind", "costs_at_least", "costs_at_most", "charged", "cost_beside_with",
    "cost_beside_without", "group_hours_with", "group_hours_without", "group_share_with",
    "group_share_without", "hours_against_with", "hours_against_without",
)  # fmt: skip
KINDS = {"priority": "priority", "new_starters": "new starters", "spread": "spread"}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy's effect in words: amounts and hours with it, without it, and the difference."""

    name: str
    kind: str
    costs: str
    charged: str
    beside: str
    group: str
    moved: str
    share: str
    against: str


def declared(report: Report) -> list[Policy]:
    """The policies of the problem that have a price."""
    return [policy for policy in report.problem.policies if policy.price]


def policy_rows(report: Report) -> list[PolicyRow]:
    """The rows of the report's section, in the order in which the policies are declared."""
    currency = report.problem.currency
    return [_row(one, currency) for one in report.policy_effects or ()]


def policies_sentence(report: Report) -> str:
    """What was compared and how much is proven; or why nothing was."""
    found = report.policy_effects
    if found is None:
        return report.policies_note
    exact, missing = sum(one.least == one.most for one in found), len(declared(report)) - len(found)
    stopped = f" The search was stopped: {missing} were not compared." if missing else ""
    return (
        "For each policy the schedule stands beside the best one found without it, all else alike. "
        f"{exact} of {len(found)} costs are proven to the cent; a range holds in any case.{stopped}"
    )


def write_policies(report: Report, path: Path) -> None:
    """Each policy with a price: what it costs, and what it moves; amounts, hours and shares."""
    write_csv(path, COLUMNS, map(_cells, report.policy_effects or ()), RFC4180)


def _row(one: PolicyEffect, currency: str) -> PolicyRow:
    least, most = amount(one.least, currency), amount(one.most, currency)
    given, without = one.given, one.without
    return PolicyRow(
        name=one.name,
        kind=KINDS[one.kind],
        costs=most if one.least == one.most else f"{least} to {most}",
        charged=amount(one.charged, currency),
        beside=_change(given.cost - without.cost, amount(abs(given.cost - without.cost), currency)),
        group=f"{hours(given.group)} / {hours(without.group)}",
        moved=_change(given.group - without.group, hours(abs(given.group - without.group))),
        share=f"{percent(given.share)} / {percent(without.share)}",
        against=f"{hours(given.against)} / {hours(without.against)}",
    )


def _change(difference: int, text: str) -> str:
    """A difference with its sign."""
    return ("+" if difference > 0 else "-" if difference else "") + text


def _cells(one: PolicyEffect) -> list[Cell]:
    sides = zip(_figures(one.given), _figures(one.without), strict=True)
    together = [cell for side in sides for cell in side]
    return [one.name, one.kind, money(one.least), money(one.most), money(one.charged), *together]


def _figures(worked: Worked) -> list[Cell]:
    """Other costs, hours of the group, its share, and hours against the policy."""
    return [
        money(worked.cost),
        round(worked.group / 60, 2),
        round(worked.share, 4),
        round(worked.against / 60, 2),
    ]
