"""docs/site.md: every key with its default, every column, and examples that are a valid site."""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from api.checking import find_problems
from api.site.config import SiteConfig
from api.site.read import CONFIG, TABLES, check_site, read_site

PAGE = (Path(__file__).parents[3] / "docs" / "site.md").read_text(encoding="utf-8")
CELL = re.compile(r"(?<!\\)\|")
TITLES = {
    "SiteConfig": CONFIG,
    "HorizonConfig": "horizon",
    "OpeningHours": "opening hours",
    "TemplateConfig": "shift template",
    "SpanConfig": "window",
    "QueueConfig": "queue",
    "BotConfig": "bot",
    "ForecastConfig": "forecast",
    "StaffingConfig": "staffing",
    "NoShowGroup": "no-show group",
    "Who": "who",
    "StandbyConfig": "standby",
    "ScorecardConfig": "scorecard",
    "ObjectiveConfig": "objective",
    "LicenceConfig": "licence",
    "UnpopularHoursConfig": "unpopular hours",
    "RollingLimitConfig": "rolling limit",
    "PolicyConfig": "policy",
    "RulesConfig": "rules",
    "OverrideConfig": "override",
    "ContractLevel": "contract level",
}
MODELS: dict[str, type[BaseModel]] = {}


def collect(model: type[BaseModel]) -> None:
    """The models of ``site.toml`` by their section on the page."""
    if model in MODELS.values():
        return
    MODELS[TITLES[model.__name__]] = model
    for field in model.model_fields.values():
        for part in models_in(field.annotation):
            collect(part)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


collect(SiteConfig)


def sections() -> dict[str, dict[str, list[str]]]:
    """The rows of each section that has a table of keys or columns, by their name."""
    found = {}
    for section in re.split(r"\n###? ", PAGE)[1:]:
        title, _, text = section.partition("\n")
        rows = [CELL.split(row) for row in re.findall(r"^\| `\w+` \|.*\|$", text, re.MULTILINE)]
        if rows:
            assert all(len(row) == 7 for row in rows), title
            cells = [[cell.strip().replace("\\|", "|") for cell in row[1:-1]] for row in rows]
            found[title] = {row[0].strip("`"): row[1:] for row in cells}
    return found


SECTIONS = sections()


def default_of(field: FieldInfo) -> str:
    """As the page writes it."""
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if value is None:
        return "none"
    if isinstance(value, BaseModel):
        return "`{}`"
    return f"`{value.isoformat() if isinstance(value, date) else json.dumps(value)}`"


def test_the_page_has_a_table_for_each_part_and_each_file() -> None:
    assert SECTIONS.keys() == MODELS.keys() | TABLES.keys()


@pytest.mark.parametrize("title", MODELS)
def test_every_key_is_there_with_its_default(title: str) -> None:
    fields = MODELS[title].model_fields
    stated = {field.alias or name: default_of(field) for name, field in fields.items()}
    assert {key: row[2] for key, row in SECTIONS[title].items()} == stated


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_there(name: str) -> None:
    rows = SECTIONS[name]
    assert tuple(rows) == TABLES[name].known
    assert {row[2] for row in rows.values()} <= {"filled", "there", "may", "pair"}
    optional = tuple(key for key, row in rows.items() if row[2] in {"may", "pair"})
    assert optional == TABLES[name].optional


def test_every_link_of_the_page_leads_somewhere() -> None:
    titles = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors
    for file in re.findall(r"\]\((\w[^)#]*\.md)", PAGE):
        assert (Path(__file__).parents[3] / "docs" / file).is_file()


def example(title: str) -> str:
    """The example of a part as an inline table, with those of the parts that it links to."""
    return "{" + ", ".join(f"{key} = {value}" for key, value in values(title)) + "}"


def values(title: str) -> Iterator[tuple[str, str]]:
    for key, (*_, cell) in SECTIONS[title].items():
        link = re.fullmatch(r"\[(.+)\]\(#.+\)", cell)
        if link is None:
            if cell:
                yield key, cell.strip("`")
            continue
        annotation = MODELS[title].model_fields[key].annotation
        is_list = any(arg is Ellipsis for part in (annotation, *get_args(annotation))
                      for arg in flat(part))  # fmt: skip
        yield key, f"[{example(link[1])}]" if is_list else example(link[1])


def flat(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from flat(part)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that the examples make."""
    toml = "\n".join(f"{key} = {value}" for key, value in values(CONFIG))
    (tmp_path / CONFIG).write_text(toml, encoding="utf-8")
    for name in TABLES:
        write_row(tmp_path, name)
    return tmp_path


def write_row(folder: Path, name: str, empty: str | None = None) -> None:
    """Write a table with the examples of its columns, one of them empty."""
    cells = {key: "" if key == empty else row[3].strip("`") for key, row in SECTIONS[name].items()}
    text = f"{','.join(cells)}\n{','.join(cells.values())}\n"
    (folder / name).write_text(text, encoding="utf-8")


def test_the_examples_are_a_valid_site(folder: Path) -> None:
    assert tomllib.loads((folder / CONFIG).read_text("utf-8")).keys() == SECTIONS[CONFIG].keys()
    problems, _ = find_problems(folder)
    assert [str(one) for one in problems] == []
    site = read_site(folder)
    assert site.workers[0].requests
    assert site.config.shift_templates[0].windows


@pytest.mark.parametrize("name", TABLES)
def test_only_cells_that_may_be_empty_are_read_empty(name: str, folder: Path) -> None:
    for column, row in SECTIONS[name].items():
        write_row(folder, name, empty=column)
        is_right = not [one for one in check_site(folder)[0] if one.file == name]
        assert is_right == (row[2] not in {"filled", "pair"}), column
