"""The judge: rules and cost of a schedule, from the instance alone, without any model.

A schedule is ``[worker, day]``: the number of the shift type, or OFF.
"""

from itertools import groupby, pairwise
from pathlib import Path

import numpy as np

from benchmarks.nrp.instance import OFF, Instance, Worker
from scheduler.problem import IntArray


def cost(instance: Instance, schedule: IntArray) -> int:
    """Requests not met plus workers too few and too many per day and shift type."""
    types = np.arange(len(instance.types))
    given = schedule[:, :, None] == types
    requests = int(instance.on[~given].sum() + instance.off[given].sum())
    lack = instance.requirement - given.sum(axis=0)
    cover = np.where(lack > 0, lack * instance.under, -lack * instance.over)
    return requests + int(cover.sum())


def violations(instance: Instance, schedule: IntArray) -> list[str]:
    """Every broken hard rule, in words."""
    found = []
    for number, worker in enumerate(instance.workers):
        days = schedule[number].tolist()
        broken = [
            *_totals(instance, worker, days),
            *_successions(instance, days),
            *_runs(worker, days),
        ]
        broken += [f"works on day {day}, a day off" for day in np.flatnonzero(
            instance.days_off[number]).tolist() if days[day] != OFF]  # fmt: skip
        found += [f"worker {worker.id}: {rule}" for rule in broken]
    return found


def keeps_limits(instance: Instance, worker: int, days: IntArray) -> bool:
    """Whether one worker's days keep his limits per shift type."""
    counts = np.bincount(days[days != OFF], minlength=len(instance.types))
    return bool((counts <= instance.workers[worker].max_shifts).all())


def _totals(instance: Instance, worker: Worker, days: list[int]) -> list[str]:
    """Minutes, shifts per type and weekends in the whole horizon."""
    found = []
    for kind, limit in enumerate(worker.max_shifts):
        if days.count(kind) > limit:
            found.append(f"{days.count(kind)} shifts {instance.types[kind].id}, {limit} allowed")
    minutes = sum(instance.types[kind].minutes for kind in days if kind != OFF)
    if not worker.min_minutes <= minutes <= worker.max_minutes:
        found.append(f"{minutes} minutes, not {worker.min_minutes} to {worker.max_minutes}")
    weekends = {day // 7 for day, kind in enumerate(days) if kind != OFF and day % 7 in (5, 6)}
    if len(weekends) > worker.max_weekends:
        found.append(f"{len(weekends)} weekends, {worker.max_weekends} allowed")
    return found


def _successions(instance: Instance, days: list[int]) -> list[str]:
    found = []
    for day, (before, after) in enumerate(pairwise(days)):
        if OFF not in (before, after):
            first, second = instance.types[before], instance.types[after]
            if second.id in first.not_before:
                found.append(f"{second.id} after {first.id} on day {day + 1}")
    return found


def _runs(worker: Worker, days: list[int]) -> list[str]:
    """Days on and off in a row; a run at an edge of the horizon may go on outside it."""
    found, start = [], 0
    for is_on, group in groupby(days, key=lambda kind: kind != OFF):
        length = len(list(group))
        inside = start > 0 and start + length < len(days)
        if is_on and length > worker.max_days_on:
            found.append(f"{length} days on from day {start}, {worker.max_days_on} allowed")
        least = worker.min_days_on if is_on else worker.min_days_off
        if inside and length < least:
            name = "on" if is_on else "off"
            found.append(f"{length} days {name} from day {start}, {least} needed")
        start += length
    return found


def parse_schedule(instance: Instance, text: str) -> IntArray:
    """Read a schedule as published: a line per worker, a cell ``D=`` or a blank per day.

    Only a file's first schedule counts: what was published goes on with others. Raises ValueError.
    """
    kinds = {kind.id: number for number, kind in enumerate(instance.types)}
    rows: dict[str, list[int]] = {}
    for line in text.splitlines():
        name, colon, cells = line.partition(":")
        if colon and name.strip() in {worker.id for worker in instance.workers}:
            tokens = cells.replace(".", " . ").replace("=", " ").split()
            row = [OFF if token == "." else kinds[token] for token in tokens]
            rows.setdefault(name.strip(), row)
    table = [rows.get(worker.id, []) for worker in instance.workers]
    if any(len(row) != instance.days for row in table):
        raise ValueError(f"{instance.name}: a worker's line is missing or has a wrong length")
    return np.array(table, dtype=np.int64)


def read_schedule(instance: Instance, path: Path) -> IntArray:
    """Read a schedule file written by ``print_schedule`` or published in that form."""
    return parse_schedule(instance, path.read_text(encoding="utf-8"))


def print_schedule(instance: Instance, schedule: IntArray) -> str:
    """The schedule as text that ``parse_schedule`` reads."""
    ids = [kind.id for kind in instance.types]
    lines = [
        f"{worker.id}: " + " ".join("." if kind == OFF else f"{ids[kind]}=" for kind in row)
        for worker, row in zip(instance.workers, schedule.tolist(), strict=True)
    ]
    return "\n".join([*lines, f"Cost: {cost(instance, schedule)}", ""])
