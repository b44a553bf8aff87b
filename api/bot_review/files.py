"""A review on disk: the sheet, the same for programs, and the input of next week's review."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.bot_review.previous import FORMAT
from api.bot_review.run import QueueReview, Review, go_policy
from api.output import result_folder
from api.pages import rendered
from forecasts.go_no_go import BOUNCE, CSAT, SAVED
from scheduler.export.text import RFC4180, Cell, write_csv

FILES = ("bot-review.html", "review.json", "review.csv")
COLUMNS = (
    "queue", "decision", "since", "offered_share", "offer_share", "hold_out_share", "resolved",
    "resolved_q05", "resolved_q95", "escalated", "bounced", "labels", "p_bounce", "p_csat",
    "p_saved", "bot_version", "alarms", "reasons", "change", "excess_bounced",
    "excess_bounced_q05", "excess_bounced_q95", "baseline_return", "baseline_return_q05",
    "baseline_return_q95", "baseline_return_source", "substitution", "substitution_q05",
    "substitution_q95", "substitution_source",
)  # fmt: skip


def write_review(review: Review, out: Path) -> tuple[Path, ...]:
    """The page, ``review.json`` and ``review.csv``; all of it or nothing."""
    document = review_document(review)
    with result_folder(out, own=FILES) as folder:
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        (folder / FILES[0]).write_text(page(review), encoding="utf-8", newline="\n")
        (folder / FILES[1]).write_text(text, encoding="utf-8", newline="\n")
        write_csv(folder / FILES[2], COLUMNS, _rows(document), RFC4180)
    return tuple(out / name for name in FILES)


def review_document(review: Review) -> dict[str, Any]:
    """``review.json``: shares from 0 to 1, dates as ISO 8601."""
    return {
        "format": FORMAT,
        "site": review.site.config.name,
        "at": review.at.isoformat(),
        "queues": [_queue(one) for one in review.queues],
        "categories": {
            name: [day.isoformat() for day in days] for name, days in review.categories.items()
        },
        "bot": [day.isoformat() for day in review.bot],
        "notes": list(review.notes),
    }


def _queue(one: QueueReview) -> dict[str, Any]:
    document = {
        "queue": one.queue,
        "decision": one.decision,
        "since": one.verdict and one.verdict.since.isoformat(),
    }
    known: dict[str, Any] = {}
    if one.verdict is not None:
        low, high = one.posterior.resolved_quantiles([0.05, 0.95])
        resolved, escalated, bounced = one.posterior.mean
        shares = {
            "offered_share": one.posterior.offered_share, "offer_share": one.offer,
            "hold_out_share": one.hold_out, "resolved": resolved, "resolved_q05": low,
            "resolved_q95": high, "escalated": escalated, "bounced": bounced,
        }  # fmt: skip
        known = {
            **{name: round(float(value), 6) for name, value in shares.items()},
            "labels": round(one.posterior.n_eff),
            "probabilities": {
                name: round(value, 6) for name, value in sorted(one.probabilities.items())
            },
            "bot_version": one.bot_version,
            "alarms": [day.isoformat() for day in one.alarms],
            **_corrected(one),
        }
    return document | known | {"reasons": list(one.reasons), "change": one.change}


def _corrected(one: QueueReview) -> dict[str, Any]:
    """What counts as the bot's doing, and by which shares that was found."""
    low, middle, high = (round(value, 6) for value in one.excess)
    told: dict[str, Any] = {
        "excess_bounced": middle, "excess_bounced_q05": low, "excess_bounced_q95": high,
    }  # fmt: skip
    for name, share in (
        ("baseline_return", one.corrections.baseline),
        ("substitution", one.corrections.substitution),
    ):
        low, high = share.interval
        told |= {
            name: round(share.mean, 6),
            f"{name}_q05": round(low, 6),
            f"{name}_q95": round(high, 6),
            f"{name}_source": share.reason,
        }
    return told


def _rows(document: dict[str, Any]) -> Iterator[tuple[Cell, ...]]:
    for queue in document["queues"]:
        chances = queue.get("probabilities", {})
        flat = queue | {f"p_{name}": chances.get(name) for name in (BOUNCE, CSAT, SAVED)}
        flat |= {name: "; ".join(queue.get(name, [])) for name in ("alarms", "reasons")}
        yield tuple(flat.get(name) for name in COLUMNS)


def page(review: Review) -> str:
    """The whole sheet; all text is escaped, nothing is loaded from elsewhere."""
    from api.bot_review.pictures import share_chart  # takes a while to load

    offered = [one for one in review.queues if one.verdict is not None]
    return rendered(
        "api.bot_review",
        "bot-review.html.j2",
        name=review.site.config.name,
        at=review.at,
        go=go_policy(review.site),
        summary=lines(review),
        offered=[
            (one, share_chart(one, review.at, f"queue-{number}"), f"queue-{number}")
            for number, one in enumerate(offered, start=1)
        ],
        others=[one for one in review.queues if one.verdict is None],
        categories={name: days for name, days in review.categories.items() if days},
        bot=review.bot,
        notes=review.notes,
    )


def lines(review: Review) -> list[str]:
    """A sentence per decision that some queue has."""
    found = []
    for decision in ("ramp", "hold", "stop", "not_offered"):
        names = [one.queue for one in review.queues if one.decision == decision]
        if names:
            found.append(f"{decision.replace('_', ' ')}: {', '.join(names)}")
    return found
