"""``peakcrew actuals``: kept forecasts against sums by hand, and what layers were worth."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from api.actuals.figures import Worth, daily, measures, overall, verdict, worths
from api.actuals.run import FORECAST, LAST_WEEK, MODEL, Judged, judge
from api.forecast_store.keep import keep
from api.forecast_store.reading import open_store, read_versions
from api.forecast_store.version import input_hashes
from api.forecasting import forecast_demand
from api.site.problems import SiteInvalid
from api.site.read import read_site
from api.site.site import Site
from forecasts.accuracy import POOLED
from forecasts.volume import QUANTILES
from tests.api.command import entries, peakcrew
from tests.api.shop import FIRST_MONDAY, HISTORY_DAYS, ZONE

CHAT, VOICE = "refund|de|chat", "fraud|de|voice"
HEAD = "layer,start,end,unique_id,operation,value\n"
ROWS = (
    f"mail,2026-03-24T08:00,2026-03-24T20:00,{CHAT},add,120\n"
    f"cap,2026-03-28T00:00,2026-03-29T00:00,{CHAT},set,150\n"
)
EARLY_UNTIL = datetime(2026, 3, 19, 23, tzinfo=UTC)


def came_rows(days: int = 7) -> Iterator[str]:
    """The week goes on as the weeks before, but for ten chats more an hour on Tuesday by day."""
    yield "unique_id,ds,y\n"
    first = FIRST_MONDAY.astimezone(UTC)
    for hour in range(HISTORY_DAYS * 24, (HISTORY_DAYS + days) * 24 - (days > 6)):
        local = (first + timedelta(hours=hour)).astimezone(ZONE)
        is_day, is_weekend = 8 <= local.hour < 20, local.weekday() >= 5
        chats = (40 if local.hour == 10 else 20 if is_day else 3) + (hour * 7) % 5
        chats += 10 if local.weekday() == 1 and is_day else 0
        calls = 0 if is_weekend else (6 if is_day else 1) + (hour * 3) % 2
        yield f"{CHAT},{local.isoformat()},{chats}\n"
        yield f"{VOICE},{local.isoformat()},{calls}\n"


@pytest.fixture(scope="module")
def folder(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with two kept forecasts, of which one knew three days less; and what came."""
    folder = Path(shutil.copytree(shop, tmp_path_factory.mktemp("actuals") / "shop"))
    (folder / "adjustments.csv").write_text(HEAD + ROWS, encoding="utf-8")
    (folder / "came.csv").write_text("".join(came_rows()), encoding="utf-8")
    site = read_site(folder)
    assert site.history is not None
    early = site.history[site.history["ds"] < pd.Timestamp(EARLY_UNTIL)]
    settings = site.config.forecast.model_copy(update={"seed": 2, "layers_off": ("cap",)})
    config = site.config.model_copy(update={"forecast": settings})
    for one, day in ((replace(site, history=early, config=config), 20), (site, 23)):
        at = datetime(2026, 3, day, tzinfo=UTC)
        keep(one, forecast_demand(one), input_hashes(folder), folder / "forecasts", at)
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Site:
    return read_site(folder)


@pytest.fixture(scope="module")
def judged(site: Site, folder: Path) -> Judged:
    return judge(site, open_store(folder), folder / "came.csv")


@pytest.fixture(scope="module")
def found(judged: Judged) -> dict[str, Worth]:
    return {f"{one.name} against {one.against}": one for one in worths(judged)}


def of(judged: Judged, number: int, method: str = FORECAST, queue: str = CHAT) -> pd.DataFrame:
    """The rows of a version, a method and a queue by their time."""
    rows = judged.rows
    version = judged.versions[number].id
    own = (rows["version"] == version) & (rows["method"] == method) & (rows["unique_id"] == queue)
    return rows[own].set_index("ds").sort_index()


def test_every_open_interval_that_came_is_judged_once(judged: Judged) -> None:
    for method in (FORECAST, MODEL, LAST_WEEK):
        chats, calls = (of(judged, 1, method, queue) for queue in (CHAT, VOICE))
        assert len(chats) == 7 * 24 - 1  # the Sunday has 23 hours
        assert len(calls) == 5 * 24  # voice is closed at the weekend
    assert str(judged.rows["ds"].dt.tz) == "Europe/Berlin"
    assert judged.notes == ()


def test_what_came_stands_beside_the_forecast(judged: Judged) -> None:
    at = pd.Timestamp("2026-03-24T10:00+01:00")
    hour = (HISTORY_DAYS + 1) * 24 + 10
    assert of(judged, 1).loc[at, "y"] == 40 + (hour * 7) % 5 + 10


def test_days_ahead_count_from_what_was_known(judged: Judged) -> None:
    late, early = of(judged, 1), of(judged, 0)
    monday = late.index.date == date(2026, 3, 23)
    assert set(late.loc[monday, "lead"]) == {1}
    assert set(early.loc[monday, "lead"]) == {4}
    assert late["lead"].max() == 7
    assert set(late.loc[monday, "weekday"]) == {0}


