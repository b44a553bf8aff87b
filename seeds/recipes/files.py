"""How the files of a site are written: CSV and README text, the same bytes on every machine."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

Files = dict[str, str]
"""A site: file name to text."""


def csv_text(header: str, rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV with line feeds; no value of a sample site needs quoting."""
    lines = [header, *(",".join(str(value) for value in row) for row in rows)]
    return "\n".join(lines) + "\n"


def wall_time(day: date, minute: int, zone: ZoneInfo) -> str:
    """The instant of a wall-clock minute of a local day, as ISO 8601 with its offset.

    ``minute`` may be 1440, the midnight that ends the day.
    """
    local = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    return local.replace(tzinfo=zone).isoformat()


def hours_text(minutes: float) -> str:
    """Minutes as hours without needless zeros: 570 is "9.5"."""
    return f"{minutes / 60:g}"


def totals_block(totals: Mapping[str, int | float]) -> str:
    """The README's fenced block of expected totals, one ``name = value`` per line."""
    lines = [f"{name} = {value}" for name, value in totals.items()]
    return "\n".join(["```toml", *lines, "```"])
