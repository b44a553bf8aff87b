"""The rules that a schedule was made under, to be kept beside it."""

import json
from typing import Any

from api.rules.site_rules import SiteRules
from api.site.site import Site
from scheduler.contract.units import sha256
from scheduler.rules.profile import entries
from scheduler.rules.rule import Rule
from scheduler.rules.rulebook import AS_OF, chain

DISCLAIMER = "Defaults, not legal advice: have them confirmed before use."


def rules_sha256(site: Site) -> str:
    """Fingerprint of every entry in force, of the exceptions and of the contract levels."""
    return sha256(json.dumps(_content(site), sort_keys=True))


def rules_json(site: Site) -> str:
    """The rules in force with their sources, and what loosens them, as JSON text."""
    document = {
        "disclaimer": DISCLAIMER,
        **_content(site),
        "uncertain": [
            rule.id for rule in _entries(site) if rule.confidence == "U"
        ],
        "sha256": rules_sha256(site),
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _content(site: Site) -> dict[str, Any]:
    config = site.config.rules.model_dump(mode="json", exclude_defaults=True)
    return {
        "profile": site.config.rule_profile,
        "layers": [book.name for book in chain(site.config.rule_profile)],
        "state_of_sources": AS_OF.isoformat(),
        "first_day": site.horizon.dates[0].isoformat(),
        "last_day": site.horizon.dates[-1].isoformat(),
        "rules": [rule_document(rule) for rule in _entries(site)],
        "site": config,
    }


def _entries(site: Site) -> list[Rule]:
    rules = SiteRules(site)
    return list(entries(rules.name, rules.first, rules.last, overrides=rules.overrides("")))


def rule_document(rule: Rule) -> dict[str, Any]:
    """One entry; what is empty is left out."""
    always = {
        "id": rule.id,
        "param": rule.param,
        "value": rule.value,
        "unit": rule.known.unit,
        "level": rule.level,
        "source": rule.source,
        "confidence": rule.confidence,
        "enforcement": rule.known.enforcement,
        "how": rule.known.how,
    }
    dates = {
        key: day.isoformat()
        for key, day in (("valid_from", rule.valid_from), ("valid_to", rule.valid_to))
        if 1 < day.year < 9999
    }
    more = {
        "applies_if": rule.applies_if,
        "percent": rule.percent,
        "amount": rule.amount,
        "per": rule.per,
        "override": list(rule.override),
        "note": rule.note,
        "overridden": rule.overridden,
    }
    return always | dates | {key: value for key, value in more.items() if value}
