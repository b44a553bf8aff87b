"""The tables, one noun a file. Importing this package makes all of them known to ``Base``."""

from api.storage.tables.access import Key, Tenant
from api.storage.tables.audit import AuditEntry, AuditHead, ReviewRequest
from api.storage.tables.batches import Batch, BatchUnit
from api.storage.tables.blobs import Blob
from api.storage.tables.delivery import OutboxEvent, WebhookEndpoint
from api.storage.tables.feeds import Feed, FeedEvent
from api.storage.tables.idempotency import IdempotencyRecord
from api.storage.tables.jobs import Job
from api.storage.tables.schedules import Assignment, Offer, Schedule, ScheduleVersion
from api.storage.tables.sites import Forecast, Person, Scenario, Site, SiteInput

__all__ = [
    "Assignment",
    "AuditEntry",
    "AuditHead",
    "Batch",
    "BatchUnit",
    "Blob",
    "Feed",
    "FeedEvent",
    "Forecast",
    "IdempotencyRecord",
    "Job",
    "Key",
    "Offer",
    "OutboxEvent",
    "Person",
    "ReviewRequest",
    "Scenario",
    "Schedule",
    "ScheduleVersion",
    "Site",
    "SiteInput",
    "Tenant",
    "WebhookEndpoint",
]
