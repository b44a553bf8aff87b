"""The pool of ``returns_peak``: who works, under which contract, with which skills, for what pay.

All people are invented and carry a number for a name.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

T = TypeVar("T")

# Gross pay per hour in EUR. Germany: the minimum of 2027 (14.60) from the horizon's first day,
# though its four days of 2026 would need only 13.90. Sweden has no statutory minimum; levels as
# in collective agreements, holiday pay included, at 11.30 SEK per EUR.
MINIMUM_WAGE_DE = 14.60
MINIJOB_MONTH = 633.0
WEEKS_PER_MONTH = 13 / 3
LECTURE_TIME_HOURS = 20
EARNED_IN_DECEMBER = (380.0, 560.0)  # of a Minijob, up to the 27th
HALF_DAYS_LEFT = (12, 60)  # enough for these two weeks
CALENDAR_DE = "german_universities"

CITIES = {"DE": ("DE-BE", "DE-HH", "DE-SN"), "SE": ("SE-AB", "SE-O", "SE-M")}
RURAL = {
    "DE": ("DE-BB-rural", "DE-MV-rural", "DE-ST-rural", "DE-TH-rural"),
    "SE": ("SE-AC-rural", "SE-BD-rural", "SE-Z-rural"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Workers who live and work under like terms; hours are per week.

    ``max_hours`` are the limits that contracts have; a Minijob's follows from its wage.
    """

    country: str
    size: int
    contract: str
    status: str
    wage: tuple[float, float]
    min_hours: float
    max_hours: tuple[float, ...]
    rural_share: float
    split_day_share: float = 0.0


GROUPS = (
    Group("DE", 90, "werkstudent", "student", (14.8, 16.8), 0, (12, 16, 20, 20), 0.25),
    Group("DE", 20, "werkstudent", "student_third_country", (14.8, 16.2), 0, (16, 20, 20), 0.1),
    Group("DE", 20, "minijob", "student", (14.6, 15.6), 0, (), 0.35),
    Group("SE", 50, "se_hourly", "student", (15.0, 16.8), 0, (12, 16, 20, 20), 0.4),
    Group("DE", 26, "minijob", "employed_elsewhere", (14.8, 16.4), 0, (), 0.5),
    Group("DE", 36, "part_time", "parent", (15.6, 18.2), 4, (20, 25, 30), 0.55, 0.3),
    Group("DE", 18, "part_time", "retired", (15.2, 17.6), 0, (16, 20), 0.7, 0.2),
    Group("SE", 18, "se_hourly", "employed_elsewhere", (15.6, 17.4), 0, (12, 16), 0.6),
    Group("SE", 22, "se_part_time", "parent", (16.0, 18.4), 4, (20, 24, 30), 0.65, 0.3),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules ask about beside the contract, as cells; empty where they ask nothing."""

    earned: str = ""
    half_days_left: str = ""
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One worker of the pool."""

    id: str
    group: Group
    skills: tuple[str, ...]
    region: str
    wage: float
    max_hours: float
    max_shifts_per_day: int
    max_consecutive_days: int
    standing: Standing

    @property
    def csv_row(self) -> tuple[object, ...]:
        """A row of ``workers.csv``."""
        group = self.group
        return (
            *(self.id, f"Worker {self.id[1:]}", ";".join(self.skills), group.contract),
            *(group.status, self.region, f"{self.wage:.2f}", f"{group.min_hours:g}"),
            *(f"{self.max_hours:g}", self.max_shifts_per_day, self.max_consecutive_days, 11),
            *(self.standing.earned, self.standing.half_days_left, self.standing.calendar),
        )


def pool(rng: np.random.RandomState, past: np.random.RandomState) -> list[Person]:
    """The whole pool, numbered from 001 in the order of the groups; ``past`` draws its standing."""
    groups = [group for group in GROUPS for _ in range(group.size)]
    return [
        _person(rng, f"W{number:03d}", group, _standing(past, group))
        for number, group in enumerate(groups, 1)
    ]


def _standing(rng: np.random.RandomState, group: Group) -> Standing:
    """Wages of December so far, half days left of the year, and whose lectures count."""
    if group.contract == "minijob":
        return Standing(earned=f"{round(float(rng.uniform(*EARNED_IN_DECEMBER)) * 20) / 20:.2f}")
    if group.status == "student_third_country":
        return Standing("", str(rng.randint(*HALF_DAYS_LEFT)), CALENDAR_DE)
    return Standing(calendar=CALENDAR_DE if group.contract == "werkstudent" else "")


def _person(rng: np.random.RandomState, worker_id: str, group: Group, standing: Standing) -> Person:
    skills = _skills(rng, group)
    is_rural = chance(rng, group.rural_share)
    region = pick(rng, (RURAL if is_rural else CITIES)[group.country])
    wage = float(rng.uniform(*group.wage)) + _premium(skills)
    wage = round(wage * 20) / 20
    is_minijob = group.contract == "minijob"
    max_hours = minijob_hours(wage) if is_minijob else pick(rng, group.max_hours)
    return Person(
        id=worker_id,
        group=group,
        skills=skills,
        region=region,
        wage=wage,
        max_hours=max_hours,
        max_shifts_per_day=2 if chance(rng, group.split_day_share) else 1,
        max_consecutive_days=pick(rng, (4, 5, 5, 6)),
        standing=standing,
    )


def minijob_hours(wage: float) -> float:
    """Most hours per week, in halves, whose monthly pay stays within the Minijob limit."""
    return int(MINIJOB_MONTH / WEEKS_PER_MONTH / wage * 2) / 2


def _premium(skills: tuple[str, ...]) -> float:
    """Extra pay per hour for the harder work."""
    hard = sum(skill.startswith(("complaint", "fraud")) for skill in skills)
    return 0.5 * hard + 0.2 * any(skill.endswith("voice") for skill in skills)


def _skills(rng: np.random.RandomState, group: Group) -> tuple[str, ...]:
    """Languages first, then how far the training went: routine, refunds, and what is beyond."""
    skills: list[str] = []
    refunds = chance(rng, 0.8)
    for language in _languages(rng, group):
        skills.append(f"routine-{language}-chat")
        if refunds:
            skills.append(f"refund-{language}-chat")
            if language != "en" and chance(rng, 0.5):
                skills.append(f"refund-{language}-voice")
            if language == "en" and chance(rng, 0.75):
                skills.append("refund-en-mail")
            if language == "de" and chance(rng, 0.6):
                skills.append("complaint-de-chat")
            if language == "en" and chance(rng, 0.25):
                skills.append("fraud-en-chat")
    return tuple(sorted(skills))


def _languages(rng: np.random.RandomState, group: Group) -> tuple[str, ...]:
    if group.status == "student_third_country":
        return ("en",) if chance(rng, 0.5) else ("de", "en")
    home = "de" if group.country == "DE" else "sv"
    return (home, "en") if chance(rng, 0.5) else (home,)


def chance(rng: np.random.RandomState, share: float) -> bool:
    """True with this probability."""
    return float(rng.random_sample()) < share


def pick(rng: np.random.RandomState, options: tuple[T, ...]) -> T:
    """One of the options, all equally likely."""
    return options[int(rng.randint(len(options)))]
