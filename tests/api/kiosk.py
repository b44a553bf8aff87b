"""A kiosk with two queues and two workers, small enough that one key of its folder decides.

Ada earns 10.00 an hour and Ben 12.00; both can do everything, from eight to eight on each day.
Shifts last from 8:00 to 12:00, and an hour without a needed worker costs 60.00.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

TEA, CAKE = "tea|de|chat", "cake|de|chat"
MONDAY = date(2026, 1, 5)
HEAD = "worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,"
ROWS = {
    "a": "a,Ada,tea;cake,mini,student,BE,10,0,60",
    "b": "b,Ben,tea;cake,part,employee,BE,12,0,60",
}
TEMPLATE = """\
[[shift_templates]]
id = "four"
minutes = 240
earliest_start = "08:00"
latest_start = "08:00"
"""


@dataclass(frozen=True)
class Kiosk:
    """What differs from the plain kiosk, where tea needs one worker from 8:00 to 12:00 each day.

    ``top``, ``template``, ``tables`` are lines of ``site.toml``: before all tables, in that of
    the shift template, and at the end. ``columns``: further columns of ``workers.csv``, a text
    for each worker. ``need``: hours of the day for each queue and weekday, with how many.
    """

    days: int = 3
    start: date = MONDAY
    top: str = ""
    template: str = ""
    tables: str = ""
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    requests: str = ""
    need: Mapping[tuple[str, int], tuple[int, int, int]] | None = None
    preferences: tuple[int, int] = (0, 0)
    min_hours: int = 0

    def write(self, folder: Path) -> Path:
        """Write the site into a new folder."""
        folder.mkdir(parents=True)
        (folder / "site.toml").write_text(self.toml, encoding="utf-8")
        (folder / "workers.csv").write_text(self.workers, encoding="utf-8")
        (folder / "availability.csv").write_text(self.windows, encoding="utf-8")
        (folder / "requirement.csv").write_text(self.requirement, encoding="utf-8")
        if self.requests:
            (folder / "requests.csv").write_text(self.requests, encoding="utf-8")
        return folder

    @property
    def toml(self) -> str:
        """``site.toml``; the overstaffing price makes idle shifts cost something."""
        queues = "".join(
            f'[[queues]]\nid = "{one}"\nskill = "{one.split("|")[0]}"\naht_seconds = 300\n'
            "overstaffing_cost_per_hour = 1\n"
            for one in (TEA, CAKE)
        )
        return (
            'name = "Kiosk"\ntime_zone = "Europe/Berlin"\ncountry = "DE"\ncurrency = "EUR"\n'
            f'interval_minutes = 60\nrule_profile = "none"\n{self.top}\n'
            f"[horizon]\nstart = {self.start}\ndays = {self.days}\n\n"
            f"{TEMPLATE}{self.template}\n\n{queues}\n{self.tables}\n"
        )

    @property
    def workers(self) -> str:
        """``workers.csv``."""
        head = ",".join([HEAD + "max_hours_per_week", *self.columns])
        cells = zip(*self.columns.values(), strict=True) if self.columns else [(), ()]
        rows = [",".join([row, *own]) for row, own in zip(ROWS.values(), cells, strict=True)]
        return "\n".join([head, *rows, ""]).replace(",12,0,", f",12,{self.min_hours},")

    @property
    def windows(self) -> str:
        """``availability.csv``."""
        rows = [
            f"{worker},{day}T08:00,{day}T20:00,{preference}"
            for worker, preference in zip(ROWS, self.preferences, strict=True)
            for day in self._dates
        ]
        return "\n".join(["worker_id,start,end,preference", *rows, ""])

    @property
    def requirement(self) -> str:
        """``requirement.csv``."""
        usual = {(TEA, day): (8, 12, 1) for day in range(self.days)}
        need = usual if self.need is None else self.need
        rows = [
            f"{queue},{self._dates[day]}T{hour:02}:00,{number}"
            for (queue, day), (first, last, number) in need.items()
            for hour in range(first, last)
        ]
        return "\n".join(["unique_id,ds,workers", *rows, ""])

    @property
    def _dates(self) -> list[date]:
        return [self.start + timedelta(days=day) for day in range(self.days)]
