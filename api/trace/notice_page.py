"""The notice as one page, to be printed and hung up, or read on a telephone."""

from datetime import datetime
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.schemas.notices import NoticeDocument, ParameterDocument, RuleDocument
from api.trace.notice_words import say

TEMPLATES = Path(__file__).parent / "templates"
HEADS = ("title", "parameters.title", "parameters.note", "rules.title")
COLUMNS = ("what", "price", "weight", "rule", "value", "source")


def notice_page(notice: NoticeDocument, at: datetime) -> bytes:
    """The page; ``at``: when the state that it tells of was handed in."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    language = notice.language
    page = environment.get_template("notice.html.j2").render(
        notice=notice,
        heads={name.replace(".", "_"): say(name, language) for name in HEADS},
        columns={name: say(f"column.{name}", language) for name in COLUMNS},
        rows=[_parameter(one, notice) for one in notice.parameters],
        unused=say("unused", language, names="; ".join(notice.unused)) if notice.unused else "",
        rules=[_rule(one, language) for one in notice.rules],
        foot=say(
            "as_of", language, number=str(notice.input_number), sha=notice.sha256[:16],
            day=format_date(at, "long", locale=language),
        ),
    )  # fmt: skip
    return page.encode()


def _parameter(one: ParameterDocument, notice: NoticeDocument) -> dict[str, str | float]:
    if one.least is None or one.most is None:
        price = say("not_told", notice.language)
    else:
        texts = [
            format_currency(price, notice.currency, locale=notice.language)
            for price in dict.fromkeys((one.least, one.most))
        ]
        price = " – ".join(texts)
    # Even the lightest is to be seen.
    percent = max(one.share * 100, 1.0) if one.share else 0.0
    return {"label": one.label, "price": price, "unit": one.unit, "percent": round(percent, 1)}


def _rule(one: RuleDocument, language: str) -> dict[str, str]:
    loosened = say("loosened", language, by=one.loosened_by) if one.loosened_by else ""
    kept = say(f"kept.{one.kept}", language)
    notes = [text for text in (kept, one.applies_if or "", loosened) if text]
    return {
        "label": one.label,
        "value": one.value,
        "note": "; ".join(notes),
        "id": one.id,
        "source": one.source,
    }
