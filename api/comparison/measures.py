"""What is compared: one row per measure, one value per schedule."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from api.comparison.figures import Cover, Figures
from scheduler.export import words
from scheduler.export.page import term_label

Unit = Literal["amount", "hours", "share", "count", "coefficient"]
Value = float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the comparison: cents, minutes, a share from 0 to 1, a count or a coefficient."""

    label: str
    unit: Unit
    values: tuple[Value, ...]

    def difference(self, number: int) -> Value:
        """How much more than the first schedule a schedule has."""
        first, other = self.values[0], self.values[number]
        return None if first is None or other is None else other - first

    def text(self, number: int) -> str:
        """A value as it is read, without the currency's name."""
        return self._text(self.values[number])

    def difference_text(self, number: int) -> str:
        """``+1,200.00 (+4.1 %)``; empty where there is nothing to say."""
        value, first = self.difference(number), self.values[0]
        if not value or number == 0:
            return ""
        if self.unit == "share":
            return f"{100 * value:+.2f} points"
        if self.unit == "coefficient" or not first:
            return self._signed(value)
        return f"{self._signed(value)} ({100 * value / first:+.1f} %)"

    def plain(self, value: Value) -> float | None:
        """A value in the units of a table for programs: amounts, hours, shares, counts."""
        if value is None:
            return None
        return round(value / {"amount": 100, "hours": 60}.get(self.unit, 1), 6)

    def _signed(self, value: float) -> str:
        text = self._text(abs(value))
        return ("-" if value < 0 else "+") + text

    def _text(self, value: Value) -> str:
        if value is None:
            return "-"
        if self.unit == "amount":
            return words.amount(round(value), "").strip()
        if self.unit == "hours":
            return f"{value / 60:,.1f}"
        if self.unit == "share":
            return words.percent(value, 2)
        return f"{value:,.0f}" if self.unit == "count" else f"{value:.3f}"


def measures(figures: Sequence[Figures]) -> list[Measure]:
    """Everything that is compared, in the order of the table."""
    return [
        _measure(figures, "Cost", "amount", lambda one: one.objective),
        _measure(figures, "Proven lower bound", "amount", lambda one: one.bound),
        _measure(figures, "Gap", "share", lambda one: one.gap),
        *_terms(figures),
        _measure(figures, "Wages per covered hour", "amount", _wages_per_hour),
        _measure(figures, "Hours worked", "hours", lambda one: one.minutes),
        _measure(figures, "Shifts", "count", lambda one: one.shifts),
        _measure(figures, "Workers with a shift", "count", lambda one: one.workers),
        _of_cover(figures, "Workers in the pool", "count", lambda cover: len(cover.hours)),
        _of_cover(figures, "Required worker-hours", "hours", lambda cover: cover.required),
        _of_cover(figures, "Understaffed worker-hours", "hours", lambda cover: cover.missing),
        *_missing(figures),
        _of_cover(figures, "Expected service level", "share", lambda cover: cover.service_level),
        _of_cover(
            figures,
            "Hours of the tenth with the fewest, at most",
            "hours",
            lambda cover: cover.spread[0],
        ),
        _of_cover(
            figures,
            "Hours of the tenth with the most, at least",
            "hours",
            lambda cover: cover.spread[1],
        ),
        _of_cover(figures, "Gini of the hours", "coefficient", lambda cover: cover.gini),
    ]


def terms(figures: Sequence[Figures]) -> list[str]:
    """The terms of the cost that any of the schedules pays."""
    names = dict.fromkeys(term for one in figures for term in one.costs)
    return [term for term in names if any(one.costs.get(term) for one in figures)]


def queues(figures: Sequence[Figures]) -> list[str]:
    """Every queue, in the order of the problems."""
    covers = [one.cover for one in figures if one.cover]
    return list(dict.fromkeys(queue for cover in covers for queue in cover.missing_by_queue))


def _measure(
    figures: Sequence[Figures], label: str, unit: Unit, value: Callable[[Figures], Value]
) -> Measure:
    return Measure(label, unit, tuple(map(value, figures)))


def _of_cover(
    figures: Sequence[Figures], label: str, unit: Unit, value: Callable[[Cover], Value]
) -> Measure:
    return _measure(figures, label, unit, lambda one: value(one.cover) if one.cover else None)


def _terms(figures: Sequence[Figures]) -> Iterator[Measure]:
    for term in terms(figures):
        values = tuple(float(one.costs.get(term, 0)) for one in figures)
        yield Measure(term_label(term), "amount", values)


def _missing(figures: Sequence[Figures]) -> Iterator[Measure]:
    for queue in queues(figures):
        values = tuple(
            one.cover.missing_by_queue.get(queue) if one.cover else None for one in figures
        )
        if any(values):
            yield Measure(f"  {queue}", "hours", values)


def _wages_per_hour(one: Figures) -> Value:
    paid = one.costs.get("wages", 0) + one.costs.get("unworked_minimum", 0)
    covered = one.cover.covered if one.cover else 0
    return paid * 60 / covered if covered else None