def test_last_week_is_what_was_known_of_last_week(judged: Judged, site: Site) -> None:
    """The earlier version did not know Friday to Sunday: its last week is older there."""
    assert site.history is not None
    history = site.history.set_index(["unique_id", "ds"])["y"]
    at = pd.Timestamp("2026-03-28T10:00+01:00")
    for number, weeks in ((1, 1), (0, 2)):
        before = at - weeks * pd.Timedelta(days=7)
        assert of(judged, number, LAST_WEEK).loc[at, "mean"] == history[CHAT, before]


def test_without_layers_is_the_model(judged: Judged) -> None:
    with_layers, without = of(judged, 1), of(judged, 1, MODEL)
    differs = with_layers["mean"] != without["mean"]
    assert set(with_layers.index[differs].day) == {24, 28}
    assert differs.sum() == 12 + 24


def test_each_layer_is_judged_where_it_changed_anything(
    judged: Judged, found: dict[str, Worth]
) -> None:
    mail, cap = (found[f"{name} against the step before it"] for name in ("mail", "cap"))
    assert (mail.num, cap.num) == (2 * 12, 24)
    assert mail.verdict == "helped"
    assert mail.days_better == mail.days == 1
    assert cap.verdict == "harmed"
    assert (cap.days_better, cap.days) == (0, 1)
    after, before = of(judged, 1), of(judged, 1, MODEL)
    saturday = after.index.day == 28
    y = after.loc[saturday, "y"]
    for rows, error, lean in (
        (before, cap.error_before, cap.bias_before), (after, cap.error_after, cap.bias_after)
    ):  # fmt: skip
        miss = rows.loc[saturday, "mean"] - y
        assert error == pytest.approx(miss.abs().sum() / y.sum())
        assert lean == pytest.approx(miss.sum() / y.sum())
    assert cap.added == pytest.approx(cap.error_before - cap.error_after)


def test_a_difference_within_what_days_scatter_may_be_chance(judged: Judged) -> None:
    """Better by 3, 3 and 3 contacts a day is no chance; by 9, -6 and 6 it may be."""
    layer = judged.layers[judged.layers["layer"] == "mail"].iloc[:3]
    days = pd.to_datetime(["2026-03-23", "2026-03-24", "2026-03-25"]).tz_localize(ZONE)
    quantiles = {f"{name}{end}": 10.0 for name in QUANTILES for end in ("", "_before")}
    steady = layer.assign(ds=days, y=100.0, mean_before=90.0, mean=93.0, **quantiles)
    made_up = [steady, steady.assign(mean=[99.0, 84.0, 96.0])]
    sure, unsure = (
        next(one for one in worths(replace(judged, layers=rows)) if one.name == "mail")
        for rows in made_up
    )
    assert sure.added == pytest.approx(0.03)
    assert unsure.added == pytest.approx(0.03)
    assert (sure.verdict, sure.margin) == ("helped", 0.0)
    assert (unsure.verdict, unsure.days_better) == ("may be chance", 2)
    # Student's quantile for two degrees of freedom is 2.92; the days scatter by 7.94.
    assert unsure.margin == pytest.approx(2.92 * 3**0.5 * 7.937 / 300, rel=1e-3)


def test_the_whole_is_against_last_week(found: dict[str, Worth]) -> None:
    model = found[f"{MODEL} against {LAST_WEEK}"]
    whole = found[f"{FORECAST} against {LAST_WEEK}"]
    together = found[f"all layers against {MODEL}"]
    assert model.num == whole.num == 2 * (167 + 120)
    assert together.num == 2 * 12 + 24
    lost = (whole.error_after - model.error_after) * whole.contacts
    assert lost == pytest.approx(-together.added * together.contacts)


def test_the_tables_add_up(judged: Judged) -> None:
    table = measures(judged)
    every = overall(table)
    assert list(every.index) == [FORECAST, MODEL, LAST_WEEK]
    for part in ("unique_id", "lead", "weekday", "version"):
        own = table[(table["by"] == part) & (table["method"] == FORECAST)]
        assert own["num"].sum() == every.loc[FORECAST, "num"]
        assert own["contacts"].sum() == every.loc[FORECAST, "contacts"]
        assert (own["mae"] * own["num"]).sum() / own["contacts"].sum() == pytest.approx(
            every.loc[FORECAST, "wape"]
        )
    assert set(table.loc[table["by"] == "lead", "key"]) == set(range(1, 11))
    assert (table["by"] == POOLED).sum() == 3


def test_a_day_is_shown_by_the_version_that_knew_most(judged: Judged) -> None:
    days = daily(judged).set_index("day")
    assert list(days.index) == [date(2026, 3, day) for day in range(23, 30)]
    saturday = of(judged, 1)[of(judged, 1).index.day == 28]
    assert days.loc[date(2026, 3, 28), FORECAST] == pytest.approx(saturday["mean"].sum())
    assert days.loc[date(2026, 3, 28), "came"] == saturday["y"].sum()


def test_the_verdict_names_each_layer(judged: Judged) -> None:
    lines = verdict(judged, measures(judged), worths(judged))
    assert lines[0].startswith("2 kept forecasts judged on 574 open intervals with")
    assert any(line.startswith("Layer mail helped: ") for line in lines)
    assert any(line.startswith("Layer cap harmed: ") for line in lines)
    assert lines[-1].startswith("All layers together ")


