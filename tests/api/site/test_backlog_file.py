"""``backlog.csv``: what its rows mean, and every slip named with its place."""

import pytest

from api.site.backlog import BacklogRow
from api.site.read import read_site
from tests.api.site.conftest import Folder

HEAD = "unique_id,arrived,contacts"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("nobody,2026-01-04T10:00,5",
         '1: unique_id: unknown queue "nobody"; known: fraud|en|voice, refund|de|chat'),
        ("fraud|en|voice,2026-01-04T10:00,-1", "33: contacts: expected"),
        ("fraud|en|voice,2027-01-04T10:00,1", "16: arrived: \"2027-01-04T10:00\" does not lie "
         "before the horizon"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_its_place(folder: Folder, row: str, message: str) -> None:
    folder.write("backlog.csv", f"{HEAD}\n{row}\n")
    assert any(line.startswith(f"backlog.csv:2:{message}") for line in folder.printed)


def test_the_same_age_twice_is_refused(folder: Folder) -> None:
    row = "fraud|en|voice,2026-01-04T10:00,1"
    folder.write("backlog.csv", f"{HEAD}\n{row}\n{row}\n")
    assert "the same unique_id and arrived as on line 2" in folder.printed[0]


def test_only_deferrable_queues_have_a_backlog(folder: Folder) -> None:
    folder.write("backlog.csv", f"{HEAD}\nfraud|en|voice,2026-01-04T10:00,7\n")
    note = "backlog.csv: not used for fraud|en|voice: only deferrable work may wait"
    assert note in folder.notes
    text = (folder.path / "site.toml").read_text("utf-8")
    at = text.index('id = "fraud|en|voice"')
    text = text[:at] + 'work = "deferrable"\ndeadline_hours = 8\n' + text[at:]
    (folder.path / "site.toml").write_text(text, encoding="utf-8")
    site = read_site(folder.path)
    start = site.horizon.minute(site.horizon.start)
    assert [(one.queue, one.contacts) for one in site.backlog] == [("fraud|en|voice", 7)]
    assert isinstance(site.backlog[0], BacklogRow)
    assert site.backlog[0].arrived < start


def test_a_stated_need_has_no_use_for_it(folder: Folder) -> None:
    folder.write("backlog.csv", f"{HEAD}\nfraud|en|voice,2026-01-04T10:00,7\n")
    folder.write("requirement.csv", "unique_id,ds,workers\nrefund|de|chat,2026-01-05T10:00,1\n")
    assert any(note.startswith("backlog.csv: not used") for note in folder.notes)
