"""The largest uncovered needs with the reasons that keep workers from them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduler.explain.codes import meanings
from scheduler.explain.reasons import LackReasons
from scheduler.export.report import Report

MOST_NEEDS = 20
MOST_CODES = 6
# Says nothing about a worker's own week: he cannot do this work at all.
NOT_HIS = ("skill.missing", "segments.wrong_queue")


@dataclass(frozen=True, slots=True)
class NeedReasons:
    """An uncovered need, and how many workers each reason keeps from it, most first."""

    queue: str
    start: datetime
    end: datetime
    missing: int
    counts: list[tuple[int, str, str]]
    others: int


def need_reasons(report: Report) -> list[NeedReasons]:
    """The needs that lack most worker-minutes."""
    if report.reasons is None:
        return []
    largest = sorted(report.reasons.lacks, key=lambda one: (-one.lack.missing, one.lack.start))
    return [_row(report, one) for one in largest[:MOST_NEEDS]]


def reason_totals(report: Report) -> list[tuple[str, str, int]]:
    """Each code with its meaning and how many pairs of worker and need it stands between."""
    if report.reasons is None:
        return []
    totals: Counter[str] = Counter()
    for one in report.reasons.lacks:
        totals.update(one.counts)
    words = meanings()
    return [(code, words.get(code, ""), number) for code, number in totals.most_common()]


def main_reasons(report: Report) -> Mapping[str, str]:
    """By worker, what stands most often between him and the needs that he has the skill for."""
    if report.reasons is None:
        return {}
    found = {}
    for worker, counts in report.reasons.of_worker.items():
        own = {code: number for code, number in counts.items() if code not in NOT_HIS}
        best = max(own, key=lambda code: (own[code], code), default=None)
        found[worker] = best or next(iter(counts), "")
    return found


def _row(report: Report, one: LackReasons) -> NeedReasons:
    horizon, words = report.problem.horizon, meanings()
    ranked = sorted(one.counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [(number, code, words.get(code, "")) for code, number in ranked[:MOST_CODES]]
    return NeedReasons(
        queue=one.lack.queue,
        start=horizon.instant(one.lack.start),
        end=horizon.instant(one.lack.end),
        missing=one.lack.missing,
        counts=shown,
        others=sum(number for _, number in ranked[MOST_CODES:]),
    )