def test_outages_and_gaps_are_not_judged(site: Site, folder: Path, tmp_path: Path) -> None:
    wednesday = pd.Timestamp("2026-03-25T00:00+01:00").tz_convert("UTC")
    outage = pd.DataFrame(
        {
            "start": [wednesday], "end": [wednesday + pd.Timedelta(days=1)], "kind": ["outage"],
            "unique_id": [CHAT], "factor": [0.0],
        }
    )  # fmt: skip
    gap = f"{VOICE},2026-03-26T11:00"
    lines = [line for line in came_rows() if not line.startswith(gap)]
    (tmp_path / "came.csv").write_text("".join(lines), encoding="utf-8")
    found = judge(replace(site, events=outage), open_store(folder), tmp_path / "came.csv")
    chats, calls = (of(found, 1, queue=queue) for queue in (CHAT, VOICE))
    assert 25 not in set(chats.index.day)
    assert 25 in set(calls.index.day)
    assert pd.Timestamp("2026-03-26T11:00+01:00") not in calls.index
    assert (len(chats), len(calls)) == (167 - 24, 120 - 1)


def test_what_has_not_come_yet_is_not_judged(site: Site, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "came.csv").write_text("".join(came_rows(2)), encoding="utf-8")
    found = judge(site, open_store(folder), tmp_path / "came.csv")
    assert set(of(found, 1).index.day) == {23, 24}


def test_nothing_has_come_yet(site: Site, folder: Path) -> None:
    with pytest.raises(SiteInvalid, match="holds no interval that a kept forecast is about"):
        judge(site, open_store(folder), folder / "history.csv")


def test_versions_that_cannot_be_judged_are_noted(site: Site, folder: Path) -> None:
    store = open_store(folder)
    other = store.versions[0].model_copy(update={"interval_minutes": 30})
    short = store.versions[1].history.model_copy(
        update={"until": FIRST_MONDAY + timedelta(days=3)}
    )  # fmt: skip
    young = store.versions[1].model_copy(update={"history": short})
    stranger = young.model_copy(update={"site": "Kiosk"})
    changed = replace(store, versions=(other, stranger, young))
    found = judge(site, changed, folder / "came.csv")
    assert found.notes == (
        f"{other.id}: not judged, its intervals are of another length",
        f"{stranger.id}: not judged, it is of the site Kiosk",
        f"{young.id}: no week is known before it, so last week says nothing",
    )
    assert list(overall(measures(found)).index) == [FORECAST, MODEL]
    assert all(one.against != LAST_WEEK for one in worths(found))


def test_the_verb_writes_tables_and_a_page(folder: Path, tmp_path: Path) -> None:
    args = ("actuals", folder, "--actuals", folder / "came.csv", "--out", tmp_path / "out")
    done = peakcrew(*args, "--json")
    assert done.exit_code == 0
    told = json.loads(done.output)
    document = json.loads((tmp_path / "out" / "actuals.json").read_text("utf-8"))
    assert {key: told[key] for key in document} == document
    assert told["versions"] == [one.id for one in read_versions(folder / "forecasts").versions]
    table = pd.read_csv(tmp_path / "out" / "actuals.csv")
    row = table[(table["by"] == POOLED) & (table["method"] == FORECAST)].iloc[0]
    assert told["methods"][FORECAST]["wape"] == pytest.approx(row["wape"], abs=1e-6)
    worth = pd.read_csv(tmp_path / "out" / "value_added.csv").set_index("name")
    assert worth.loc["cap", "verdict"] == "harmed"
    rows = pd.read_csv(tmp_path / "out" / "actuals_rows.csv")
    assert {"version", "method", "lead", "y", "mean", *QUANTILES} <= set(rows)
    page = (tmp_path / "out" / "actuals.html").read_text("utf-8")
    assert page.count("<svg") == 3
    assert "Layer cap harmed" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    again = peakcrew(*args)  # an earlier result is replaced
    assert again.exit_code == 0
    assert "Layer mail helped" in again.output


def test_bad_actuals_are_named_with_their_place(folder: Path, tmp_path: Path) -> None:
    lines = list(came_rows())
    lines[2] = f"{CHAT},2026-03-23T00:20,1\n"
    lines[4] = f"{VOICE},2026-03-23T01:00,-1\n"
    (tmp_path / "came.csv").write_text("".join(lines), encoding="utf-8")
    args = ("--actuals", tmp_path / "came.csv", "--out", tmp_path / "out")
    done = peakcrew("actuals", folder, *args)
    assert done.exit_code == 2
    places = [line.split(" ")[0] for line in done.output.splitlines()]
    assert places == ["came.csv:3:16:", "came.csv:5:33:"]
    assert entries(tmp_path) == ["came.csv"]


def test_a_site_without_kept_forecasts(shop: Path, tmp_path: Path) -> None:
    done = peakcrew("actuals", shop, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "forecasts: there is no such folder" in done.output
    assert entries(tmp_path) == []
