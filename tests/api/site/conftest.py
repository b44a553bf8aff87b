"""A small valid site in a temporary folder, to be spoilt one file at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.site.problems import InputProblem
from api.site.read import check_site

SITE_TOML = """\
name = "small"
time_zone = "Europe/Berlin"
country = "DE"
currency = "EUR"
interval_minutes = 30

[horizon]
start = 2026-01-05
days = 2

[opening_hours]
sun = []

[[shift_templates]]
id = "four"
minutes = 240

[[queues]]
id = "refund|de|chat"
skill = "de"
work = "chat"
aht_seconds = [300, 400]

[[queues]]
id = "fraud|en|voice"
skill = "en"
aht_seconds = 420
"""

FILES = {
    "site.toml": SITE_TOML,
    "history.csv": """\
unique_id,ds,y
refund|de|chat,2026-01-04T10:00,7
refund|de|chat,2026-01-04T09:30:00Z,8
fraud|en|voice,2026-01-04T10:00+01:00,2
""",
    "bot_outcomes.csv": """\
unique_id,ds,offered,resolved,escalated,bounced,bot_version
refund|de|chat,2026-01-03,10,6,2,1,v1
refund|de|chat,2026-01-04,12,7,2,1,v1
""",
    "workers.csv": """\
worker_id,name,skills,contract,status,region,hourly_cost,min_hours_per_week,max_hours_per_week
w1,Ada,de;en,mini,student,BY,14.60,0,20
NA,Böll,de,part,employee,,15.5,4.5,19.25
""",
    "availability.csv": """\
worker_id,start,end,preference
w1,2026-01-05T08:00,2026-01-05T12:00,2
w1,2026-01-05T12:00,2026-01-05T16:00,
NA,2026-01-06T08:00,2026-01-06T20:00,-1
""",
}


@dataclass(frozen=True)
class Folder:
    """A site folder on disk."""

    path: Path

    def write(self, name: str, content: str | bytes) -> "Folder":
        """Put a file there as it is, line ends included."""
        data = content.encode() if isinstance(content, str) else content
        (self.path / name).write_bytes(data)
        return self

    def replace(self, name: str, old: str, new: str) -> "Folder":
        """Spoil one place of a file."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text
        return self.write(name, text.replace(old, new))

    def append(self, name: str, line: str) -> "Folder":
        """Add a line at the end of a file."""
        text = (self.path / name).read_text(encoding="utf-8")
        return self.write(name, f"{text}{line}\n")

    def remove(self, name: str) -> "Folder":
        """Take a file away."""
        (self.path / name).unlink()
        return self

    @property
    def problems(self) -> list[InputProblem]:
        """What the check finds."""
        return check_site(self.path)[0]

    @property
    def printed(self) -> list[str]:
        """What the check finds, as it is printed."""
        return [str(problem) for problem in self.problems]

    @property
    def notes(self) -> list[str]:
        """What the check notes."""
        return check_site(self.path)[1]


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[[], Folder]:
    """Write the valid site afresh."""

    def make() -> Folder:
        path = tmp_path / "site"
        path.mkdir(exist_ok=True)
        for name, text in FILES.items():
            (path / name).write_text(text, encoding="utf-8")
        return Folder(path)

    return make


@pytest.fixture
def folder(make_folder: Callable[[], Folder]) -> Folder:
    """A valid site: two queues, two workers, two days from Monday, 5 January 2026."""
    return make_folder()
