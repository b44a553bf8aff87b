"""The notice of main parameters: what the planner's algorithm takes into account at a site, how
much each thing weighs, what it never uses, who decides, and how to have a decision reviewed.

It is made from what the site states, so it cannot say anything else than what is planned with.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from api.languages import Language
from api.rules.site_rules import SiteRules
from api.rules.table import rules_table
from api.schedules.terms import CONSENT
from api.schemas.notices import (
    ChangeOfNotice,
    NoticeDocument,
    ParameterDocument,
    RuleDocument,
    TextDocument,
)
from api.site.site import Site
from api.trace.notice_words import rule_label, say
from api.trace.parameters import Parameter, parameters
from scheduler.contract.units import amount
from scheduler.denied import DENIED
from scheduler.rules.rule import Rule

# Entries that become something in a schedule; the others are duties of people.
KEPT = ("enforced", "offer", "priced", "warned")
# Files that say what is known of workers, and the words for it.
FILES = (
    ("availability.csv", "data.availability"),
    ("requests.csv", "data.requests"),
    ("history_of_shifts.csv", "data.past"),
    ("external_shifts.csv", "data.elsewhere"),
    ("calendars.csv", "data.calendars"),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A state of a site's input: what it was handed in as, and when."""

    site_id: str
    number: int
    sha256: str
    files: Collection[str]
    at: datetime
    changes: tuple[ChangeOfNotice, ...]


def notice(site: Site, stated: Stated, language: Language, review_days: int) -> NoticeDocument:
    """The notice of a site in a language."""
    found = NoticeDocument(
        site_id=stated.site_id,
        site_name=site.config.name,
        language=language,
        currency=site.config.currency,
        input_number=stated.number,
        input_sha256=stated.sha256,
        sha256="",
        what=_what(site, language),
        data=_data(site, stated.files, language),
        parameters=_weighed(site, language),
        unused=[_label(one, language) for one in parameters(site) if not one.most],
        rules=_rules(site, language),
        rules_note=_rules_note(site, language),
        bot=_bot(site, language),
        never=_texts("never", language, "behaviour", "health", "belief", "traits", "refused"),
        denied=sorted(DENIED),
        people=_people(site, language),
        review=_review(language, review_days),
        changes=list(stated.changes),
    )
    return found.model_copy(update={"sha256": fingerprint(found)})


def fingerprint(found: NoticeDocument) -> str:
    """Of what the notice says, wherever and whenever it was made."""
    aside = {"sha256", "input_number", "input_sha256", "changes", "site_id"}
    return hashlib.sha256(found.model_dump_json(exclude=aside).encode()).hexdigest()


def _what(site: Site, language: str) -> TextDocument:
    need = "forecast" if site.requirement is None else "required"
    lines = [say("what.proposes", language, site=site.config.name), say(f"what.{need}", language)]
    lines.append(say("what.again", language))
    return TextDocument(title=say("what.title", language), lines=lines)


def _data(site: Site, files: Collection[str], language: str) -> TextDocument:
    keys = ["data.skills", *(key for file, key in FILES if file in files)]
    if any(row.standing.birth_date for row in site.workers):
        keys.append("data.birth_date")
    if site.config.policies or site.config.rules.traits:
        keys.append("data.groups")
    lines = [say(key, language) for key in keys]
    return TextDocument(title=say("data.title", language), lines=lines)


def _weighed(site: Site, language: str) -> list[ParameterDocument]:
    found = [one for one in parameters(site) if one.most]
    largest = max((one.most for one in found), default=1.0)
    return [
        ParameterDocument(
            key=one.key,
            label=_label(one, language),
            unit=say(one.unit, language),
            least=one.least if one.is_told else None,
            most=one.most if one.is_told else None,
            share=round(one.most / largest, 4) if one.is_told else 0.0,
        )
        for one in found
    ]


def _label(one: Parameter, language: str) -> str:
    names = dict(one.names)
    if one.rule is not None:
        names["rule"] = rule_label(one.rule, language)
    return say(one.key, language, **names)


def _rules(site: Site, language: str) -> list[RuleDocument]:
    table = rules_table(site.config.rule_profile, site.horizon.dates[0], SiteRules(site))
    return [
        RuleDocument(
            id=line.rule.id,
            label=rule_label(line.rule.param, language),
            value=_value(line.rule, language, site.config.currency),
            source=line.rule.source,
            kept=line.rule.known.enforcement,
            applies_if=line.rule.applies_if,
            loosened_by=line.rule.overridden or None,
        )
        for line in table.lines
        if line.outcome.startswith("in force") and line.rule.known.enforcement in KEPT
    ]


def _value(rule: Rule, language: str, currency: str) -> str:
    unit, value = rule.known.unit, rule.value
    if isinstance(value, bool):
        return say("yes", language) if value else "–"
    if isinstance(value, str):
        return value
    if unit == "cents":
        return format_currency(amount(value), currency, locale=language)
    if unit == "minutes":
        return say("unit.hours", language, value=format_decimal(value / 60, locale=language))
    text = format_decimal(value, locale=language)
    return say(f"unit.{unit}", language, value=text) if unit else text


def _rules_note(site: Site, language: str) -> str:
    day = format_date(site.horizon.dates[0], "long", locale=language)
    return say("rules.note", language, profile=site.config.rule_profile, day=day)


def _bot(site: Site, language: str) -> TextDocument:
    bot = site.config.bot
    share = format_percent(bot.max_offered_share, locale=language)
    lines = [say("bot.share", language, share=share)]
    if bot.sensitive_categories:
        names = ", ".join(bot.sensitive_categories)
        lines.append(say("bot.sensitive", language, names=names))
    level = format_percent(bot.decide_at, locale=language)
    lines.append(say("bot.decision", language, level=level))
    return TextDocument(title=say("bot.title", language), lines=lines)


def _people(site: Site, language: str) -> TextDocument:
    rules = SiteRules(site)
    consents = (rules.of(row).rule(CONSENT) for row in site.workers)
    keys = ["approval", "late"]
    if any(rule is not None and rule.value is True for rule in consents):
        keys.append("consent")
    return _texts("people", language, *keys)


def _review(language: str, days: int) -> TextDocument:
    lines = [say("review.reasons", language), say("review.how", language, days=str(days))]
    lines.append(say("review.data", language))
    return TextDocument(title=say("review.title", language), lines=lines)


def _texts(section: str, language: str, *keys: str) -> TextDocument:
    lines = [say(f"{section}.{key}", language) for key in keys]
    return TextDocument(title=say(f"{section}.title", language), lines=lines)
