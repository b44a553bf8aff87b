import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest

from scheduler.export.page import write_report
from scheduler.export.report import Report
from scheduler.export.summary import missing_by_hour, unmet_runs
from scheduler.export.tiles import tiles
from scheduler.schedule import Shift

VOID = {"meta", "link", "img", "br", "hr", "input", "base", "source"}
LOADING = {"src", "srcset", "data", "poster", "background", "action"}


class Page(HTMLParser):
    """Elements with their attributes, the text of each id, and whether all tags are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[tuple[str, str | None]] = []
        self.text: dict[str, str] = {}
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        self.elements.append((tag, named))
        if tag not in VOID:
            self.open.append((tag, named.get("id")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "style":
            return
        self.words.append(data)
        for _, identifier in self.open:
            if identifier:
                self.text[identifier] = self.text.get(identifier, "") + data

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(report: Report, folder: Path) -> tuple[Page, str]:
    write_report(report, folder / "report.html")
    text = (folder / "report.html").read_text(encoding="utf-8")
    return Page(text), text


@pytest.fixture(scope="module")
def rendered(report: Report, tmp_path_factory: pytest.TempPathFactory) -> tuple[Page, str]:
    """The page of the ordinary report, parsed and as text."""
    return page(report, tmp_path_factory.mktemp("page"))


def shown(report: Report) -> dict[str, tuple[str, str]]:
    return {one.label: (one.value, one.detail) for one in tiles(report)}


def test_the_page_needs_nothing_else(rendered: tuple[Page, str]) -> None:
    parsed, text = rendered

    assert "//" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    assert not parsed.of("script") + parsed.of("link") + parsed.of("img") + parsed.of("iframe")
    for _, attributes in parsed.elements:
        assert not LOADING & attributes.keys()
        assert attributes.get("href", "#").startswith("#")
        assert not any(key.startswith("on") for key in attributes)


def test_every_tag_is_closed_and_every_id_is_used_once(rendered: tuple[Page, str]) -> None:
    parsed, _ = rendered

    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert parsed.open == []
    assert len(ids) == len(set(ids))


def test_every_inner_reference_leads_somewhere(rendered: tuple[Page, str]) -> None:
    parsed, text = rendered

    ids = {attributes["id"] for _, attributes in parsed.elements if "id" in attributes}
    links = {attributes["href"][1:] for _, attributes in parsed.elements if "href" in attributes}
    named = {
        attributes["aria-labelledby"]
        for _, attributes in parsed.elements
        if "aria-labelledby" in attributes
    }
    assert links | named | set(re.findall(r"url\(#([^)]+)\)", text)) <= ids


def test_every_picture_has_its_figures_as_text(rendered: tuple[Page, str]) -> None:
    parsed, _ = rendered

    pictures = parsed.of("svg")
    assert len(pictures) == 4  # two queues, the hours and their fairness
    for picture in pictures:
        assert re.search(r"\d", parsed.text[picture["aria-labelledby"]])
    assert len(parsed.of("details")) == len(pictures)


def test_tables_say_what_their_headers_head(rendered: tuple[Page, str]) -> None:
    parsed, _ = rendered

    assert parsed.of("th")
    assert all(header.get("scope") in ("row", "col") for header in parsed.of("th"))
    assert parsed.of("html") == [{"lang": "en"}]


def test_tiles_hold_the_schedules_figures(report: Report, rendered: tuple[Page, str]) -> None:
    parsed, _ = rendered
    found = shown(report)

    cost = report.schedule.objective / 100
    assert found["Cost"] == (f"{cost:,.2f} EUR", "of which wages 248.00 EUR")
    assert found["Cost per human contact"][0] == "0.99 EUR"  # 248.00 / 250
    assert found["Hours"] == ("16 h", "4 shifts for 3 of 3 workers")
    assert found["Gap"] == (
        f"{100 * report.schedule.gap:.2f} %", "at most 12.40 EUR could still be saved",
    )  # fmt: skip
    assert found["Worst understaffing"][0] == "1 worker"
    assert "refund|sv|chat, Sat 24 Oct 10:00" in found["Worst understaffing"][1]
    assert found["Expected service level"][0] == "82.3 %"
    assert found["Bot / people"] == ("62 % / 38 %", "of all contacts; bot 58.0 % to 65.2 %")
    for one in tiles(report):
        assert one.value in parsed.words
        assert one.detail in parsed.words


def test_a_proven_optimum_says_so(make_report: Callable[..., Report]) -> None:
    assert shown(make_report(bound_below=0))["Gap"] == (
        "0.00 %", "proven: no cheaper schedule exists",
    )  # fmt: skip


def test_cost_terms_are_listed_and_add_up(report: Report, rendered: tuple[Page, str]) -> None:
    parsed, _ = rendered

    costs = parsed.text["costs"]
    for cents in (*report.schedule.costs.values(), report.schedule.objective):
        assert f"{cents / 100:,.2f} EUR" in costs


def test_hostile_names_are_only_text(make_report: Callable[..., Report], tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    workers = (evil, '"><img src=x onerror=alert(1)>', "$x^{")
    names = {one: one for one in workers}
    report = make_report(workers=workers, names=names, queues=(evil, "{{ 7*7 }}"), notes=(evil,))

    parsed, text = page(report, tmp_path)

    assert not parsed.of("script") + parsed.of("img")
    assert evil not in text
    assert evil in parsed.words
    assert "{{ 7*7 }}" in parsed.words


def test_an_empty_schedule_can_be_read(make_report: Callable[..., Report], tmp_path: Path) -> None:
    parsed, _ = page(make_report(shifts=()), tmp_path)

    assert "Nobody has a shift." in parsed.words
    assert parsed.open == []


def test_a_full_cover_says_so(make_report: Callable[..., Report], tmp_path: Path) -> None:
    shifts = tuple(
        Shift(600, 840, worker, queue, "four", 6200) for worker, queue in (("w1", "a"), ("w2", "b"))
    )
    report = make_report(shifts, queues=("a", "b"), need=((20, 28, 1),))

    _, text = page(report, tmp_path)

    assert report.schedule.understaffing == ()
    assert shown(report)["Worst understaffing"] == ("none", "every requirement is covered")
    assert "Nobody is missing at any time" in text


def test_without_a_forecast_nothing_is_said_of_contacts(
    make_report: Callable[..., Report], tmp_path: Path
) -> None:
    report = make_report(forecast=False)

    parsed, _ = page(report, tmp_path)

    text = " ".join(parsed.words)
    assert set(shown(report)) == {"Cost", "Hours", "Gap", "Worst understaffing"}
    assert "contacts" not in text.lower()
    assert "Service level" not in text
    assert len(parsed.of("svg")) == 4


def test_the_same_report_gives_the_same_page(report: Report, tmp_path: Path) -> None:
    assert page(report, tmp_path)[1] == page(report, tmp_path)[1]


def test_unmet_need_is_merged_and_priced(report: Report) -> None:
    runs = unmet_runs(report)

    assert sum(run.cost for run in runs) == report.schedule.costs["understaffing"]
    saturday = next(run for run in runs if run.queue == "refund|sv|chat" and run.day.day == 24)
    assert (saturday.start.hour, saturday.end.hour, saturday.most) == (10, 14, 1)
    assert (saturday.worker_minutes, saturday.cost) == (240, 24_000)


def test_need_is_cut_at_midnight(make_report: Callable[..., Report]) -> None:
    report = make_report(shifts=(), need=((44, 52, 1),))

    runs = [run for run in unmet_runs(report) if run.queue == "refund|sv|chat"]
    assert [(run.start.isoformat(), run.end.isoformat()) for run in runs] == [
        ("2026-10-24T22:00:00+02:00", "2026-10-25T00:00:00+02:00"),
        ("2026-10-25T00:00:00+02:00", "2026-10-25T02:00:00+02:00"),
    ]


def test_the_heat_map_holds_all_that_is_missing(report: Report) -> None:
    total = sum(minutes for _, cells in missing_by_hour(report) for minutes in cells)

    assert total == 30 * sum(one.workers for one in report.schedule.understaffing)


def test_the_doubled_hour_adds_up_in_one_cell(make_report: Callable[..., Report]) -> None:
    sunday = missing_by_hour(make_report(shifts=()))[1][1]

    assert sunday[2] == 2 * 2 * 60  # two queues, two real hours that the clock calls two
    assert sunday[3] == 2 * 60


def colours(scheme: str) -> dict[str, str]:
    css = files("scheduler.export").joinpath("templates/report.css").read_text(encoding="utf-8")
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)")
    text = light if scheme == "light" else dark.split("* {")[0]
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", text))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(scheme: str) -> None:
    found = colours(scheme)
    pairs = [
        *product(("--ink", "--muted", "--link"), ("--page", "--card")),
        ("--missing", "--card"),
        *(("--ink", f"--shade-{n}") for n in (1, 2, 3)),
        *(("--on-strong", f"--shade-{n}") for n in (4, 5)),
    ]
    weak = {pair: contrast(found[pair[0]], found[pair[1]]) for pair in pairs}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_graphics_have_the_contrast_of_wcag_aa(scheme: str) -> None:
    found = colours(scheme)
    graphics = ("--contacts", "--staffed", "--missing", "--ink")

    assert all(contrast(found[one], found["--card"]) >= 3 for one in graphics)
