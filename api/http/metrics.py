"""What Prometheus asks for: requests of this process, and jobs and deliveries of the database.

No metric names a tenant, a site or a person.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import quantiles

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Row, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import Request

from api.storage.base import now
from api.storage.database import Database
from api.storage.tables import Job, OutboxEvent
from api.storage.tables.jobs import TERMINAL

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
JOB_STATES = ("queued", "running", *TERMINAL)
DELIVERY_STATES = ("pending", "delivered", "dead")
RECENT = timedelta(hours=1)
SHARES = (50, 95, 99)


class Metrics:
    """The metrics of one API process."""

    def __init__(self, database: Database) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_OfDatabase(database))
        self.requests = Counter(
            "peakcrew_requests", "Requests answered.", ("method", "route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "peakcrew_request_seconds", "Seconds until a request was answered.",
            ("method", "route"), registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
        )  # fmt: skip

    def count(self, request: Request, status: int, seconds: float) -> None:
        """Count an answer. The route is its template, so no id ever becomes a label."""
        method = request.method if request.method in METHODS else "other"
        route = getattr(request.scope.get("route"), "path", "other")
        self.requests.labels(method, route, status).inc()
        self.seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """All metrics as Prometheus reads them."""
        return generate_latest(self.registry)


class _OfDatabase(Collector):
    """What the tables tell at the moment of asking."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("peakcrew_database_up", "1 if the database answers.")
        try:
            with self.database.read() as session:
                found = [_jobs(session), _waiting(session), _seconds(session), _outbox(session)]
        except SQLAlchemyError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        yield from found

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing, so that registering does not ask the database."""
        yield from ()


def _jobs(session: Session) -> GaugeMetricFamily:
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
    return _by_state("peakcrew_jobs", "Jobs by state.", rows.all(), JOB_STATES)


def _waiting(session: Session) -> GaugeMetricFamily:
    """The age of the oldest job that may run; one that pauses after a crash does not count."""
    may_run = or_(Job.not_before.is_(None), Job.not_before <= now())
    oldest = session.scalar(select(func.min(Job.created_at)).where(Job.state == "queued", may_run))
    return GaugeMetricFamily(
        "peakcrew_oldest_waiting_job_seconds", "Age of the oldest job that waits.",
        value=_age(oldest),
    )  # fmt: skip


def _seconds(session: Session) -> GaugeMetricFamily:
    metric = GaugeMetricFamily(
        "peakcrew_recent_job_seconds",
        "Seconds from begin to end, of the jobs that were asked for and done in the last hour.",
        labels=("kind", "quantile"),
    )
    query = select(Job.kind, Job.started_at, Job.finished_at).where(
        Job.created_at > now() - RECENT, Job.state == "succeeded"
    )
    by_kind: dict[str, list[float]] = {}
    for kind, begun, ended in session.execute(query):
        if begun is not None and ended is not None:
            by_kind.setdefault(kind, []).append((ended - begun).total_seconds())
    for kind, values in sorted(by_kind.items()):
        cuts = quantiles([*values, values[0]], n=100, method="inclusive")
        for share in SHARES:
            metric.add_metric((kind, str(share / 100)), cuts[share - 1])
    return metric


def _outbox(session: Session) -> GaugeMetricFamily:
    rows = session.execute(select(OutboxEvent.state, func.count()).group_by(OutboxEvent.state))
    about = "E-mails and webhooks by state."
    return _by_state("peakcrew_deliveries", about, rows.all(), DELIVERY_STATES)


def _by_state(
    name: str, about: str, rows: Sequence[Row[str, int]], states: Sequence[str]
) -> GaugeMetricFamily:
    metric = GaugeMetricFamily(name, about, labels=("state",))
    counts = dict(rows)
    for state in states:
        metric.add_metric((state,), counts.get(state, 0))
    return metric


def _age(at: datetime | None) -> float:
    return 0.0 if at is None else max((now() - at).total_seconds(), 0.0)
