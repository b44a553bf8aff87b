"""The routes, one noun a file. A handler is a few lines; what it does lies elsewhere."""

from api.routes.audit import router as audit
from api.routes.batches import router as batches
from api.routes.deliveries import router as deliveries
from api.routes.feeds import router as feeds
from api.routes.forecasts import router as forecasts
from api.routes.health import router as health
from api.routes.inputs import router as inputs
from api.routes.jobs import router as jobs
from api.routes.keys import router as keys
from api.routes.me import router as me
from api.routes.metrics import router as metrics
from api.routes.notices import router as notices
from api.routes.offers import router as offers
from api.routes.people import router as people
from api.routes.publication import router as publication
from api.routes.reasons import router as reasons
from api.routes.replans import router as replans
from api.routes.reviews import router as reviews
from api.routes.rule_profiles import router as rule_profiles
from api.routes.runs import router as runs
from api.routes.scenarios import router as scenarios
from api.routes.schedules import router as schedules
from api.routes.sites import router as sites
from api.routes.subjects import router as subjects
from api.routes.webhooks import router as webhooks

ROUTERS = (
    health,
    metrics,
    keys,
    sites,
    inputs,
    rule_profiles,
    scenarios,
    jobs,
    batches,
    forecasts,
    schedules,
    replans,
    publication,
    offers,
    people,
    me,
    feeds,
    webhooks,
    deliveries,
    audit,
    runs,
    reasons,
    reviews,
    notices,
    subjects,
)
