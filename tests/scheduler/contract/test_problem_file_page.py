"""docs/problem-file.md: every key with its default, and examples that are a valid file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scheduler.contract import documents
from scheduler.contract.problem_file import read_problem

PAGE = Path(__file__).parents[3] / "docs" / "problem-file.md"
DOCUMENTS: dict[str, type[documents.Document]] = {
    "problem": documents.ProblemDocument,
    "queue": documents.QueueDocument,
    "backlog": documents.BacklogDocument,
    "template": documents.TemplateDocument,
    "worker": documents.WorkerDocument,
    "span": documents.SpanDocument,
    "past span": documents.SpanDocument,
    "external span": documents.SpanDocument,
    "window": documents.WindowDocument,
    "request": documents.RequestDocument,
    "bar": documents.BarDocument,
    "period limit": documents.PeriodLimitDocument,
    "soft limit": documents.SoftLimitDocument,
    "rolling limit": documents.RollingLimitDocument,
    "pin": documents.PinDocument,
    "previous shift": documents.PreviousDocument,
    "licence": documents.LicenceDocument,
    "unpopular hours": documents.UnpopularHoursDocument,
    "policy": documents.PolicyDocument,
    "objective": documents.ObjectiveDocument,
}


def tables() -> dict[str, dict[str, tuple[str, str]]]:
    """Default and example of each key, by section."""
    found = {}
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        rows = re.findall(r"^\| `(\w+)` \|(.+)\|$", text, flags=re.MULTILINE)
        assert all(row.count("|") == 3 for _, row in rows)
        cells = {key: [cell.strip() for cell in row.split("|")] for key, row in rows}
        found[title] = {key: (row[2], row[3]) for key, row in cells.items()}
    return found


def stated(kind: type[documents.Document]) -> dict[str, str]:
    """Default of each key of a document, as the page writes it."""
    return {
        field.alias or name: "needed"
        if field.is_required()
        else f"`{json.dumps(field.get_default(call_default_factory=True))}`"
        for name, field in kind.model_fields.items()
    }


def example(title: str) -> dict[str, Any]:
    """The example of a section, with those of the sections that it links to."""
    found: dict[str, Any] = {}
    for key, (_, cell) in tables()[title].items():
        link = re.fullmatch(r"\[(.+)\]\(#(.+)\)", cell)
        if link is None:
            found[key] = json.loads(cell.strip("`"))
        else:
            assert link[2] == link[1].replace(" ", "-")
            found[key] = example(link[1]) if key == "objective" else [example(link[1])]
    if "backlogs" in found:
        found["queues"].append(found["queues"][0] | {"id": "mail"})
        found["backlogs"] = {"mail": example("backlog")}
    return found


def test_the_page_has_a_table_for_every_object() -> None:
    assert tables().keys() == DOCUMENTS.keys()


@pytest.mark.parametrize("title", DOCUMENTS)
def test_every_key_is_there_with_its_default(title: str) -> None:
    assert {key: row[0] for key, row in tables()[title].items()} == stated(DOCUMENTS[title])


def test_the_examples_are_a_valid_file(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(example("problem")), encoding="utf-8")
    problem = read_problem(path)
    assert problem.workers[0].requests
    assert problem.shift_templates[0].windows
    assert problem.backlogs["mail"].opening
