"""The figures of kept forecasts: how wrong, how far ahead, and what the layers were worth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from api.actuals.run import FORECAST, LAST_WEEK, METHODS, MODEL, Judged
from forecasts.accuracy import POOLED, bias, evaluate, pinball, wape
from forecasts.calendar import FloatArray
from forecasts.volume import QUANTILES
from scheduler.export.words import count

STEP_BEFORE = "the step before it"
PARTS = ("unique_id", "lead", "weekday", "version")
CHANCE = "may be chance"
NEGLIGIBLE = 0.005  # share of the contacts that is no difference
NOMINAL, TOLERANCE = 0.90, 0.04


@dataclass(frozen=True, slots=True)
class Worth:
    """One way to forecast against the one before it, on the same intervals.

    ``error_*``, ``bias_*`` are shares of the ``contacts`` that came, ``pinball_*`` contacts;
    ``days_better`` of the ``days`` have smaller errors in sum. ``margin``: half of the 90 %
    interval of the value added, from how days differ; None of a single day.
    """

    name: str
    against: str
    num: int
    contacts: float
    error_before: float
    error_after: float
    bias_before: float
    bias_after: float
    pinball_before: float
    pinball_after: float
    days: int
    days_better: int
    margin: float | None

    @property
    def added(self) -> float:
        """Forecast value added: the share of the contacts that is missed less."""
        return self.error_before - self.error_after

    @property
    def verdict(self) -> str:
        """In a word."""
        if abs(self.added) < NEGLIGIBLE:
            return "made no odds"
        if self.margin is not None and abs(self.added) < self.margin:
            return CHANCE
        return "helped" if self.added > 0 else "harmed"


def measures(judged: Judged) -> pd.DataFrame:
    """``by, key, method, num, contacts, wape, bias, mae, rmse, pinball, coverage, width``.

    ``by`` is all, unique_id, lead, weekday (0 is Monday) or version, ``key`` its value.
    """
    parts = []
    for method in METHODS:
        rows = judged.rows[judged.rows["method"] == method]
        for part in PARTS if len(rows) else ():
            table = evaluate(rows, id_col=part).rename(columns={part: "key"})
            contacts = rows.groupby(part)["y"].sum()
            contacts.loc[POOLED] = rows["y"].sum()
            table.insert(2, "contacts", table["key"].map(contacts))
            is_all = table["key"] == POOLED
            kept = table if part == PARTS[0] else table[~is_all]
            parts.append(
                kept.assign(by=np.where(kept["key"] == POOLED, POOLED, part), method=method)
            )
    found = pd.concat(parts, ignore_index=True)
    return found[["by", "key", "method", *(one for one in found if one not in _NAMES)]]


_NAMES = ("by", "key", "method")


def overall(table: pd.DataFrame) -> pd.DataFrame:
    """The measures over everything, a row per method."""
    return table[table["by"] == POOLED].set_index("method").drop(columns=["by", "key"])


def worths(judged: Judged) -> tuple[Worth, ...]:
    """The model against last week, each layer and all layers against the model, and all of it."""
    layers = judged.layers
    by_layer = [
        _worth(str(name), STEP_BEFORE, part) for name, part in layers.groupby("layer", sort=False)
    ]
    touched = layers[["version", "unique_id", "ds"]].drop_duplicates()
    together = _paired(judged.rows, MODEL, FORECAST).merge(touched)
    ladder = [
        _worth(MODEL, LAST_WEEK, _paired(judged.rows, LAST_WEEK, MODEL)),
        *by_layer,
        *([_worth("all layers", MODEL, together)] if len(by_layer) > 1 else []),
        _worth(FORECAST, LAST_WEEK, _paired(judged.rows, LAST_WEEK, FORECAST)),
    ]
    return tuple(one for one in ladder if one is not None)


def verdict(judged: Judged, table: pd.DataFrame, found: tuple[Worth, ...]) -> list[str]:
    """What a planner should know, in sentences."""
    rows = overall(table)
    own: dict[str, float] = rows.loc[FORECAST].to_dict()  # type: ignore[assignment]
    versions = len(judged.versions)
    others = ", ".join(f"{rows.loc[one, 'wape']:.1%} {_by(one)}" for one in rows.index[1:])
    return [
        f"{versions} kept forecast{'s' if versions > 1 else ''} judged on {own['num']:,.0f} open "
        f"intervals with {own['contacts']:,.0f} contacts.",
        f"They missed {own['wape']:.1%} of the contacts, interval by interval ({others}).",
        _total(own["bias"]),
        f"Their band from 5 % to 95 % held {own['coverage']:.1%} of the intervals: "
        f"{_fit(own['coverage'])}.",
        *(_layer_line(one) for one in found if one.against != LAST_WEEK),
    ]


def daily(judged: Judged) -> pd.DataFrame:
    """``day, came, forecast, without layers``: sums over the judged intervals of each local day,
    by the version that knew most of those that forecast it."""
    known = {one.id: one.history.until for one in judged.versions}
    rows = judged.rows[judged.rows["method"] != LAST_WEEK]
    rows = rows.assign(day=rows["ds"].dt.date, known=rows["version"].map(known))
    newest = rows[rows["known"] == rows.groupby("day")["known"].transform("max")]
    newest = newest[newest["version"] == newest.groupby("day")["version"].transform("max")]
    sums = newest.groupby(["day", "method"])[["mean", "y"]].sum().unstack("method")
    return pd.DataFrame(
        {
            "came": sums["y", FORECAST],
            FORECAST: sums["mean", FORECAST],
            MODEL: sums["mean", MODEL],
        }
    ).reset_index()


def _by(method: str) -> str:
    return method if method == MODEL else f"by {method}"


def _total(share: float) -> str:
    if abs(share) < NEGLIGIBLE:
        return f"In total they were right to {NEGLIGIBLE:.1%}."
    return f"In total they were {abs(share):.1%} too {'high' if share > 0 else 'low'}."


def _fit(coverage: float) -> str:
    if coverage < NOMINAL - TOLERANCE:
        return "it is too narrow, be careful with what rests on it"
    return "it is wider than need be" if coverage > NOMINAL + TOLERANCE else "it fits"


def _layer_line(one: Worth) -> str:
    what = "All layers together" if one.against == MODEL else f"Layer {one.name}"
    verdict = "made a difference that may be chance" if one.verdict == CHANCE else one.verdict
    return (
        f"{what} {verdict}: {one.error_after:.1%} missed where it changed anything, "
        f"{one.error_before:.1%} before it; better on {_of(one.days_better, one.days)}."
    )


def _of(part: int, days: int) -> str:
    return f"{part} of {count(days, 'day')}"


def _paired(rows: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    """Two methods side by side on the intervals that both forecast."""
    cell = ["version", "unique_id", "ds"]
    first = rows[rows["method"] == before][[*cell, "mean", *QUANTILES]]
    second = rows[rows["method"] == after]
    return second.merge(first, on=cell, suffixes=("", "_before"))


def _worth(name: str, against: str, pairs: pd.DataFrame) -> Worth | None:
    """None where there is nothing to compare, or nothing came."""
    y = pairs["y"].to_numpy(dtype=np.float64)
    if not y.sum():
        return None
    means = [pairs[key].to_numpy(dtype=np.float64) for key in ("mean_before", "mean")]
    before, after = (np.abs(mean - y) for mean in means)
    better = pd.Series(before - after).groupby(pairs["ds"].dt.date.to_numpy()).sum()
    return Worth(
        name=name,
        against=against,
        num=len(y),
        contacts=float(y.sum()),
        error_before=wape(y, means[0]),
        error_after=wape(y, means[1]),
        bias_before=bias(y, means[0]),
        bias_after=bias(y, means[1]),
        pinball_before=_pinball(pairs, "_before"),
        pinball_after=_pinball(pairs, ""),
        days=len(better),
        days_better=int((better > 0).sum()),
        margin=_margin(better.to_numpy(), float(y.sum())),
    )


def _margin(better: FloatArray, contacts: float) -> float | None:
    """Half of Student's 90 % interval of the days' sum, as a share of the contacts."""
    num = len(better)
    if num < 2:
        return None
    quantile = special.stdtrit(num - 1, (1 + NOMINAL) / 2)
    return float(quantile * np.sqrt(num * better.var(ddof=1)) / contacts)


def _pinball(pairs: pd.DataFrame, ending: str) -> float:
    y = pairs["y"].to_numpy(dtype=np.float64)
    levels = QUANTILES.items()
    losses = [pinball(y, pairs[f"{name}{ending}"].to_numpy(), level) for name, level in levels]
    return float(np.mean(losses))
