"""How content customers are with the bot and with people, from the outcomes of the past."""

from dataclasses import dataclass

import pandas as pd

from api.site.site import Site


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Share of content customers of one queue; None where nobody asked them."""

    bot: float | None = None
    people: float | None = None


def satisfaction(site: Site) -> dict[str, Satisfaction]:
    """Of each queue the mean of its days, weighed by contacts and age (``half_life_days``).

    Of the bot only days of its newest version count.
    """
    rows = site.bot_outcomes
    if rows is None or not {"csat_bot", "csat_human"} & set(rows.columns):
        return {}
    return {str(queue): _of_queue(site, own) for queue, own in rows.groupby("unique_id")}


def _of_queue(site: Site, rows: pd.DataFrame) -> Satisfaction:
    rows = rows.sort_values("ds", kind="stable")
    age = (rows["ds"].iloc[-1] - rows["ds"]).dt.total_seconds() / 86_400
    weight = rows["offered"] * 0.5 ** (age / site.config.bot.half_life_days)
    newest = rows["bot_version"] == rows["bot_version"].iloc[-1]
    return Satisfaction(
        _mean(rows.get("csat_bot"), weight.where(newest, 0.0)),
        _mean(rows.get("csat_human"), weight),
    )


def _mean(values: "pd.Series[float] | None", weight: "pd.Series[float]") -> float | None:
    if values is None:
        return None
    known = values.notna() & (weight > 0)
    if not known.any():
        return None
    return float((values[known] * weight[known]).sum() / weight[known].sum())
