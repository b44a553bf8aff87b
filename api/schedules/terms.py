"""What the law and the site's own agreements ask of a publication."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from api.inputs import blobs
from api.inputs.states import folder_of
from api.storage.tables import ScheduleVersion, SiteInput

CONSENT = "works_council_consents"


@dataclass(frozen=True, slots=True)
class Terms:
    """Whether the works council has to consent, and from when on each worker is told in time.

    A worker without an entry in ``firm_from`` may be told at any time.
    """

    needs_consent: bool
    firm_from: dict[str, datetime]


def input_files(session: Session, version: ScheduleVersion) -> dict[str, bytes]:
    """The site's files that a version was computed from."""
    assert version.input_id is not None
    state = session.get_one(SiteInput, version.input_id)
    return blobs.contents(session, version.tenant_id, state.files)


def terms_of(files: dict[str, bytes], told_at: datetime) -> Terms:
    """The terms of a site whose workers are told at an instant."""
    from dataclasses import replace

    from api.agreed import agreed_worker
    from api.rules.site_rules import SiteRules
    from api.site.read import read_site

    with folder_of(files) as path:
        site = read_site(path)
    told = site.config.rules.model_copy(update={"published": told_at})
    site = replace(site, config=site.config.model_copy(update={"rules": told}))
    rules = SiteRules(site)
    consents = (rules.of(row).rule(CONSENT) for row in site.workers)
    needs_consent = any(rule is not None and rule.value is True for rule in consents)
    firm_from = {
        row.id: site.horizon.start.astimezone(UTC) + timedelta(minutes=minute)
        for row in site.workers
        if (minute := agreed_worker(rules, row).firm_from) is not None
    }
    return Terms(needs_consent, firm_from)
