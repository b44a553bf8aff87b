"""More, fewer, dearer or less skilled workers."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from random import Random

from api.scenarios.changes import SkillDrop
from api.scenarios.draft import Draft, Row
from api.scenarios.need import percent_text
from scheduler.export.words import count

# What a person brings along alone: a copy of him has neither his pins nor his past.
OWN_TABLES = frozenset({"pins.csv", "history_of_shifts.csv"})
# Parts into which the seeded start of a choice is divided; whole numbers keep it exact.
PARTS = 1_000_000


def change_workers(draft: Draft, number: int, seed: int) -> None:
    """Take workers away (below 0), or add copies of some with all that they offer."""
    if number < 0:
        _take_away(draft, -number, seed)
    elif number > 0:
        _add_copies(draft, number, seed)


def change_wages(draft: Draft, factor: Fraction) -> None:
    """Multiply every hourly cost, rounded half up to whole cents."""
    for row in draft.sheet("workers.csv").rows:
        exact = Fraction(row["hourly_cost"].strip().replace(",", ".")) * factor
        whole, cents = divmod(floor(100 * exact + Fraction(1, 2)), 100)
        row["hourly_cost"] = f"{whole}.{cents:02d}"
    draft.note("wage", f"hourly costs {percent_text(factor)}", factor=float(factor))


def drop_skill(draft: Draft, drop: SkillDrop, seed: int) -> None:
    """Take a skill from all who have it, or from some of them."""
    having = [row for row in draft.sheet("workers.csv").rows if drop.skill in _skills(row)]
    num = len(having) if drop.num is None else min(drop.num, len(having))
    for index in chosen(having, num, seed):
        kept = [one for one in _skills(having[index]) if one != drop.skill]
        having[index]["skills"] = ";".join(kept)
    detail = f"{count(num, 'worker')} of {len(having)} without {drop.skill}"
    draft.note("drop_skill", detail, skill=drop.skill, workers=num)


def chosen(rows: Sequence[Row], num: int, seed: int) -> list[int]:
    """Indexes of ``num`` workers that stand for all, in the order they were chosen.

    The workers are sorted by contract and skills, equals by a seeded draw; then every
    (all / num)-th is taken from a seeded start. Each contract, and each skill set within it,
    is met in proportion, off by less than one worker. More than there are: some come again.
    """
    random = Random(seed)
    draws = [random.random() for _ in rows]
    order = sorted(
        range(len(rows)),
        key=lambda index: (rows[index]["contract"], sorted(_skills(rows[index])), draws[index]),
    )
    start = random.randrange(PARTS)
    return [order[(number * PARTS + start) * len(rows) // (num * PARTS)] for number in range(num)]


def _take_away(draft: Draft, number: int, seed: int) -> None:
    staff = draft.sheet("workers.csv")
    gone = {staff.rows[index]["worker_id"].strip() for index in chosen(staff.rows, number, seed)}
    before = len(staff.rows)
    staff.rows = [row for row in staff.rows if row["worker_id"].strip() not in gone]
    lost_pins = 0
    for name, sheet in draft.sheets_of_workers():
        kept = [row for row in sheet.rows if row["worker_id"].strip() not in gone]
        lost_pins += len(sheet.rows) - len(kept) if name == "pins.csv" else 0
        sheet.rows = kept
    pins = f", and {count(lost_pins, 'pin')} with them" if lost_pins else ""
    detail = f"{count(number, 'worker')} of {before} fewer{pins}"
    draft.note("fewer_workers", detail, workers=number, seed=seed)


def _add_copies(draft: Draft, number: int, seed: int) -> None:
    staff = draft.sheet("workers.csv")
    before, taken = len(staff.rows), {row["worker_id"].strip() for row in staff.rows}
    copies: list[tuple[str, str]] = []
    for index in chosen(staff.rows, number, seed):
        row = staff.rows[index]
        one = row["worker_id"].strip()
        new = _free_id(one, taken)
        copies.append((one, new))
        name = row["name"].strip() or one
        staff.rows.append(
            {**row, "worker_id": new, "name": f"{name} ({new.removeprefix(one)[1:]})"}
        )
    for name, sheet in draft.sheets_of_workers():
        if name not in OWN_TABLES:
            _copy_rows(sheet.rows, copies)
    detail = f"{count(number, 'worker')} more than {before}, copies of others"
    draft.note("more_workers", detail, workers=number, seed=seed)


def _copy_rows(rows: list[Row], copies: Sequence[tuple[str, str]]) -> None:
    of_worker: dict[str, list[Row]] = {}
    for row in rows:
        of_worker.setdefault(row["worker_id"].strip(), []).append(row)
    for one, new in copies:
        rows.extend({**row, "worker_id": new} for row in of_worker.get(one, ()))


def _free_id(one: str, taken: set[str]) -> str:
    number = 1
    while f"{one}-copy{number}" in taken:
        number += 1
    taken.add(f"{one}-copy{number}")
    return f"{one}-copy{number}"


def _skills(row: Row) -> list[str]:
    return [one.strip() for one in row["skills"].split(";") if one.strip()]
