"""``diff.html``: what changed, as a picture by worker and as tables."""

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from scheduler.export import words
from scheduler.export.changes import ChangeReport, worker_changes
from scheduler.export.page import term_label
from scheduler.schedule import Shift

# More rows make a picture nobody reads; the tables hold all.
MOST_PICTURED = 60
MOST_ROWS = 500
# Units of the drawing: the names stand left of the time, the days above it.
LEFT, WIDTH, TOP, ROW, BAR = 120, 960, 40, 30, 11
MOST_DAY_LABELS = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One shift in the picture; ``kind`` is kept, dropped or added."""

    kind: str
    x: float
    y: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One worker in the picture: dropped shifts above, what he works now below."""

    worker: str
    y: float
    bars: tuple[Bar, ...]


def render(report: ChangeReport) -> str:
    """The whole page; all text is escaped, nothing is loaded from elsewhere."""
    environment = Environment(
        loader=PackageLoader("scheduler.export", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"hours": words.hours, "day": words.short_day, "term": term_label}
    environment.globals |= {"count": words.count, "amount": words.amount}
    lines = _lines(report)
    return environment.get_template("changes.html.j2").render(
        report=report,
        found=report.difference,
        currency=report.currency,
        horizon=report.horizon,
        workers=worker_changes(report)[:MOST_ROWS],
        changes=report.difference.changes[:MOST_ROWS],
        num_changes=len(report.difference.changes),
        lines=lines,
        days=_days(report),
        left=LEFT, width=WIDTH, top=TOP, row=ROW, bar=BAR,
        height=TOP + ROW * len(lines) + 8,
    )  # fmt: skip


def _lines(report: ChangeReport) -> list[Line]:
    pictured = report.difference.changed_workers[:MOST_PICTURED]
    before, after = (
        {worker: [one for one in shifts if one.worker == worker] for worker in pictured}
        for shifts in (report.before, report.after)
    )
    return [
        Line(worker, TOP + ROW * index, _bars(report, index, before[worker], after[worker]))
        for index, worker in enumerate(pictured)
    ]


def _bars(
    report: ChangeReport, index: int, before: list[Shift], after: list[Shift]
) -> tuple[Bar, ...]:
    old, new = ({(one.start, one.end) for one in shifts} for shifts in (before, after))
    top = TOP + ROW * index + 3
    dropped = [
        _bar(report, "dropped", top, one) for one in before if (one.start, one.end) not in new
    ]
    worked = [
        _bar(report, "kept" if (one.start, one.end) in old else "added", top + BAR + 2, one)
        for one in after
    ]
    return (*dropped, *worked)


def _bar(report: ChangeReport, kind: str, y: float, shift: Shift) -> Bar:
    start, end = (report.horizon.instant(minute) for minute in (shift.start, shift.end))
    first, last = _x(report, shift.start), _x(report, shift.end)
    title = f"{kind}: {words.short_day(start)} {start:%H:%M}-{end:%H:%M} {shift.queue}"
    return Bar(kind, round(first, 1), y, round(max(2.0, last - first), 1), title)


def _x(report: ChangeReport, minute: int) -> float:
    inside = min(max(minute, 0), report.horizon.num_minutes)
    return LEFT + (WIDTH - LEFT) * inside / report.horizon.num_minutes


def _days(report: ChangeReport) -> list[tuple[float, str]]:
    """Where each day begins, and its name where there is room for one."""
    horizon = report.horizon
    every = -(-horizon.days // MOST_DAY_LABELS)
    return [
        (
            round(_x(report, horizon.day_starts[index]), 1),
            f"{words.DAYS[day.weekday()][:2]} {day.day}" if index % every == 0 else "",
        )
        for index, day in enumerate(horizon.dates)
    ]
